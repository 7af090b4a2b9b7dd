"""What runs say together: each question has one owner, and board, compare, report, packet and export ask it.

selection.py    which run of a method counts
roles.py        who is floor, ceiling, competitor
failures.py     which rows are failures
evidence.py     the runs of a split that count, as one value; gather.py reads it, scores.py fast
standings.py    who is ranked, which pairs are tested over which family, ties, rank ranges
table.py        the table that is shown; words.py and format.py: its words and numbers
                long_table.py, latex.py, text_table.py, html.py: how it leaves
comparison.py   methods pair by pair; comparability.py: which may be compared; pairwise.py: one pair by one metric
"""
