"""One run from its configuration to its results: plan, generate, extract, score, aggregate.

Everything that a stage leaves behind is written under a temporary name and then moved, so a run that is killed at any
moment is completed by the same command, with the same results.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import pandas as pd

from benchmark.config.spec import RunConfig
from benchmark.core.errors import BenchmarkError, MissingRequirement, one_line
from benchmark.core.files import DiskFull, file_sha256, raise_if_disk_full
from benchmark.core.status import Status
from benchmark.core.threads import limit_threads
from benchmark.harness import record as records
from benchmark.harness.aggregate import aggregate
from benchmark.harness.cache import hold_folders, prune
from benchmark.harness.context import RunContext, open_run
from benchmark.harness.disk_estimate import bytes_remaining
from benchmark.harness.extract import extract
from benchmark.harness.generate import generate
from benchmark.harness.intervals import interval_table, set_intervals
from benchmark.harness.judgements import judge_outputs
from benchmark.harness.leaks import leak_warnings
from benchmark.harness.outputs import Output
from benchmark.harness.provenance import describe_maker, provenance, remember_generation
from benchmark.harness.run_lock import run_lock
from benchmark.harness.run_result import RunResult
from benchmark.harness.score import FeatureLookup, score
from benchmark.harness.timing import write_timing
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


class Dispatch(Protocol):
    """Has a run's work done by others; see `benchmark.harness.executors.dispatch`."""

    def generate(self, context: RunContext) -> tuple[dict[str, Output], bool]:
        """Have outputs made. Returns those that are not to be tried again here, and whether any was tried."""

    def extract(self, context: RunContext, outputs: Mapping[str, Output]) -> dict[str, Output]:
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
    clock = StageClock()
    try:
        with clock.time("plan"):
            context = open_run(config).with_journal()
        with run_lock(context.folder):
            return _Driver(context, command, missing_is_fatal, dispatch, clock).run()
    except OSError as error:
        raise_if_disk_full(error, config.runtime.root)
        raise


class StageClock:
    """Wall seconds of the stages of a run, which begins when the clock is made."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Count this block as a stage."""
        begun = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - begun


@dataclass(frozen=True)
class _Driver:
    """The process that takes a run through its stages and writes its folder, which it has locked."""

    context: RunContext
    command: Sequence[str]
    missing_is_fatal: bool
    dispatch: Dispatch | None
    clock: StageClock

    def run(self) -> RunResult:
        """Take all stages; where that fails, the run's record says why."""
        try:
            return self._run_stages()
        except BenchmarkError as error:
            shown = self._with_bytes_remaining(error) if isinstance(error, DiskFull) else error
            self._note_failure(one_line(shown))
            raise shown from error
        finally:
            self.context.release()

    def _run_stages(self) -> RunResult:
        context = self.context
        try:
            record = self._begin_record()
            with hold_folders(context.workspace, context.cache_folders()):
                context.journal.note("driver", samples=len(context.samples))
                with limit_threads(context.config.executor.cpus):
                    outputs, generated_now = self._generate()
                    outputs = self._extract(outputs)
                scores, summary = self._score(outputs)
                return self._complete(RunResult(context, outputs, scores, summary, record), generated_now)
        except OSError as error:
            raise_if_disk_full(error, context.workspace.root)
            raise

    def _begin_record(self) -> dict[str, Any]:
        """Write the record of a run that has begun, before anything runs."""
        context, plan = self.context, self.context.plan
        record = records.begin_record(context)
        record["provenance"] = provenance(context, self.command)
        speakers = [sample.speaker for sample in context.samples]
        record["warnings"] = leak_warnings(context.method.info.trained_on, plan.dataset, plan.split, speakers)
        record["timing"]["started"] = self.clock.started.isoformat(timespec="seconds")
        write_run(context.folder, record)
        return record

    def _generate(self) -> tuple[dict[str, Output], bool]:
        """All outputs, and whether any was made now."""
        context = self.context
        refused, dispatched = dict[str, Output](), False
        with self.clock.time("generate"):
            if self.dispatch is not None:
                try:
                    refused, dispatched = self.dispatch.generate(context)
                except MissingRequirement:
                    if self.missing_is_fatal:
                        raise
            outputs = generate(context, refused=refused, missing_is_fatal=self.missing_is_fatal)
        context.editor.unload()
        return outputs, dispatched or context.editor.was_loaded

    def _extract(self, outputs: dict[str, Output]) -> dict[str, Output]:
        """The outputs, among which those that can't be looked at have failed now."""
        context = self.context
        with self.clock.time("extract"):
            if self.dispatch is not None:
                outputs = outputs | self.dispatch.extract(context, outputs)
            visible = [sample for sample in context.samples if outputs[sample.id].status != Status.QUARANTINED]
            extract(context, outputs, visible)
            context.contents.save()
        context.networks.unload()
        return outputs

    def _score(self, outputs: Mapping[str, Output]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Write all tables; returns scores and summary."""
        context, folder = self.context, self.context.folder
        with self.clock.time("score"):
            lookup = FeatureLookup(context, outputs)
            scores = score(context, lookup)
            write_scores(folder, scores)
        with self.clock.time("aggregate"):
            summary, resamples = set_intervals(context, lookup, aggregate(context, lookup, scores))
            write_summary(folder, summary)
            write_judgements(folder, judge_outputs(context, lookup))
            write_intervals(folder, interval_table(context.plan, scores))
            write_resamples(folder, resamples)
            write_timing(folder, outputs)
        return scores, summary

    def _complete(self, result: RunResult, generated_now: bool) -> RunResult:
        """Write the record of a run whose tables are written."""
        context, outputs, record, folder = self.context, result.outputs, result.record, self.context.folder
        code, environment = record["code"], record["environment"]
        count = sum(output.ok for output in outputs.values())
        entry = describe_maker(code, environment, count) if generated_now else None
        videos = context.workspace.videos(context.plan.generation)
        record["provenance"]["generated"] = remember_generation(videos, entry)
        record["provenance"]["scored"] = describe_maker(code, environment)
        timing = record["timing"] | {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": {stage: round(value, 3) for stage, value in self.clock.seconds.items()},
            **records.generation_timing(outputs),
        }
        finished = record | {
            "status": "complete",
            "counts": records.counts(result.scores, outputs),
            "samples": records.sample_cards(context, outputs),
            "timing": timing,
            "warnings": [
                *record["warnings"],
                *records.code_warnings(context, outputs),
                *records.remarks_warnings(outputs),
            ],
            "files": {name: file_sha256(folder / name) for name in FILES},
        }
        if context.config.runtime.cache_limit is not None:
            prune(context.workspace, round(context.config.runtime.cache_limit * 1e9))
        write_run(folder, finished)
        context.journal.note("complete", counts=finished["counts"])
        return replace(result, record=finished)

    def _with_bytes_remaining(self, error: DiskFull) -> DiskFull:
        needed = bytes_remaining(self.context)
        return DiskFull(f"{error}; about {max(needed / 1e6, 0.1):.1f} MB more are needed")

    def _note_failure(self, why: str) -> None:
        """Say in the run's record why it stopped; on a full disk that may be impossible."""
        folder = self.context.folder
        with suppress(OSError, ResultsError):
            write_run(folder, read_run(folder) | {"status": "failed", "error": why})
