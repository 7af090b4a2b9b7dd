"""One run from its configuration to its results: plan, generate, extract, score, aggregate.

Everything that a stage leaves behind is written under a temporary name and then moved, so a run that is killed at any
moment is completed by the same command, with the same results.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from benchmark.config.spec import RunConfig
from benchmark.core.errors import BenchmarkError, MissingRequirement, one_line
from benchmark.core.fingerprint import ContentIndex, file_sha256
from benchmark.core.status import NOT_FAILED, Status
from benchmark.core.threads import limit_threads
from benchmark.core.types import Sample
from benchmark.harness import record as records
from benchmark.harness.aggregate import aggregate
from benchmark.harness.cache import in_use, prune
from benchmark.harness.context import Prepared, check_device, prepare
from benchmark.harness.disk_estimate import bytes_remaining
from benchmark.harness.extract import extract
from benchmark.harness.features import FeatureStore
from benchmark.harness.generate import generate
from benchmark.harness.intervals import interval_table, set_intervals
from benchmark.harness.journal import Journal
from benchmark.harness.judgements import judge_outputs
from benchmark.harness.leaks import leak_warnings
from benchmark.harness.networks import Machine
from benchmark.harness.outputs import Output
from benchmark.harness.plan import RunPlan
from benchmark.harness.provenance import made_by, provenance, remember_generation
from benchmark.harness.run_lock import DiskFull, raise_if_disk_full, run_lock
from benchmark.harness.score import FeatureLookup, score
from benchmark.harness.timing import write_timing
from benchmark.harness.workspace import Workspace, open_workspace
from benchmark.methods.base import Method
from benchmark.metrics.base import Metric
from benchmark.results.evidence import INTERVALS_FILE, RESAMPLES_FILE, write_intervals, write_resamples
from benchmark.results.judgements import JUDGEMENTS_FILE, write_judgements
from benchmark.results.store import (
    SCORES_FILE,
    SUMMARY_FILE,
    ResultsError,
    read_run,
    write_run,
    write_scores,
    write_summary,
)
from benchmark.results.timing import TIMING_FILE

FILES = (SCORES_FILE, SUMMARY_FILE, JUDGEMENTS_FILE, INTERVALS_FILE, RESAMPLES_FILE, TIMING_FILE)
"""What a complete run leaves beside run.json."""


@dataclass(frozen=True)
class RunResult:
    """A run that came to its end."""

    plan: RunPlan
    metrics: tuple[Metric, ...]
    samples: tuple[Sample, ...]
    outputs: dict[str, Output]
    scores: pd.DataFrame
    summary: pd.DataFrame
    record: dict[str, Any]
    workspace: Workspace
    folder: Path

    @property
    def complete(self) -> bool:
        """Whether every sample has a number in every metric that applies to it."""
        rows_fine = bool(self.scores["status"].isin(NOT_FAILED).all())
        sets = self.summary[self.summary["group"] == "all"]
        sets_fine = bool(sets["status"].isin(NOT_FAILED).all())
        return rows_fine and sets_fine and all(output.status in NOT_FAILED for output in self.outputs.values())


class Dispatch(Protocol):
    """Has a run's work done by others; see `benchmark.harness.executors.dispatch`."""

    def generate(self, prepared: Prepared, contents: ContentIndex, journal: Journal) -> tuple[dict[str, Output], bool]:
        """Have outputs made. Returns those that are not to be tried again here, and whether any was tried."""

    def extract(
        self,
        prepared: Prepared,
        outputs: Mapping[str, Output],
        contents: ContentIndex,
        store: FeatureStore,
        journal: Journal,
    ) -> dict[str, Output]:
        """Have features computed. Returns the samples that can't be looked at, as failed outputs."""


def execute(
    config: RunConfig,
    *,
    missing_is_fatal: bool = True,
    command: Sequence[str] = (),
    dispatch: Dispatch | None = None,
) -> RunResult:
    """Run one method on one split.

    Args:
        config: what to run.
        missing_is_fatal: whether a method whose requirement is absent ends the run, or all its samples get that status.
        command: the words of the command line, for the record.
        dispatch: who makes outputs and features; None: this process.

    Raises:
        BenchmarkError: wrong usage, a missing requirement, another driver, a full disk; run.json, if begun, says so.
    """
    check_device(config.runtime.device)
    workspace = open_workspace(config.runtime.root, config.mock)
    started = datetime.now(UTC)
    clock = time.perf_counter()
    try:
        prepared = prepare(config, workspace)
        with run_lock(prepared.folder):
            try:
                return _run_locked(prepared, started, clock, missing_is_fatal, command, dispatch)
            except BenchmarkError as error:
                told = _with_need(error, prepared) if isinstance(error, DiskFull) else error
                _note_failure(prepared.folder, one_line(told))
                raise told from error
    except OSError as error:
        raise_if_disk_full(error, workspace.root)
        raise


def _with_need(error: DiskFull, prepared: Prepared) -> DiskFull:
    needed = bytes_remaining(prepared.plan, prepared.samples, prepared.metrics, prepared.workspace)
    return DiskFull(f"{error}; about {max(needed / 1e6, 0.1):.1f} MB more are needed")


