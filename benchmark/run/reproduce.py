"""Run a run.json's plan again, in a place of its own, and say what differs: `benchmark.run --reproduce run.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.analysis import format
from benchmark.analysis.text_table import aligned
from benchmark.config.spec import DatasetChoice, MethodChoice, RunConfig, RuntimeConfig, StatisticsConfig
from benchmark.core.errors import UsageError
from benchmark.core.files import write_text
from benchmark.harness.pipeline import execute
from benchmark.harness.run_result import RunResult
from benchmark.results.difference import circumstances, differing_scores, differing_summary
from benchmark.results.store import read_run, read_scores, read_summary

ROOT = Path("reproduced")
"""Where the second run goes, so that nothing of the first is re-used."""
SHOWN = 20
"""Differing numbers that are printed; all of them go to a file."""


@dataclass(frozen=True)
class Reproduction:
    """A run and its repetition."""

    folder: Path
    """The folder of the first run."""
    again: RunResult
    circumstances: tuple[str, ...]
    """What was not the same, a sentence each."""
    numbers: pd.DataFrame
    """What differs, see `benchmark.results.difference.FOUND`."""
    compared: int
    """Per-sample rows and summary rows that were compared."""
    timed: tuple[str, ...]
    """Metrics that measure time, which are not compared."""

    @property
    def identical(self) -> bool:
        """Whether every number is the same to the last bit."""
        return self.numbers.empty

    def text(self, file: Path) -> str:
        """The report for the terminal; `file` is where all differing numbers were written."""
        lines = [f"\n{self.folder} again: {self.again.folder}"]
        lines += [f"not the same: {sentence}" for sentence in self.circumstances] or [
            "made under the same circumstances"
        ]
        if self.timed:
            lines.append(f"not compared, because they measure time: {', '.join(self.timed)}")
        if self.identical:
            lines.append(f"identical: all {self.compared:,} rows of scores and summary, to the last bit")
            return "\n".join(lines)
        lines.append(f"{len(self.numbers):,} numbers of {self.compared:,} rows differ, all in {file}:")
        rows = [("table", "metric", "of", "column", "first", "second", "difference")]
        for row in self.numbers.head(SHOWN).to_dict("records"):
            shown = (row["first"], row["second"])
            cells = (format.significant(x) if isinstance(x, float) else str(x) for x in shown)
            rows.append(
                (row["table"], row["metric"], row["what"], row["column"], *cells, format.significant(row["difference"]))
            )
        worst = self.numbers.assign(size=self.numbers["difference"].abs()).groupby("metric")["size"].max()
        lines += [
            aligned(rows),
            *(f"largest difference, {name}: {format.significant(size)}" for name, size in worst.items()),
        ]
        return "\n".join(lines)


def config_of(
    record: Mapping[str, Any], root: Path, device: str | None, workers: int, weights: Path | None = None
) -> RunConfig:
    """The configuration that made a run.

    Args:
        record: its run.json.
        root: where the repetition goes.
        device: where networks run; None: as then.
        workers: processes that make the corpus; no number depends on it.
        weights: folder of checkpoints.

    Raises:
        UsageError: run.json does not hold a whole plan: the run was made by an early version.
    """
    plan, machine = record["plan"], record.get("machine", {})
    options = record.get("provenance", {}).get("options")
    if options is None:
        raise UsageError("run.json says no options: the run was made before provenance was kept and can't be repeated")
    try:
        return RunConfig(
            method=MethodChoice(plan["adapter"], plan["method"], dict(options["method"])),
            dataset=DatasetChoice(plan["dataset"], plan["split"], dict(options["dataset"]), plan["dataset_seed"]),
            suite=plan["suite"],
            metrics=tuple(plan["metrics"]),
            limit=plan["limit"],
            seed=plan["seed"],
            statistics=StatisticsConfig(plan["level"], plan["n_resamples"], plan["set_resamples"]),
            runtime=RuntimeConfig(
                root=root,
                device=device or str(machine.get("device", "cpu")),
                batch_size=int(machine.get("batch_size", 32)),
                workers=workers,
                weights=weights,
            ),
            mock=bool(plan["mock"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"run.json holds no whole plan: {error}") from error


def reproduce(
    path: Path,
    *,
    root: Path = ROOT,
    device: str | None = None,
    workers: int = 2,
    weights: Path | None = None,
    command: Sequence[str] = (),
) -> Reproduction:
    """Run a plan again and compare.

    Args:
        path: a run.json, or its folder.
        root: where the repetition goes; must not be the root of the first run.
        device: see `config_of`.
        workers: see `config_of`.
        weights: see `config_of`.
        command: for the record.

    Raises:
        BenchmarkError: the run can't be read or repeated.
    """
    folder = (path if path.is_dir() else path.parent).resolve()
    if root.resolve() in folder.parents:
        raise UsageError(
            f"{root} is where the first run lies: its videos would be re-used; choose another runtime.root"
        )
    first = read_run(folder)
    if first["status"] != "complete":
        raise UsageError(f"{folder}: the run is not complete but {first['status']}")
    again = execute(config_of(first, root, device, workers, weights), command=command)
    again = replace(again, record=read_run(again.folder))
    timed = tuple(card["name"] for card in first["metrics"] if card["level"] == "cost")
    scores, summary = read_scores(folder), read_summary(folder)
    second = read_scores(again.folder), read_summary(again.folder)
    found = [differing_scores(scores, second[0], timed), differing_summary(summary, second[1], timed)]
    return Reproduction(
        folder=folder,
        again=again,
        circumstances=tuple(circumstances(first, again.record)),
        numbers=pd.concat([one for one in found if not one.empty], ignore_index=True)
        if any(map(len, found))
        else found[0],
        compared=len(scores) + len(summary),
        timed=timed,
    )


def write_differences(done: Reproduction) -> Path:
    """Write all differing numbers beside the second run; returns the file."""
    file = done.again.folder / "differences.csv"
    write_text(file, done.numbers.to_csv(index=False, lineterminator="\n"))
    return file
