"""A weights file as a value: what it is, where it comes from, and how to know that it is the right one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Checkpoint:
    """A weights file: what it is, where it comes from, and how to know that it is the right one."""

    name: str
    """Unique name; also the file name under the checkpoint folder."""
    address: str
    """https address, or words that say where to get it by hand."""
    sha256: str | None
    """Hex digest of the file; None where the authors' file could not be hashed (then only the keys are checked)."""
    size: int | None
    """Bytes, if known."""
    licence: str
    belongs_to: str
    """The network or method that loads it."""
    directory: Path | None = None
    """Folder that holds it when it ships with the project; None: the user's checkpoint folder."""