def _run_locked(
    prepared: Prepared,
    started: datetime,
    clock: float,
    missing_is_fatal: bool,
    command: Sequence[str],
    dispatch: Dispatch | None,
) -> RunResult:
    config = prepared.config
    plan, folder, runtime = prepared.plan, prepared.folder, config.runtime
    machine = {"device": runtime.device, "batch_size": runtime.batch_size, "workers": runtime.workers}
    machine["threads"] = config.executor.cpus
    record = records.opening(plan, prepared.method.info, prepared.metrics, machine, runtime.weights)
    record["provenance"] = provenance(plan, config, prepared.metrics, command)
    record["warnings"] = leak_warnings(
        prepared.method.info.trained_on, plan.dataset, plan.split, [sample.speaker for sample in prepared.samples]
    )
    record["timing"]["started"] = started.isoformat(timespec="seconds")
    seconds = {"plan": time.perf_counter() - clock}
    mine = [prepared.workspace.videos(plan.generation)]
    mine += [prepared.workspace.features(name, key) for name, key in plan.extraction.items()]
    try:
        write_run(folder, record)
        with in_use(prepared.workspace, mine):
            return _stages(prepared, record, seconds, missing_is_fatal, dispatch)
    except OSError as error:
        raise_if_disk_full(error, prepared.workspace.root)
        raise


def _note_failure(folder: Path, why: str) -> None:
    """Say in the run's record why it stopped; on a full disk that may be impossible."""
    with suppress(OSError, ResultsError):
        write_run(folder, read_run(folder) | {"status": "failed", "error": why})


def _stages(
    prepared: Prepared,
    record: dict[str, Any],
    seconds: dict[str, float],
    missing_is_fatal: bool,
    dispatch: Dispatch | None,
) -> RunResult:
    config, plan, samples, metrics = prepared.config, prepared.plan, prepared.samples, prepared.metrics
    workspace, method, folder = prepared.workspace, prepared.method, prepared.folder
    contents = ContentIndex(workspace.contents)

    newly_made = False

    def load() -> Method:
        nonlocal newly_made
        newly_made = True
        editor = method()
        editor.load(config.runtime.device, config.method.options)
        return editor

    journal = Journal(folder, plan.run_id)
    journal.note("driver", samples=len(samples))
    with limit_threads(config.executor.cpus):
        clock = time.perf_counter()
        refused: dict[str, Output] = {}
        if dispatch is not None:
            try:
                refused, newly_made = dispatch.generate(prepared, contents, journal)
            except MissingRequirement:
                if missing_is_fatal:
                    raise
        outputs = generate(
            plan, samples, method, workspace, contents, load=load, missing_is_fatal=missing_is_fatal, refused=refused,
            journal=journal,
        )  # fmt: skip
        seconds["generate"] = time.perf_counter() - clock

        clock = time.perf_counter()
        store = FeatureStore(workspace, plan.extraction)
        runtime = Machine(config.runtime.device, config.runtime.batch_size, config.runtime.weights)
        if dispatch is not None:
            outputs |= dispatch.extract(prepared, outputs, contents, store, journal)
        visible = [sample for sample in samples if outputs[sample.id].status != Status.QUARANTINED]
        extract(plan, visible, metrics, outputs, workspace, contents, store, runtime, journal=journal)
        contents.save()
        seconds["extract"] = time.perf_counter() - clock

    clock = time.perf_counter()
    lookup = FeatureLookup(plan, outputs, workspace, contents, store)
    scores = score(plan, samples, metrics, lookup)
    write_scores(folder, scores)
    seconds["score"] = time.perf_counter() - clock

    clock = time.perf_counter()
    summary = aggregate(plan, scores, samples, metrics, lookup)
    summary, resamples = set_intervals(plan, summary, samples, metrics, lookup)
    write_summary(folder, summary)
    write_judgements(folder, judge_outputs(samples, metrics, lookup))
    write_intervals(folder, interval_table(plan, scores))
    write_resamples(folder, resamples)
    write_timing(folder, outputs)
    seconds["aggregate"] = time.perf_counter() - clock

    timing = record["timing"] | {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
        **records.generation_timing(outputs),
    }
    code, environment = record["code"], record["environment"]
    made = made_by(code, environment, sum(output.ok for output in outputs.values())) if newly_made else None
    record["provenance"]["generated"] = remember_generation(workspace.videos(plan.generation), made)
    record["provenance"]["scored"] = made_by(code, environment)
    finished = record | {
        "status": "complete",
        "counts": records.counts(scores, outputs),
        "samples": records.sample_cards(samples, outputs, plan, workspace, method.info.cue),
        "timing": timing,
        "warnings": record["warnings"] + records.remarks_warnings(outputs),
        "files": {name: file_sha256(folder / name) for name in FILES},
    }
    if config.runtime.cache_limit is not None:
        prune(workspace, config.runtime.cache_limit)
    write_run(folder, finished)
    journal.note("complete", counts=finished["counts"])
    return RunResult(plan, metrics, samples, outputs, scores, summary, finished, workspace, folder)
