"""`python -m benchmark.compare.power`."""

from benchmark.compare.power.command import main
from benchmark.core.command_line import leave

if __name__ == "__main__":
    leave(main())
