"""`python -m benchmark.doctor`."""

from benchmark.core.command_line import leave
from benchmark.doctor.command import main

if __name__ == "__main__":
    leave(main())
