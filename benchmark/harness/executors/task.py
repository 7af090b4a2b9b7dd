"""What a worker does with a chunk, in whatever process it runs. Models are loaded once a process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmark.core.errors import BenchmarkError, one_line
from benchmark.core.fingerprint import ContentIndex
from benchmark.core.plugins import load_plugins
from benchmark.core.status import Status
from benchmark.core.threads import limit_threads
from benchmark.core.types import Sample
from benchmark.harness.context import Prepared, prepare
from benchmark.harness.executors.base import Chunk, SampleOutcome
from benchmark.harness.extract import extract
from benchmark.harness.features import FeatureStore
from benchmark.harness.generate import generate
from benchmark.harness.networks import Machine, Networks
from benchmark.harness.outputs import Output, stored_outputs
from benchmark.harness.run_lock import DiskFull, raise_if_disk_full
from benchmark.harness.workspace import open_workspace
from benchmark.methods.base import Method

Tell = Callable[[str, tuple[str, int]], None]
"""Called with "begin", a sample's id and how many are begun with it, before they are touched."""


@dataclass
class Session:
    """A run as a worker holds it from chunk to chunk."""

    prepared: Prepared
    contents: ContentIndex
    store: FeatureStore
    networks: Networks
    editor: Method | None = None
    edited: int = 0
    """Samples that the editor was asked for."""
    by_id: Mapping[str, Sample] = field(default_factory=dict)

    def load(self) -> Method:
        """The method, loaded when first asked for."""
        if self.editor is None:
            editor = self.prepared.method()
            editor.load(self.prepared.config.runtime.device, self.prepared.config.method.options)
            self.editor = editor
        return self.editor


_sessions: dict[str, Session] = {}


def session(chunk: Chunk) -> Session:
    """The chunk's run, opened once a process; only the last one is held."""
    key = repr(chunk.config)
    if key not in _sessions:
        _sessions.clear()
        load_plugins()
        runtime = chunk.config.runtime
        workspace = open_workspace(runtime.root, chunk.config.mock)
        prepared = prepare(chunk.config, workspace)
        store = FeatureStore(workspace, prepared.plan.extraction)
        networks = Networks(machine_of(prepared), store)
        by_id = {sample.id: sample for sample in prepared.samples}
        _sessions[key] = Session(prepared, ContentIndex(workspace.contents), store, networks, by_id=by_id)
    return _sessions[key]


def run_chunk(chunk: Chunk, tell: Tell = lambda event, what: None) -> list[SampleOutcome]:
    """Do a chunk, sample by sample.

    Raises:
        BenchmarkError: the method can't be loaded, or the disk is full.
    """
    held = session(chunk)
    samples = [held.by_id[name] for name in chunk.samples]
    together = chunk.stage == "generate" and held.prepared.method.begin is not Method.begin
    ended: list[SampleOutcome] = []
    for some in [samples] if together else [[sample] for sample in samples]:
        tell("begin", (some[0].id, len(some)))
        begun = time.monotonic()
        try:
            with limit_threads(chunk.config.executor.cpus):
                outcome = _generated(held, some) if chunk.stage == "generate" else _extracted(held, some)
        except OSError as error:
            raise_if_disk_full(error, held.prepared.workspace.root)
            raise
        each = (time.monotonic() - begun) / len(some)
        ended += [SampleOutcome(e.sample, e.status, e.reason, round(each, 4), e.cached) for e in outcome]
    return ended


def _generated(held: Session, samples: Sequence[Sample]) -> list[SampleOutcome]:
    p = held.prepared
    outputs = generate(
        p.plan, samples, p.method, p.workspace, held.contents, load=held.load, quiet=True, edited=held.edited
    )
    held.edited += len(samples) if held.editor is not None else 0
    kept = stored_outputs(p.plan, samples, p.method, p.workspace, held.contents)
    return [SampleOutcome(o.sample_id, o.status, o.reason, cached=o.sample_id in kept) for o in outputs.values()]


def _extracted(held: Session, samples: Sequence[Sample]) -> list[SampleOutcome]:
    p = held.prepared
    found = stored_outputs(p.plan, samples, p.method, p.workspace, held.contents)
    outputs = {s.id: found.get(s.id) or Output(s.id, "", Status.NOT_GENERATED, "no output was made") for s in samples}
    extract(
        p.plan,
        samples,
        p.metrics,
        outputs,
        p.workspace,
        held.contents,
        held.store,
        machine_of(p),
        held.networks,
        quiet=True,
    )
    return [SampleOutcome(sample.id, Status.OK) for sample in samples]


def machine_of(prepared: Prepared) -> Machine:
    """What extractors run on."""
    runtime = prepared.config.runtime
    return Machine(runtime.device, runtime.batch_size, runtime.weights)


def error_payload(error: BaseException) -> dict[str, Any]:
    """An error as it travels between processes: its class, for those that a user can act on, and one line."""
    kind = type(error).__name__ if isinstance(error, BenchmarkError) else ""
    return {"kind": kind, "text": one_line(error), "full": isinstance(error, DiskFull)}
