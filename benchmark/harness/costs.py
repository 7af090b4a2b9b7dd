"""What a sample of a method costs, from runs that were measured: what a plan says where no earlier run is there.

`costs.csv` beside this file is made by `python -m benchmark.harness.costs ROOT` from the complete runs under a root;
each row names the machine. Another machine needs another time, the disk is the same.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.errors import UsageError
from benchmark.core.files import write_text
from benchmark.harness.estimate import output_sizes, seconds_per_sample
from benchmark.results.store import list_runs

FILE = Path(__file__).parent / "costs.csv"
COLUMNS = ("dataset", "split", "method", "samples", "seconds_per_sample", "bytes_per_sample", "device", "machine")


@dataclass(frozen=True)
class Cost:
    """What was measured of a method on a split."""

    seconds: float
    """Seconds that one worker takes to generate and to score a sample."""
    bytes: float
    """Bytes of one output."""
    machine: str

    def as_known(self) -> tuple[float, float, str]:
        """For `estimate`."""
        return self.seconds, self.bytes, f"as measured elsewhere on {self.machine}"


@cache
def _read_table() -> pd.DataFrame:
    return pd.read_csv(FILE, encoding="utf-8")


def find_cost(dataset: str, split: str, method: str) -> Cost | None:
    """The cost of a sample; of another split of the dataset where this one was not measured; None: not measured."""
    rows = _read_table()
    rows = rows[(rows["dataset"] == dataset) & (rows["method"] == method)]
    own = rows[rows["split"] == split]
    if rows.empty:
        return None
    row = (own if len(own) else rows).iloc[0]
    return Cost(float(row["seconds_per_sample"]), float(row["bytes_per_sample"]), str(row["machine"]))


def measure_costs(root: Path, machine: str) -> pd.DataFrame:
    """The costs of the complete runs under a root that made and looked at everything themselves: `COLUMNS`."""
    rows = []
    for run in list_runs(root / "results").runs:
        seconds, sizes = seconds_per_sample(run) if run.complete else None, output_sizes(run, root)
        if seconds is not None and sizes:
            record = run.record
            where = (record["dataset"], record["split"], run.method, record["counts"]["planned"])
            device = record.get("machine", {}).get("device", "cpu")
            rows.append((*where, round(seconds, 4), round(float(np.mean(sizes))), device, machine))
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(list(COLUMNS[:3]), ignore_index=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table of a root. Returns the exit code."""
    p = Parser("benchmark.harness.costs", description="Write the table of what was measured under a root.")
    p.add_argument("root", type=Path, metavar="ROOT", help="holds results/ and cache/")
    return run_command(p, _work, arguments)


def _work(given: argparse.Namespace) -> None:
    table = measure_costs(given.root, f"{os.cpu_count()} cores, {platform.machine()}")
    if table.empty:
        raise UsageError(f"no complete run under {given.root}")
    write_text(FILE, table.to_csv(index=False, lineterminator="\n"))
    print(table.to_string(index=False))


if __name__ == "__main__":
    leave(main())
