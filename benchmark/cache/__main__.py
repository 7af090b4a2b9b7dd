"""`python -m benchmark.cache`."""

import sys

from benchmark.cache.command import main

if __name__ == "__main__":
    sys.exit(main())
