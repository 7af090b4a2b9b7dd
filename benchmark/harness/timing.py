"""The table of what each sample cost, from what generation noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from benchmark.core.files import replace_file
from benchmark.harness.outputs import Output
from benchmark.results.timing import TIMING_FILE


def write_timing(folder: Path, outputs: Mapping[str, Output]) -> None:
    """Write `timing.parquet`: what each sample cost when it was made, and what the method says about the edit.

    Times stay out of the scores.
    """
    rows = [
        {
            "sample_id": o.sample_id,
            "seconds": o.seconds,
            "synchronised": o.synchronised,
            "frames": o.frames,
            "order": o.order,
            "peak_bytes": o.peak_bytes,
            "status": o.status,
        }
        for o in outputs.values()
    ]
    kinds = {
        "seconds": "float64",
        "synchronised": "float64",
        "frames": "Int64",
        "order": "Int64",
        "peak_bytes": "Int64",
    }
    frame = pd.DataFrame(rows).astype(kinds)
    for name in sorted({name for o in outputs.values() for name in o.remarks}):
        values = [o.remarks.get(name) for o in outputs.values()]
        frame[name] = pd.Series(values, dtype=_kind(values))
    with replace_file(folder / TIMING_FILE) as temporary:
        frame.to_parquet(temporary, index=False)


def _kind(values: Sequence[float | bool | str | None]) -> str:
    """The column type of remarks; None where a sample has none."""
    given = [value for value in values if value is not None]
    if all(isinstance(value, bool) for value in given):
        return "boolean"
    return "string" if any(isinstance(value, str) for value in given) else "float64"
