"""`python -m benchmark.selftest`."""

import sys

from benchmark.selftest.command import main

if __name__ == "__main__":
    sys.exit(main())
