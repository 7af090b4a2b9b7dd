"""`python -m benchmark.sensitivity`."""

from benchmark.core.command_line import leave
from benchmark.sensitivity.command import main

if __name__ == "__main__":
    leave(main())
