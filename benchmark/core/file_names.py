"""Names of files as people write them: other alphabets, composed or decomposed letters, Windows' separators."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

from benchmark.core.errors import UsageError

LONGEST_ID = 120
"""Characters of a sample's id, and of every name that becomes a folder."""
NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_.\-]{{0,{LONGEST_ID - 1}}}")
"""Names of samples, splits, datasets and labels: what may become a folder or a file on every system."""
_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def make_id(name: str) -> str:
    """An id for a name in any alphabet: letters, digits, `_`, `-`, `.` of ASCII, at most 120 characters.

    Accents are taken off (`Zoé` becomes `Zoe`). Where letters would be lost, or the name begins with a sign, eight
    digits of its hash follow, so that different names keep different ids. A name in ASCII is the same id as ever:
    other signs become `_`. Composed and decomposed spellings of one name give one id.
    """
    composed = unicodedata.normalize("NFC", name)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", composed) if not unicodedata.combining(sign))
    kept = re.sub(r"[^A-Za-z0-9_.\-]", "_", plain)
    short = kept[-LONGEST_ID:]
    lost = any(sign.isalnum() and not sign.isascii() for sign in plain)
    if short[:1].isalnum() and not lost:
        return short
    digest = hashlib.sha256(composed.encode()).hexdigest()[:8]
    words = re.sub(r"_+", "_", kept).strip("_.-")[-(LONGEST_ID - 9) :].lstrip("_.-")
    return f"{words}_{digest}" if words else f"name_{digest}"


def check_name(what: str, name: str) -> str:
    """Return the name of a split, label, dataset or sample if it may become a folder or file, the same everywhere.

    Raises:
        UsageError: it holds another sign than letters, digits, `_`, `-`, `.` of ASCII, begins with a sign, or is longer
            than 120 characters: such a name could lead out of a folder, or be one that no reader finds.
    """
    if problem := name_problem(what, name):
        raise UsageError(problem)
    return name


def name_problem(what: str, name: str) -> str:
    """What is wrong with the name, as `check_name` says it; "" for nothing."""
    if NAME.fullmatch(name):
        return ""
    return (
        f"{what} {name!r} can't name a folder: it may hold letters, digits, '_', '-' and '.', at most {LONGEST_ID}, "
        "and begins with a letter or digit"
    )


def as_file(path: Path | str) -> str:
    """A path as FFmpeg must be told it: `T22:57:44.mp4` names a protocol to it, `/here/T22:57:44.mp4` a file."""
    return os.path.abspath(path)


def find_file(root: Path, name: str) -> Path | None:
    r"""The file that a table names, below a folder; None: there is none.

    A name is taken as it was written; if that is no file, its letters may be composed otherwise than on disk (macOS
    stores `é` as two signs), and its folders be separated by `\`, as Windows does.
    """
    path = root / name
    if path.exists():
        return path
    if "\\" in name and not names_a_drive(name):
        other = find_file(root, name.replace("\\", "/"))
        if other is not None:
            return other
    return _composed(root, Path(name))


def names_a_drive(name: str) -> bool:
    r"""Whether a path begins with a drive or server of Windows (`C:\clips\a.mp4`), which no other machine has."""
    return _DRIVE.match(name) is not None


def _composed(root: Path, name: Path) -> Path | None:
    here = Path(name.anchor) if name.is_absolute() else root
    for part in name.parts[1:] if name.is_absolute() else name.parts:
        there = here / part
        if not there.exists():
            if not here.is_dir():
                return None
            same = [path for path in here.iterdir() if _nfc(path.name) == _nfc(part)]
            if len(same) != 1:
                return None
            there = same[0]
        here = there
    return here


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
