"""`python -m benchmark.validate`."""

import sys

from benchmark.validate.command import main

if __name__ == "__main__":
    sys.exit(main())
