"""`python -m benchmark.validate`."""

from benchmark.core.command_line import leave
from benchmark.validate.command import main

if __name__ == "__main__":
    leave(main())
