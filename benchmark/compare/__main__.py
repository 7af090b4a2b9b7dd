"""`python -m benchmark.compare`."""

import sys

from benchmark.compare.command import main

if __name__ == "__main__":
    sys.exit(main())
