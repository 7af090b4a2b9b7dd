"""`python -m leaderboard [--results DIR] [--port N] [--no-browser]` opens the leaderboard."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.errors import BenchmarkError, one_line
from leaderboard.data import ENVIRONMENT, results_folder
from leaderboard.sharing import PREFIX, pull

APP = Path(__file__).parent / "app.py"


def command(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The streamlit command line for our arguments, and the variables that go with it. Raises BenchmarkError."""
    parser = argparse.ArgumentParser(prog="python -m leaderboard", description="Show what has been measured.")
    parser.add_argument("--results", help=f"results folder, or hf:ORG/NAME[@REVISION]; else ${ENVIRONMENT}, ./results")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="localhost", help="0.0.0.0 lets other machines in")
    parser.add_argument("--no-browser", action="store_true", help="don't open a browser window")
    given = parser.parse_args(list(arguments))
    results = str(pull(given.results)) if str(given.results).startswith(PREFIX) else given.results
    named = ["--results", results] if results else []
    folder = results_folder(named, os.environ).absolute()
    line = [sys.executable, "-m", "streamlit", "run", str(APP)]
    line += [f"--server.port={given.port}", f"--server.address={given.address}", "--browser.gatherUsageStats=false"]
    line += ["--server.headless=true"] if given.no_browser else []
    return line, {**os.environ, ENVIRONMENT: str(folder)}


def main() -> int:
    """Run streamlit until it is stopped."""
    try:
        line, environment = command(sys.argv[1:])
    except BenchmarkError as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return error.exit_code
    if importlib.util.find_spec("streamlit") is None:
        print('the leaderboard needs streamlit: pip install -e ".[app]"', file=sys.stderr)
        return 2
    try:
        return subprocess.run(line, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
