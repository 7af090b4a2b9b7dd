"""Starting a module of ours in a process of its own, so that it finds what this process finds and nothing else.

`python -m` alone puts the working directory first on the path: somebody's `media.py` or `benchmark.py` there would be
imported in place of ours. Here the new process gets this one's path, as `multiprocessing` does it.
"""

from __future__ import annotations

import os
import sys


def module_command(module: str, *words: str) -> list[str]:
    """The command line that runs a module with this Python; goes together with `module_environment`."""
    return [sys.executable, "-P", "-m", module, *words]


def module_environment() -> dict[str, str]:
    """The variables of this process, with its import path."""
    path = dict.fromkeys(os.path.abspath(entry) for entry in sys.path)  # "" is the working directory
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
