"""`python -m benchmark.prepare`."""

from benchmark.core.command_line import leave
from benchmark.prepare.command import main

if __name__ == "__main__":
    leave(main())
