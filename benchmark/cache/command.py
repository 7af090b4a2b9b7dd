"""Look after the cache of a root: `python -m benchmark.cache ls|verify|prune [--root DIR]`.

ls      what is there, the least recently used first
verify  read everything against its hashes; --remove takes damaged files away, so that they are made again
prune   remove the least recently used videos and features until the cache is at most --limit large
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.core.command_line import DONE, FAILURES, Parser, run_command
from benchmark.core.errors import UsageError

if TYPE_CHECKING:
    from benchmark.harness.cache import Part

UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def size_of(text: str) -> int:
    """Bytes of "500M", "20 GB" or "1000". Raises UsageError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kMGT]?)B?\s*", text)
    if match is None:
        raise UsageError(f"--limit must be a size such as 500M or 20G, got '{text}'")
    return round(float(match[1]) * UNITS[match[2]])


def size_text(count: int) -> str:
    """Bytes for people."""
    for unit in ("T", "G", "M", "k"):
        if count >= UNITS[unit]:
            return f"{count / UNITS[unit]:.1f} {unit}B"
    return f"{count} B"


def listing(found: Sequence[Part]) -> str:
    """A table of the parts, and their sum."""
    from benchmark.analysis.text_table import aligned

    rows = [("part", "files", "size", "last used")]
    for part in found:
        used = datetime.fromtimestamp(part.at, UTC).isoformat(" ", timespec="minutes")
        rows.append((part.name, str(part.files), size_text(part.bytes), used))
    total = f"{len(found)} parts, {sum(p.files for p in found)} files, {size_text(sum(p.bytes for p in found))}"
    return "\n".join([aligned(rows), total]) if found else "the cache is empty"


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.cache", __doc__)
    p.add_argument("what", choices=("ls", "verify", "prune"), help="list, read everything, or make room")
    p.add_argument("--root", type=Path, default=Path("."), help="of the runs; default: here")
    p.add_argument("--limit", help="of prune, such as 20G")
    p.add_argument("--remove", action="store_true", help="of verify: take damaged files away")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns 0; 1 if `verify` found damage; 2 for wrong usage."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> int:
    from benchmark.harness.cache import find_damaged, list_parts, prune, remove
    from benchmark.harness.workspace import Workspace

    if not given.root.is_dir():
        raise UsageError(f"--root: no such folder: {given.root}")
    workspace = Workspace(given.root)
    if given.what == "ls":
        print(listing(list_parts(workspace)))
        return DONE
    if given.what == "verify":
        found = list(find_damaged(workspace))
        for path, why in found:
            print(f"{path}: {why}" + (", removed" if given.remove else ""))
            if given.remove:
                remove(path)
        print(f"{len(found)} damaged files")
        return FAILURES if found else DONE
    if given.limit is None:
        raise UsageError("prune needs --limit SIZE")
    gone = prune(workspace, size_of(given.limit))
    print(f"removed {len(gone)} parts, {size_text(sum(part.bytes for part in gone))}")
    print(listing(list_parts(workspace)))
    return DONE
