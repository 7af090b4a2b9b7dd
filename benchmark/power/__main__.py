"""`python -m benchmark.power`."""

from benchmark.core.command_line import leave
from benchmark.power.command import main

if __name__ == "__main__":
    leave(main())
