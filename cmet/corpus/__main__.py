"""`python -m cmet.corpus`."""

import sys

from cmet.corpus.prepared import main

if __name__ == "__main__":
    sys.exit(main())
