"""`python -m cmet.corpus`."""

from benchmark.core.command_line import leave
from cmet.corpus.command import main

if __name__ == "__main__":
    leave(main())
