"""`python -m benchmark.parity`."""

import sys

from benchmark.parity.command import main

if __name__ == "__main__":
    sys.exit(main())
