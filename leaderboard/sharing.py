"""Results on the Hugging Face Hub: `python -m leaderboard.sharing pull hf:ORG/NAME[@REVISION] [DIR]`, `push`.

A dataset repository holds a root as it is: `results`, the clips that runs name, `curves`. `pull` fetches only those and
checks them; `push` refuses what `benchmark.validate` finds fault with, and proposes the rest as a pull request
(`--direct` commits at once). `python -m leaderboard --results hf:ORG/NAME` pulls and opens. Nothing fetched is run.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmark.core.command_line import DONE, FAILURES, Parser, leave, run_command
from benchmark.core.errors import BenchmarkError, MissingRequirement, UsageError, one_line
from benchmark.core.interpreter import module_command, module_environment

PREFIX = "hf:"
WANTED = ("results/*", "curves/*.json", "cache/*.mp4", "cache/*.webm")
"""Patterns of what is fetched; `*` also matches slashes."""
ADDRESS = re.compile(r"hf:(?P<repo>[A-Za-z0-9][\w.\-]*/[A-Za-z0-9][\w.\-]*)(?:@(?P<revision>[\w.\-/]+))?")


def parsed(address: str) -> tuple[str, str | None]:
    """Repository and revision of "hf:ORG/NAME@REVISION". Raises UsageError."""
    match = ADDRESS.fullmatch(address)
    if match is None or ".." in address:
        raise UsageError(f"'{address}' is no address of a dataset repository, such as hf:ORG/NAME or hf:ORG/NAME@v1")
    return match["repo"], match["revision"]


def hub() -> Any:
    """The package `huggingface_hub`. Raises MissingRequirement where it is not installed."""
    try:
        import huggingface_hub
    except ImportError:
        raise MissingRequirement('the Hub needs huggingface_hub: pip install "emotion-edit-benchmark[hub]"') from None
    return huggingface_hub


def pull(address: str, folder: Path | None = None) -> Path:
    """Fetch a repository's results. Returns the results folder.

    Args:
        address: "hf:ORG/NAME" or "hf:ORG/NAME@REVISION".
        folder: becomes the root; None: one below the user's cache, one for each repository and revision.

    Raises:
        UsageError: no such address, or the repository holds no results.
        BenchmarkError: the Hub does not answer, or has no such repository.
    """
    repo, revision = parsed(address)
    package = hub()
    root = folder or cache_root() / repo.replace("/", "--") / (revision or "newest").replace("/", "--")
    try:
        package.snapshot_download(
            repo, repo_type="dataset", revision=revision, local_dir=root, allow_patterns=list(WANTED)
        )
    except Exception as error:  # of the network, of the Hub, of the disk: whatever it is, it is one line
        raise BenchmarkError(f"{address} can't be fetched: {type(error).__name__}: {one_line(error)[:300]}") from error
    if not (root / "results").is_dir():
        raise UsageError(f"{address} holds no folder 'results'")
    return root / "results"


def cache_root() -> Path:
    """Where pulled repositories lie: below XDG_CACHE_HOME, else ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "emotion-edit-benchmark" / "hub"


def faults(results: Path) -> list[str]:
    """What `benchmark.validate` says against a results folder, in a process of its own; [] for a good one."""
    line = module_command("benchmark.validate", str(results), "--quiet")
    done = subprocess.run(line, env=module_environment(), capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else (done.stdout + done.stderr).strip().splitlines()


def shared_files(root: Path) -> list[str]:
    """What of a root is shared: every run's files, the clips that they name, curves; relative, with slashes."""
    from benchmark.results.store import list_runs
    from leaderboard.curves import CURVES

    runs = list_runs(root / "results").runs
    found = {path for run in runs for path in run.folder.glob("[!.]*") if path.is_file()}
    for run in runs:
        for card in run.record["samples"]:
            clips = [card.get(what) for what in ("source", "target", "output")]
            found |= {root / clip for clip in clips if isinstance(clip, str) and not Path(clip).is_absolute()}
    found |= set((root / CURVES).rglob("*.json"))
    inside = [path.resolve().relative_to(root.resolve()) for path in found if _within(path, root)]
    return sorted(path.as_posix() for path in inside)


def _within(path: Path, root: Path) -> bool:
    return path.is_file() and path.resolve().is_relative_to(root.resolve())


def push(root: Path, address: str, message: str, direct: bool = False) -> str:
    """Propose the results of a root to a repository. Returns the address of the pull request or commit.

    Raises:
        UsageError: there is nothing to share, or `benchmark.validate` finds fault with it; the message has the first.
        BenchmarkError: the Hub refuses.
    """
    repo, revision = parsed(address)
    package = hub()
    if said := faults(root / "results"):
        raise UsageError(f"{root / 'results'} is not shared: {'; '.join(line.strip() for line in said[:3])}")
    files = shared_files(root)
    operations = [package.CommitOperationAdd(path_in_repo=name, path_or_fileobj=root / name) for name in files]
    try:
        done = package.HfApi().create_commit(
            repo, operations, commit_message=message, repo_type="dataset", revision=revision, create_pr=not direct
        )
    except Exception as error:  # as above
        raise BenchmarkError(f"{address} refuses: {type(error).__name__}: {one_line(error)[:300]}") from error
    return str(done.pr_url or done.commit_url)


def parser() -> Parser:
    """The command line."""
    p = Parser("leaderboard.sharing", __doc__)
    actions = p.add_subparsers(dest="action", required=True)
    one = actions.add_parser("pull", help="fetch the results of a repository and check them")
    one.add_argument("address", help="hf:ORG/NAME[@REVISION]")
    one.add_argument("folder", type=Path, nargs="?", help="root (default: in the user's cache)")
    two = actions.add_parser("push", help="check results and propose them to a repository")
    two.add_argument("root", type=Path, help="folder that holds results/")
    two.add_argument("address", help="hf:ORG/NAME[@BRANCH]; the token is huggingface_hub's (hf auth login, HF_TOKEN)")
    two.add_argument("--message", default="Results of emotion-edit-benchmark", help="of the commit")
    two.add_argument("--direct", action="store_true", help="commit at once instead of a pull request")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns 0; 1 if what was pulled is faulty; 2 for wrong usage."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> int:
    if given.action == "push":
        print(push(given.root, given.address, given.message, given.direct))
        return DONE
    results = pull(given.address, given.folder)
    problems = faults(results)
    print("\n".join([str(results), *problems]))
    return FAILURES if problems else DONE


if __name__ == "__main__":
    leave(main())
