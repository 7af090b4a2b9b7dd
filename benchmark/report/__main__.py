"""`python -m benchmark.report`."""

from benchmark.core.command_line import leave
from benchmark.report.command import main

if __name__ == "__main__":
    leave(main())
