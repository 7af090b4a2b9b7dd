"""What runs say together: each question has one owner, and board, compare, report, packet and export ask it.

selection.py    which run of a method counts
roles.py        who is floor, ceiling, competitor
failures.py     which rows are failures
evidence.py     the runs of a split that count, and their tables, as one value
standings.py    who is ranked, which pairs are tested over which family, ties, rank ranges
table.py        the table that is shown; words.py and format.py: its words and numbers; latex.py and others write it
comparison.py   methods pair by pair; pairwise.py: one pair by one metric
"""
