"""Submissions that wait for review: checked by `benchmark.validate submission` in a process of its own, then kept.

Nothing of a submission is unpacked, shown as markup or run here: the archive stays as it came, beside a record of what
the check said. `python -m leaderboard.review` lists them and has one scored.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.errors import BenchmarkError
from benchmark.results.store import write_text
from benchmark.submission.limits import limits

ENVIRONMENT = "BENCHMARK_SUBMISSIONS"
"""Variable that names the folder of waiting submissions; else ./submissions."""
LOCAL = "BENCHMARK_LOCAL_SUBMISSIONS"
"""Set to 1, the page also takes a folder on the server's own disk: for a board that only its owner can open."""
RECORD, ARCHIVE = "record.json", "submission.zip"
STATES = ("waiting", "accepted", "refused")


@dataclass(frozen=True)
class Checked:
    """What the check said."""

    good: bool
    sentences: tuple[str, ...]
    manifest: Mapping[str, Any] = field(default_factory=dict)


def submissions_folder() -> Path:
    """Where submissions wait."""
    return Path(os.environ.get(ENVIRONMENT) or "submissions")


def check(path: Path, seconds: float | None = None) -> Checked:
    """Check a zip or folder in a process of its own; what it says is what the command line says.

    Args:
        path: of the zip or folder.
        seconds: most time for all of it; None: 600.
    """
    line = [sys.executable, "-m", "benchmark.validate", "submission", str(path), "--json"]
    try:
        done = subprocess.run(line, capture_output=True, text=True, timeout=seconds or 600.0, check=False)
        answer = json.loads(done.stdout)
        return Checked(bool(answer["good"]), tuple(str(s) for s in answer["sentences"]), answer["manifest"])
    except subprocess.TimeoutExpired:
        return Checked(False, (f"bad: the check took more than {seconds or 600.0:g} s",))
    except (ValueError, KeyError, OSError):
        return Checked(False, ("bad: the check itself failed; nothing was scored",))


def keep(archive: Path, checked: Checked, folder: Path) -> dict[str, Any]:
    """Keep a good archive for review. The same bytes again are the same submission.

    Args:
        archive: the zip.
        checked: what the check said; must be good.
        folder: of submissions.

    Raises:
        BenchmarkError: the check was not good.
    """
    if not checked.good:
        raise BenchmarkError("only a submission without problems is kept")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    card = checked.manifest["method"]
    name = f"{card['name']}-{digest[:12]}"
    place = folder / name
    if (place / RECORD).is_file():
        return read(place)
    place.mkdir(parents=True, exist_ok=True)
    temporary = place / f".{ARCHIVE}.{os.getpid()}.tmp"
    shutil.copyfile(archive, temporary)
    os.replace(temporary, place / ARCHIVE)
    record = {
        "id": name,
        "state": "waiting",
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "sha256": digest,
        "manifest": dict(checked.manifest),
        "check": list(checked.sentences),
    }
    write_text(place / RECORD, json.dumps(record, indent=2, ensure_ascii=True, allow_nan=False) + "\n")
    return record


def read(place: Path) -> dict[str, Any]:
    """The record of a submission; {} where there is none or it is damaged."""
    try:
        record = json.loads((place / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    manifest = record.get("manifest") if isinstance(record, dict) else None
    method = manifest.get("method") if isinstance(manifest, dict) else None
    named = isinstance(method, dict) and "name" in method and {"dataset", "split"} <= set(manifest or ())
    return record if named and {"id", "state", "at"} <= set(record) else {}


def queue(folder: Path) -> list[dict[str, Any]]:
    """Every readable submission, oldest first."""
    records = [read(path.parent) for path in folder.glob(f"*/{RECORD}")]
    return sorted((record for record in records if record), key=lambda record: str(record.get("at")))


def archive_limit() -> int:
    """Largest archive, MiB."""
    return limits().archive_mib
