"""Limits of a submission: settings, each of which an environment variable `BENCHMARK_LIMIT_<NAME>` overrides."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from benchmark.core.errors import UsageError

PREFIX = "BENCHMARK_LIMIT_"
MOST_DIGITS = 9
"""A setting has at most so many digits; more is a slip of the keyboard, and too much for the kernel."""


@dataclass(frozen=True)
class Limits:
    """How much a submission may be and cost. docs/guide/leaderboard.md lists them all."""

    archive_mib: int = 2048
    """Size of the zip, MiB."""
    unpacked_mib: int = 4096
    """Size of all files together, MiB."""
    file_mib: int = 64
    """Size of one video, MiB."""
    files: int = 20_000
    """Number of files."""
    ratio: int = 100
    """A packed file may grow by this factor; video hardly packs, bombs pack a thousandfold."""
    manifest_kib: int = 1024
    """Size of manifest.json, KiB."""
    side_px: int = 4096
    """Width and height of a video, pixels."""
    frames: int = 15_000
    """Frames of a video."""
    decode_seconds: int = 60
    """Processor seconds and wall seconds for one video."""
    decode_mib: int = 4096
    """Address space of the process that decodes, MiB."""
    check_seconds: int = 600
    """Wall seconds for the whole check on the leaderboard's page."""
    queue_count: int = 200
    """Submissions that wait for review."""
    queue_mib: int = 20_480
    """Size of their archives together, MiB."""


def limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """The limits, with the environment's changes. Raises UsageError for one that is no positive whole number."""
    changed = {}
    for field in fields(Limits):
        text = environment.get(f"{PREFIX}{field.name.upper()}")
        if text is None:
            continue
        if not text.isdecimal() or len(text) > MOST_DIGITS or int(text) < 1:
            raise UsageError(
                f"{PREFIX}{field.name.upper()} must be a whole number above 0 of at most {MOST_DIGITS} digits, "
                f"got {text!r}"
            )
        changed[field.name] = int(text)
    return Limits(**changed)
