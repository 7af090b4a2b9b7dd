"""`python -m benchmark.run`."""

from benchmark.core.command_line import leave
from benchmark.run.command import main

if __name__ == "__main__":
    leave(main())
