"""`python -m benchmark.parity`."""

from benchmark.core.command_line import leave
from benchmark.parity.command import main

if __name__ == "__main__":
    leave(main())
