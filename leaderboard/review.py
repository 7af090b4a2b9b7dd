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
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import DONE, FAILURES, Parser, leave, run_command
from benchmark.core.errors import UsageError, nearest
from benchmark.core.interpreter import module_command, module_environment

VARIABLE, PLUGIN = "EMOTION_BENCHMARK_SUBMISSION", "benchmark.submission.method"
"""Of `benchmark.submission.method`, which is not imported here: it knows the media."""
SOURCES = ("dataset.root=", "dataset.speech=")
PLUGINS = "EMOTION_BENCHMARK_PLUGINS"
SCORED = (DONE, FAILURES)
"""Exit codes of `benchmark.run` that leave a complete run: all samples have numbers, or some have a reason instead."""


def parser() -> Parser:
    """The command line."""
    p = Parser("leaderboard.review", __doc__)
    p.add_argument("action", choices=("list", "refuse", "score"), nargs="?", default="list", help="default: list")
    p.add_argument("id", nargs="?", default="", help="of a submission")
    p.add_argument("overrides", nargs="*", metavar="key=value", help="of benchmark.run, e.g. dataset.root=DIR")
    p.add_argument("--submissions", type=Path, metavar="DIR", help="where they wait (default: as the leaderboard's)")
    p.add_argument("--root", type=Path, default=Path("."), help="root of the runs that are made")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code; of `score`, that of `benchmark.run`."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> int:
    from benchmark.submission.package import shown
    from leaderboard.submissions import ACCEPTED, REFUSED, queue, set_state, submissions_folder

    folder = given.submissions or submissions_folder()
    if given.action == "list":
        for record in queue(folder):
            print(f"{record['state']}  {record['at']}  {shown(str(record['id']))}")
        return DONE
    known = [str(record["id"]) for record in queue(folder)]
    if given.id not in known:
        raise UsageError(f"no submission '{shown(given.id)}'{nearest(given.id, known)}")
    place = folder / given.id
    if given.action == "refuse":
        set_state(place, REFUSED)
        return DONE
    code = _score(place, given.root, given.overrides)
    if code in SCORED:
        set_state(place, ACCEPTED)
    return code


def _score(place: Path, root: Path, overrides: Sequence[str]) -> int:
    """The exit code of `benchmark.run`. Raises UsageError if the archive is not what was kept, or not good any more."""
    from benchmark.core.files import file_sha256
    from benchmark.submission.limits import limits
    from benchmark.submission.package import SUFFIX, open_package
    from leaderboard.submissions import ARCHIVE, check, read

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
        line = module_command("benchmark.run", "--method", method["name"], "--dataset", dataset, "--split", split)
        line += [f"method.folder={videos}", f"runtime.root={root}", *overrides]
        plugins = ",".join(filter(None, [os.environ.get(PLUGINS), PLUGIN]))
        environment = module_environment() | {VARIABLE: str(card), PLUGINS: plugins}
        return subprocess.run(line, env=environment, check=False).returncode


if __name__ == "__main__":
    leave(main())
