"""`python -m leaderboard.review [list | refuse ID | score ID]`: what waits, and having it scored by the harness.

`score` checks the archive once more, unpacks the videos under checked names and runs `benchmark.run --method videos`
on them under the submission's name; the numbers are the harness's, never the submitter's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmark.errors import BenchmarkError, UsageError, nearest, one_line
from benchmark.results.store import write_text
from benchmark.submission.limits import limits
from benchmark.submission.package import SUFFIX, open_package, shown
from leaderboard.submissions import ARCHIVE, RECORD, check, queue, read, submissions_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m leaderboard.review", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("action", choices=("list", "refuse", "score"), nargs="?", default="list")
    parser.add_argument("id", nargs="?", default="")
    parser.add_argument("--submissions", type=Path, default=submissions_folder())
    parser.add_argument("--root", type=Path, default=Path("."), help="root of the runs that are made")
    given = parser.parse_args(arguments)
    try:
        if given.action == "list":
            for record in queue(given.submissions):
                print(f"{record['state']}  {record['at']}  {shown(str(record['id']))}")
            return 0
        known = [str(record["id"]) for record in queue(given.submissions)]
        if given.id not in known:
            raise UsageError(f"no submission '{shown(given.id)}'{nearest(given.id, known)}")
        place = given.submissions / given.id
        code = _score(place, given.root) if given.action == "score" else 0
        if code in (0, 1):
            record = read(place) | {"state": "accepted" if given.action == "score" else "refused"}
            write_text(place / RECORD, json.dumps(record, indent=2, ensure_ascii=True) + "\n")
        return code
    except BenchmarkError as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return error.exit_code


def _score(place: Path, root: Path) -> int:
    checked = check(place / ARCHIVE)
    if not checked.good:
        raise UsageError(checked.sentences[0])
    manifest = checked.manifest
    with tempfile.TemporaryDirectory(prefix="scored-") as scratch, tempfile.TemporaryDirectory() as videos:
        package = open_package(place / ARCHIVE, Path(scratch), limits())
        for name, file in package.videos.items():
            file.rename(Path(videos) / f"{name}{SUFFIX}")
        line = [sys.executable, "-m", "benchmark.run", "--method", "videos", "--dataset", manifest["dataset"]]
        line += ["--split", manifest["split"], f"method.folder={videos}", f"method.label={manifest['method']['name']}"]
        return subprocess.run([*line, f"runtime.root={root}"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
