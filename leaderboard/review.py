"""`python -m leaderboard.review [list | refuse ID | score ID]`: what waits, and having it scored by the harness.

`score` checks the archive once more, unpacks the videos under checked names and has `benchmark.run` score them as
method `videos` does, under the submission's name and with its method card (`benchmark.submission.method`). The numbers
are the harness's, never the submitter's. Overrides go on to `benchmark.run`: `dataset.root=DIR`, `runtime.weights=DIR`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.errors import BenchmarkError, UsageError, nearest, one_line
from benchmark.core.files import file_sha256
from benchmark.submission.limits import limits
from benchmark.submission.package import SUFFIX, open_package, shown
from leaderboard.submissions import ACCEPTED, ARCHIVE, REFUSED, check, queue, read, set_state, submissions_folder

VARIABLE, PLUGIN = "EMOTION_BENCHMARK_SUBMISSION", "benchmark.submission.method"
"""Of `benchmark.submission.method`, which is not imported here: it knows the media."""
SOURCES = ("dataset.root=", "dataset.speech=")
PLUGINS = "EMOTION_BENCHMARK_PLUGINS"
SCORED = (0, 1)
"""Exit codes of `benchmark.run` that leave a complete run: all samples have numbers, or some have a reason instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code; of `score`, that of `benchmark.run`."""
    parser = argparse.ArgumentParser(prog="python -m leaderboard.review", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("action", choices=("list", "refuse", "score"), nargs="?", default="list")
    parser.add_argument("id", nargs="?", default="")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="of benchmark.run, e.g. dataset.root=DIR")
    parser.add_argument("--submissions", type=Path, default=submissions_folder())
    parser.add_argument("--root", type=Path, default=Path("."), help="root of the runs that are made")
    given = parser.parse_intermixed_args(arguments)
    try:
        if given.action == "list":
            for record in queue(given.submissions):
                print(f"{record['state']}  {record['at']}  {shown(str(record['id']))}")
            return 0
        known = [str(record["id"]) for record in queue(given.submissions)]
        if given.id not in known:
            raise UsageError(f"no submission '{shown(given.id)}'{nearest(given.id, known)}")
        place = given.submissions / given.id
        if given.action == "refuse":
            set_state(place, REFUSED)
            return 0
        code = _score(place, given.root, given.overrides)
        if code in SCORED:
            set_state(place, ACCEPTED)
        return code
    except BenchmarkError as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return error.exit_code


def _score(place: Path, root: Path, overrides: Sequence[str]) -> int:
    """The exit code of `benchmark.run`. Raises UsageError if the archive is not what was kept, or not good any more."""
    sources = [word for word in overrides if word.startswith(SOURCES)]
    digest = read(place).get("sha256")
    if not (place / ARCHIVE).is_file() or file_sha256(place / ARCHIVE) != digest:
        raise UsageError(f"{place.name}: the archive is not the one that was kept")
    checked = check(place / ARCHIVE, sources=sources)
    if not checked.good:
        raise UsageError("; ".join(checked.sentences))
    method, dataset, split = (checked.manifest[key] for key in ("method", "dataset", "split"))
    with tempfile.TemporaryDirectory(prefix="scored-") as scratch:
        videos, card = Path(scratch) / "videos", Path(scratch) / "card.json"
        videos.mkdir()
        (Path(scratch) / "unpacked").mkdir()
        for name, file in open_package(place / ARCHIVE, Path(scratch) / "unpacked", limits()).videos.items():
            file.rename(videos / f"{name}{SUFFIX}")
        card.write_text(json.dumps({"sha256": digest, "manifest": checked.manifest}), encoding="utf-8")
        line = [sys.executable, "-m", "benchmark.run", "--method", method["name"], "--dataset", dataset]
        line += ["--split", split, f"method.folder={videos}", f"runtime.root={root}", *overrides]
        plugins = ",".join(filter(None, [os.environ.get(PLUGINS), PLUGIN]))
        return subprocess.run(line, env=os.environ | {VARIABLE: str(card), PLUGINS: plugins}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
