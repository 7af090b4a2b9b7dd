"""Fingerprints: what a number depends on, as a short string that moves when any of it moves.

A fingerprint is the sha256 of canonical JSON (sorted keys, no blanks), so it is the same on every machine. Files enter
it by the hash of their content, never by their path or date.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmark.core.files import file_sha256, write_json

ABSENT = "absent"
"""Stands for the content of a file that is not there."""

KEY_LENGTH = 16
"""Hex digits of a fingerprint that name a folder: 64 bits."""


def fingerprint(value: Any) -> str:
    """The sha256 hex digest of a value made of mappings, sequences, strings, numbers, booleans and None.

    Raises:
        TypeError: a part of it is something else, whose text might differ between runs.
        ValueError: a number is NaN or infinite.
    """
    text = json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, os.PathLike):
        return Path(value).as_posix()
    if isinstance(value, Mapping):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_canonical(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no fingerprint")


class ContentIndex:
    """Content hashes of files, remembered by path, size and time of last change, so that nothing is read twice.

    Args:
        memory: JSON file that keeps the hashes between runs. A damaged one is begun anew.
    """

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory
        self._known: dict[str, list[Any]] = {}
        self._changed = False
        if memory is not None:
            try:
                stored = json.loads(memory.read_text(encoding="utf-8"))
                self._known = {str(k): list(v) for k, v in stored.items()}
            except (OSError, ValueError, AttributeError, TypeError):
                self._known = {}

    def sha256(self, path: Path) -> str:
        """The content's hash, or "absent" if there is no such file. Raises OSError if it is there and unreadable."""
        place = os.path.abspath(path)
        try:
            stat = os.stat(place)
        except (FileNotFoundError, NotADirectoryError):
            return ABSENT
        state = [stat.st_size, stat.st_mtime_ns]
        known = self._known.get(place)
        if known is not None and known[:2] == state:
            return str(known[2])
        digest = file_sha256(Path(place))
        self._known[place] = [*state, digest]
        self._changed = True
        return digest

    def save(self) -> None:
        """Keep what was learned for the next run."""
        if self._memory is None or not self._changed:
            return
        write_json(self._memory, self._known, sort_keys=True)
        self._changed = False
