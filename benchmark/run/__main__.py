"""`python -m benchmark.run`."""

import sys

from benchmark.run.command import main

if __name__ == "__main__":
    sys.exit(main())
