"""`python -m benchmark.power`."""

import sys

from benchmark.power.command import main

if __name__ == "__main__":
    sys.exit(main())
