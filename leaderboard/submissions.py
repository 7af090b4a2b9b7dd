"""Submissions that wait for review: checked by `benchmark.validate submission` in a process of its own, then kept.

Nothing of a submission is unpacked, shown as markup or run here: the archive stays as it came, beside a record of what
the check said. `python -m leaderboard.review` lists them and has one scored.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.core.errors import BenchmarkError
from benchmark.core.files import FULL, file_sha256, write_text
from benchmark.core.interpreter import module_command, module_environment
from benchmark.core.locks import hold
from benchmark.submission.limits import Limits, limits

ENVIRONMENT = "BENCHMARK_SUBMISSIONS"
"""Variable that names the folder of waiting submissions; else ./submissions."""
LOCAL = "BENCHMARK_LOCAL_SUBMISSIONS"
"""Set to 1, the page also takes a folder on the server's own disk: for a board that only its owner can open."""
RECORD, ARCHIVE, LOCK = "record.json", "submission.zip", ".lock"
WAITING, ACCEPTED, REFUSED = "waiting", "accepted", "refused"
MIB = 1 << 20
FORGOTTEN_SECONDS = 24 * 3600
"""Age after which a half-copied archive belongs to nobody any more."""


@dataclass(frozen=True)
class Checked:
    """What the check said."""

    good: bool
    sentences: tuple[str, ...]
    manifest: Mapping[str, Any] = field(default_factory=dict)


def submissions_folder() -> Path:
    """Where submissions wait."""
    return Path(os.environ.get(ENVIRONMENT) or "submissions")


def check(path: Path, seconds: float | None = None, sources: Sequence[str] = ()) -> Checked:
    """Check a zip or folder in a process of its own; what it says is what the command line says.

    Args:
        path: of the zip or folder.
        seconds: most time for all of it; None: `check_seconds` of the limits.
        sources: `dataset.root=DIR` of a prepared corpus.
    """
    seconds = seconds or float(limits().check_seconds)
    line = module_command("benchmark.validate", "submission", str(path.absolute()), *sources, "--json")
    try:
        with tempfile.TemporaryDirectory(prefix="check-") as scratch:  # goes also when the process was ended
            answer = json.loads(_said(line, seconds, module_environment() | {"TMPDIR": scratch}))
        return Checked(bool(answer["good"]), tuple(str(s) for s in answer["sentences"]), answer["manifest"])
    except subprocess.TimeoutExpired:
        return Checked(False, (f"bad: the check took more than {seconds:g} s",))
    except (ValueError, KeyError, TypeError, OSError):
        return Checked(False, ("bad: the check itself failed; nothing was scored",))


def _said(line: Sequence[str], seconds: float, environment: Mapping[str, str]) -> str:
    """What a command prints; with all that it started it is ended after so many seconds. Raises TimeoutExpired."""
    process = subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, start_new_session=True
    )
    try:
        return process.communicate(timeout=seconds)[0]
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise


def keep(archive: Path, checked: Checked, folder: Path, limit: Limits | None = None) -> dict[str, Any]:
    """Keep a good archive for review. The same bytes again are the same submission, whatever became of it.

    Safe when several threads, processes or servers on one disk do it at once.

    Args:
        archive: the zip.
        checked: what the check said; must be good.
        folder: of submissions.
        limit: how many may wait, and how large; None: the limits of this process.

    Raises:
        BenchmarkError: the check was not good, too many wait, or there is no room; nothing is kept.
    """
    if not checked.good:
        raise BenchmarkError("only a submission without problems is kept")
    limit = limit or limits()
    temporary = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".incoming-", suffix=".tmp", dir=folder)
        os.close(descriptor)
        temporary = Path(name)
        shutil.copyfile(archive, temporary)
        with locked(folder):
            return _file(temporary, file_sha256(temporary), checked, folder, limit)
    except OSError as error:
        why = "the disk is full" if error.errno in FULL else str(error.strerror or type(error).__name__)
        raise BenchmarkError(f"it can't be kept here: {why}; nothing was kept") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _file(temporary: Path, digest: str, checked: Checked, folder: Path, limit: Limits) -> dict[str, Any]:
    """Give a copied archive its place, unless it has one. The folder is locked."""
    card = checked.manifest["method"]
    place = folder / f"{card['name']}-{digest[:12]}"
    if read(place).get("sha256", digest) != digest:  # other bytes whose hash begins alike
        place = folder / f"{card['name']}-{digest}"
    if known := read(place):
        return known
    _refuse_full_queue(folder, temporary.stat().st_size, limit)
    for forgotten in folder.glob(".incoming-*.tmp"):
        if time.time() - forgotten.stat().st_mtime > FORGOTTEN_SECONDS:
            forgotten.unlink(missing_ok=True)
    place.mkdir(exist_ok=True)
    os.replace(temporary, place / ARCHIVE)
    record = {
        "id": place.name,
        "state": WAITING,
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "sha256": digest,
        "manifest": dict(checked.manifest),
        "check": list(checked.sentences),
    }
    write_record(place, record)
    return record


def _refuse_full_queue(folder: Path, size: int, limit: Limits) -> None:
    waiting = [record["id"] for record in queue(folder) if record["state"] == WAITING]
    if len(waiting) >= limit.queue_count:
        raise BenchmarkError(f"{len(waiting)} submissions wait already, and no more may; try again after a review")
    sizes = [(folder / name / ARCHIVE).stat().st_size for name in waiting if (folder / name / ARCHIVE).is_file()]
    if sum(sizes) + size > limit.queue_mib * MIB:
        raise BenchmarkError(
            f"the submissions that wait would take {(sum(sizes) + size) / MIB:.0f} MiB with this one, "
            f"{limit.queue_mib} are allowed; try again after a review"
        )


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder of submissions: one writer at a time, the others wait."""
    with hold(folder / LOCK):
        yield


def set_state(place: Path, state: str) -> None:
    """Write what became of a submission. Raises BenchmarkError if its record is gone or damaged."""
    with locked(place.parent):
        record = read(place)
        if not record:
            raise BenchmarkError(f"{place.name}: its record can't be read")
        write_record(place, record | {"state": state})


def write_record(place: Path, record: Mapping[str, Any]) -> None:
    """Write a record in one step."""
    write_text(place / RECORD, json.dumps(record, indent=2, ensure_ascii=True, allow_nan=False) + "\n")


def read(place: Path) -> dict[str, Any]:
    """The record of a submission; {} where there is none, it is damaged, or it is another's."""
    try:
        record = json.loads((place / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    manifest = record.get("manifest") if isinstance(record, dict) else None
    method = manifest.get("method") if isinstance(manifest, dict) else None
    named = isinstance(method, dict) and "name" in method and {"dataset", "split"} <= set(manifest or ())
    whole = named and {"id", "state", "at", "sha256"} <= set(record) and record["id"] == place.name
    return record if whole else {}


def queue(folder: Path) -> list[dict[str, Any]]:
    """Every readable submission, oldest first."""
    records = [read(path.parent) for path in folder.glob(f"*/{RECORD}")]
    return sorted((record for record in records if record), key=lambda record: (str(record["at"]), record["id"]))
