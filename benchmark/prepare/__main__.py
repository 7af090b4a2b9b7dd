"""`python -m benchmark.prepare`."""

import sys

from benchmark.prepare.command import main

if __name__ == "__main__":
    sys.exit(main())
