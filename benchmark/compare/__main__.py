"""`python -m benchmark.compare`."""

from benchmark.compare.command import main
from benchmark.core.command_line import leave

if __name__ == "__main__":
    leave(main())
