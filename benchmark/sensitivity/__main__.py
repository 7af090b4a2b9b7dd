"""`python -m benchmark.sensitivity`."""

import sys

from benchmark.sensitivity.command import main

if __name__ == "__main__":
    sys.exit(main())
