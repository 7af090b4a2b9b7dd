"""Stage 3: networks look at the clips. Each clip is decoded once, its face found once, for all extractors together.

Which clips: the output of every sample, its source and target where a metric needs them. A clip that an extractor has
seen before, in whatever run, is not looked at again. Failures become statuses: of the clip (`no_face`), of the
extractor as a whole (`missing_checkpoint`), or `extractor_failed` for a crash.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from benchmark.core.errors import SampleError
from benchmark.core.fingerprint import ContentIndex
from benchmark.core.profiling import time_thread, time_wait
from benchmark.core.progress import Steps
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.clip_files import ClipFile, clip_of, contents_of_need
from benchmark.harness.extraction_worker import ExtractionWorker, Job
from benchmark.harness.features import FeatureStore
from benchmark.harness.journal import Journal
from benchmark.harness.networks import Machine, Networks
from benchmark.harness.outputs import Output, video_path
from benchmark.harness.plan import RunPlan
from benchmark.harness.workspace import Workspace
from benchmark.media.errors import MediaError
from benchmark.media.video import probe
from benchmark.metrics.base import TRUTH, Metric, Need
from benchmark.networks.float32 import full_float32

SAMPLES_AT_ONCE = 32
"""Samples whose clips share the batches of a network on an accelerator; a CPU gains nothing by it."""
BYTES_AT_ONCE = 2 << 30
"""A smaller group is taken when its decoded clips are larger than this."""
LANES = 2
"""Groups under way at once on an accelerator."""


def extract(
    plan: RunPlan,
    samples: Sequence[Sample],
    metrics: Sequence[Metric],
    outputs: Mapping[str, Output],
    workspace: Workspace,
    contents: ContentIndex,
    store: FeatureStore,
    machine: Machine,
    networks: Networks | None = None,
    journal: Journal | None = None,
    quiet: bool = False,
) -> int:
    """Compute every feature that is needed and not stored. Returns how many clips (or pairs) were looked at.

    Args:
        plan: the run.
        samples: its samples.
        metrics: its metrics.
        outputs: what generation made.
        workspace: the run's folders.
        contents: content hashes.
        store: features; new ones are written there.
        machine: what to run on.
        networks: extractors that are loaded already; None: load them when first asked for.
        journal: told of every sample that ends.
        quiet: show no progress.
    """
    pending = [
        (sample, jobs)
        for sample in samples
        if (jobs := _jobs(sample, metrics, outputs, workspace, plan, contents, store))
    ]
    accelerator = machine.device.startswith("cuda")
    worker = ExtractionWorker(networks or Networks(machine, store), store, threads=accelerator)
    steps = None if quiet else Steps("extract", len(pending))
    looked_at = done = 0
    groups = _groups(pending, SAMPLES_AT_ONCE if accelerator else 1)
    with (
        full_float32() if accelerator else nullcontext(),
        closing(_side_by_side(groups, worker, LANES if accelerator else 1)) as answers,
    ):
        for group, count in answers:
            done += count
            looked_at += len(group.samples)
            for name in group.samples:
                if journal is not None:
                    journal.note("end", stage="extract", sample=name, status=Status.OK)
            if steps is not None:
                steps.at(looked_at)
    if steps is not None:
        steps.close()
    return done


@dataclass(frozen=True)
class _Group:
    samples: list[str]
    jobs: list[Job]


def _groups(pending: Sequence[tuple[Sample, list[Job]]], together: int) -> Iterator[_Group]:
    """The samples in groups of at most `together`, smaller if their clips are large; no job is in two groups."""
    given: set[tuple[str, str]] = set()
    group, sizes = _Group([], []), dict[Path, int]()
    for sample, jobs in pending:
        fresh = [job for job in jobs if (job.extractor, job.content) not in given]
        given |= {(job.extractor, job.content) for job in fresh}
        group.samples.append(sample.id)
        group.jobs.extend(fresh)
        if together > 1:
            sizes |= {path: _decoded_bytes(path) for path in {p for job in fresh for p in job.paths} - sizes.keys()}
        if len(group.samples) == together or sum(sizes.values()) >= BYTES_AT_ONCE:
            yield group
            group, sizes = _Group([], []), {}
    if group.samples:
        yield group


def _side_by_side(
    groups: Iterator[_Group], worker: ExtractionWorker, lanes: int
) -> Generator[tuple[_Group, int], None, None]:
    """Each group and how many answers it got, in order. While the accelerator works for one, the next is prepared."""
    if lanes == 1:
        yield from ((group, worker.run(group.jobs)) for group in groups)
        return

    def run(group: _Group) -> int:
        with time_thread():
            return worker.run(group.jobs)

    under_way: deque[tuple[_Group, Future[int]]] = deque()
    with ThreadPoolExecutor(lanes) as pool:
        try:
            for group in groups:
                under_way.append((group, pool.submit(run, group)))
                if len(under_way) > lanes:
                    yield _ended(under_way)
            while under_way:
                yield _ended(under_way)
        finally:  # interrupted, or a group failed: the others end early
            worker.stop()
            for _, future in under_way:
                future.cancel()


def _ended(under_way: deque[tuple[_Group, Future[int]]]) -> tuple[_Group, int]:
    """The oldest group, when it is done."""
    group, future = under_way.popleft()
    with time_wait():
        return group, future.result()


def pending_samples(
    plan: RunPlan,
    samples: Sequence[Sample],
    metrics: Sequence[Metric],
    outputs: Mapping[str, Output],
    workspace: Workspace,
    contents: ContentIndex,
    store: FeatureStore,
) -> list[Sample]:
    """The samples of which a feature is needed and not stored."""
    return [sample for sample in samples if _jobs(sample, metrics, outputs, workspace, plan, contents, store)]


def _jobs(
    sample: Sample,
    metrics: Sequence[Metric],
    outputs: Mapping[str, Output],
    workspace: Workspace,
    plan: RunPlan,
    contents: ContentIndex,
    store: FeatureStore,
) -> list[Job]:
    """What is to be computed for a sample, in a fixed order, each once."""

    def clip(role: str) -> ClipFile:
        return clip_of(sample, role, outputs[sample.id], video_path(workspace, plan, sample.id), contents)

    jobs: dict[tuple[str, str], Job] = {}
    for need in _extracted_needs(metric for metric in metrics if not metric.info.refuses(sample)):
        try:
            content = contents_of_need(need, clip)
            paths = tuple(path for role in need.role.split("~") for path in clip(role).paths)
        except SampleError:
            continue  # the scoring says so
        if not store.has(need.extractor, content):
            jobs[(need.extractor, content)] = Job(need.extractor, content, paths)
    return list(jobs.values())


def _extracted_needs(metrics: Iterable[Metric]) -> Iterator[Need]:
    for metric in metrics:
        for need in metric.info.parsed_needs:
            if need.role != TRUTH:
                yield need


def _decoded_bytes(path: Path) -> int:
    """About how much memory a clip takes decoded, from its header; 0 for what is no video: the extractor says so."""
    try:
        info = probe(path)
    except MediaError:
        return 0
    return 3 * info.width * info.height * (info.frames or round(info.duration * info.fps))
