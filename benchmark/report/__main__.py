"""`python -m benchmark.report`."""

import sys

from benchmark.report.command import main

if __name__ == "__main__":
    sys.exit(main())
