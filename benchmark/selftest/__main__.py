"""`python -m benchmark.selftest`."""

from benchmark.core.command_line import leave
from benchmark.selftest.command import main

if __name__ == "__main__":
    leave(main())
