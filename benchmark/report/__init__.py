"""Reports of runs: the paper's tables, and the review packet. `benchmark.report` is the command.

tables.py     the report as a value, made of `benchmark.analysis`; latex.py, markdown.py, data_formats.py and
              html_tables.py write it
packet.py     the review packet: one HTML file that needs nothing else
"""
