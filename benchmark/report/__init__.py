"""Reports of runs: the paper's tables, and the review packet. `benchmark.report` is the command.

gather.py     run folders -> one value (evidence.py), checked to be of the same samples
ranking.py    who may be ranked, best and second; apart.py: which methods can be told apart
tables.py     the tables as values; latex.py, markdown.py, data_formats.py, html_tables.py write them
packet.py     the review packet: one HTML file that needs nothing else
"""
