"""What a worker does with a chunk, in whatever process. The run is opened, and models loaded, once a process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmark.core.errors import BenchmarkError, one_line
from benchmark.core.files import DiskFull, raise_if_disk_full
from benchmark.core.plugins import load_plugins
from benchmark.core.status import Status
from benchmark.core.threads import limit_threads
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext, open_run
from benchmark.harness.executors.base import Chunk, SampleOutcome
from benchmark.harness.extract import extract
from benchmark.harness.generate import generate
from benchmark.harness.outputs import Output, stored_outputs
from benchmark.methods.base import Method

Send = Callable[[str, tuple[str, int]], None]
"""Called with "begin", a sample's id and how many are begun with it, before they are touched."""

_contexts: dict[str, RunContext] = {}


def open_context(chunk: Chunk) -> RunContext:
    """The chunk's run, opened once a process; only the last one is held."""
    key = repr(chunk.config)
    if key not in _contexts:
        _contexts.clear()
        load_plugins()
        _contexts[key] = open_run(chunk.config).for_worker()
    return _contexts[key]


def run_chunk(chunk: Chunk, send: Send = lambda event, content: None) -> list[SampleOutcome]:
    """Do a chunk, sample by sample.

    Raises:
        BenchmarkError: the method can't be loaded, or the disk is full.
    """
    context = open_context(chunk)
    by_id = {sample.id: sample for sample in context.samples}
    samples = [by_id[name] for name in chunk.samples]
    all_at_once = chunk.stage == "generate" and context.method.begin is not Method.begin
    run_stage = _generate if chunk.stage == "generate" else _extract
    outcomes: list[SampleOutcome] = []
    for group in [samples] if all_at_once else [[sample] for sample in samples]:
        send("begin", (group[0].id, len(group)))
        begun = time.monotonic()
        try:
            with limit_threads(chunk.config.executor.cpus):
                found = run_stage(context, group)
        except OSError as error:
            raise_if_disk_full(error, context.workspace.root)
            raise
        each = round((time.monotonic() - begun) / len(group), 4)
        outcomes += [SampleOutcome(o.sample, o.status, o.reason, each, o.cached) for o in found]
    return outcomes


def _generate(context: RunContext, samples: Sequence[Sample]) -> list[SampleOutcome]:
    outputs = generate(context, samples)
    stored = stored_outputs(context, samples)
    return [SampleOutcome(o.sample_id, o.status, o.reason, cached=o.sample_id in stored) for o in outputs.values()]


def _extract(context: RunContext, samples: Sequence[Sample]) -> list[SampleOutcome]:
    stored = stored_outputs(context, samples)
    outputs = {s.id: stored.get(s.id) or Output(s.id, "", Status.NOT_GENERATED, "no output was made") for s in samples}
    extract(context, outputs, samples)
    return [SampleOutcome(sample.id, Status.OK) for sample in samples]


def error_payload(error: BaseException) -> dict[str, Any]:
    """An error as it travels between processes: its class, for those that a user can act on, and one line."""
    kind = type(error).__name__ if isinstance(error, BenchmarkError) else ""
    return {"kind": kind, "text": one_line(error), "full": isinstance(error, DiskFull)}
