"""`python -m benchmark.speed`."""

from benchmark.core.command_line import leave
from benchmark.speed.command import main

if __name__ == "__main__":
    leave(main())
