"""`python -m leaderboard [--results DIR] [--port N] [--no-browser]` opens the leaderboard."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.errors import MissingRequirement
from benchmark.core.interpreter import module_command, module_environment
from leaderboard.places import ENVIRONMENT, results_folder

APP = Path(__file__).parent / "app.py"


def parser() -> Parser:
    """The command line."""
    p = Parser("leaderboard", description="Show what has been measured.")
    p.add_argument("--results", help=f"results folder, or hf:ORG/NAME[@REVISION]; else ${ENVIRONMENT}, ./results")
    p.add_argument("--port", type=int, default=8501, help="default: 8501")
    p.add_argument("--address", default="localhost", help="0.0.0.0 lets other machines in")
    p.add_argument("--no-browser", action="store_true", help="don't open a browser window")
    return p


def command(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The streamlit command line for our arguments, and the variables that go with it. Raises BenchmarkError."""
    return _command(parser().read(arguments))


def _command(given: argparse.Namespace) -> tuple[list[str], dict[str, str]]:
    from leaderboard.sharing import PREFIX, pull

    results = str(pull(given.results)) if str(given.results).startswith(PREFIX) else given.results
    named = ["--results", results] if results else []
    folder = results_folder(named, os.environ).absolute()
    line = module_command("streamlit", "run", str(APP))
    line += [f"--server.port={given.port}", f"--server.address={given.address}", "--browser.gatherUsageStats=false"]
    line.append("--runner.magicEnabled=false")  # a page shows what it writes, not every string that stands in it
    line += ["--server.headless=true"] if given.no_browser else []
    return line, {**module_environment(), ENVIRONMENT: str(folder)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Become streamlit, which runs until it is stopped."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> NoReturn:
    line, environment = _command(given)
    if importlib.util.find_spec("streamlit") is None:
        raise MissingRequirement("the leaderboard needs streamlit: pip install 'emotion-edit-benchmark[app]'")
    sys.stdout.flush()
    os.execve(line[0], line, environment)  # the process becomes streamlit, so that whoever ends it ends the server


if __name__ == "__main__":
    leave(main())
