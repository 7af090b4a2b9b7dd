"""Which results folder is shown: named on the command line or by a variable, or the one that is at hand."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmark.core.errors import user_path

ENVIRONMENT = "BENCHMARK_RESULTS"
"""Variable that names the results folder."""

SEEDED = Path(__file__).parent / "seeded" / "results"
"""Results that ship (`leaderboard/seed.py`): shown where no other folder is named and `./results` is not there."""


def results_folder(arguments: Sequence[str], environment: Mapping[str, str]) -> Path:
    """The folder from `--results DIR`, else from BENCHMARK_RESULTS, else `./results` if it is there, else `SEEDED`."""
    words = [*arguments, ""]
    named = [words[place + 1] for place, word in enumerate(arguments) if word == "--results"]
    named += [word.partition("=")[2] for word in arguments if word.startswith("--results=")]
    folder = next(filter(None, named), None) or environment.get(ENVIRONMENT)
    if folder:
        return user_path(folder)
    here = Path("results")
    return here if here.is_dir() else SEEDED


def folder_of_process() -> Path:
    """The results folder of this process: its command line and environment."""
    return results_folder(sys.argv[1:], os.environ)
