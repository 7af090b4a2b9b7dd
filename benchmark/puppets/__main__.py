"""`python -m benchmark.puppets`."""

from benchmark.core.command_line import leave
from benchmark.puppets.command import main

if __name__ == "__main__":
    leave(main())
