"""How long the fault suite waits: FAULT_PATIENCE=5 makes every limit of time five times as long, on a busy machine."""

from __future__ import annotations

import os

PATIENCE = float(os.environ.get("FAULT_PATIENCE", "1"))


def patient(seconds: float) -> float:
    """A limit of time in seconds, as long as this machine is given."""
    return seconds * PATIENCE
