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
from benchmark.core.profiling import time_thread, time_wait
from benchmark.core.progress import show_progress
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.clip_files import ClipFile, content_key, find_clip
from benchmark.harness.context import RunContext
from benchmark.harness.extraction_worker import ExtractionWorker, Job
from benchmark.harness.outputs import Output
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


def extract(context: RunContext, outputs: Mapping[str, Output], samples: Sequence[Sample] | None = None) -> int:
    """Compute every feature that is needed and not stored. Returns how many clips (or pairs) were looked at.

    Args:
        context: the run.
        outputs: what generation made.
        samples: those to look at; None: all of the run.
    """
    samples = context.samples if samples is None else samples
    pending = [(sample, jobs) for sample in samples if (jobs := _jobs(context, outputs, sample))]
    accelerator = context.networks.machine.device.startswith("cuda")
    worker = ExtractionWorker(context.networks, context.store, threads=accelerator)
    looked_at = done = 0
    groups = _groups(pending, SAMPLES_AT_ONCE if accelerator else 1)
    with (
        show_progress("extract", len(pending), shown=context.show_progress) as progress,
        full_float32() if accelerator else nullcontext(),
        closing(run_side_by_side(groups, worker, LANES if accelerator else 1)) as answers,
    ):
        for group, count in answers:
            done += count
            looked_at += len(group.samples)
            for name in group.samples:
                context.journal.note("end", stage="extract", sample=name, status=Status.OK)
            progress.show(looked_at)
    return done


@dataclass(frozen=True)
class JobGroup:
    """Samples whose clips are looked at together."""

    samples: list[str]
    jobs: list[Job]


def _groups(pending: Sequence[tuple[Sample, list[Job]]], together: int) -> Iterator[JobGroup]:
    """The samples in groups of at most `together`, smaller if their clips are large; no job is in two groups."""
    given: set[tuple[str, str]] = set()
    group, sizes = JobGroup([], []), dict[Path, int]()
    for sample, jobs in pending:
        fresh = [job for job in jobs if (job.extractor, job.content) not in given]
        given |= {(job.extractor, job.content) for job in fresh}
        group.samples.append(sample.id)
        group.jobs.extend(fresh)
        if together > 1:
            sizes |= {path: _decoded_bytes(path) for path in {p for job in fresh for p in job.paths} - sizes.keys()}
        if len(group.samples) == together or sum(sizes.values()) >= BYTES_AT_ONCE:
            yield group
            group, sizes = JobGroup([], []), {}
    if group.samples:
        yield group


def run_side_by_side(
    groups: Iterator[JobGroup], worker: ExtractionWorker, lanes: int
) -> Generator[tuple[JobGroup, int], None, None]:
    """Each group and how many answers it got, in order. While the accelerator works for one, the next is prepared."""
    if lanes == 1:
        yield from ((group, worker.run(group.jobs)) for group in groups)
        return

    def run(group: JobGroup) -> int:
        with time_thread():
            return worker.run(group.jobs)

    under_way: deque[tuple[JobGroup, Future[int]]] = deque()
    with ThreadPoolExecutor(lanes) as pool:
        try:
            for group in groups:
                under_way.append((group, pool.submit(run, group)))
                if len(under_way) > lanes:
                    yield _wait_for_oldest(under_way)
            while under_way:
                yield _wait_for_oldest(under_way)
        finally:  # interrupted, or a group failed: the others end early
            worker.stop()
            for _, future in under_way:
                future.cancel()


def _wait_for_oldest(under_way: deque[tuple[JobGroup, Future[int]]]) -> tuple[JobGroup, int]:
    """The oldest group, when it is done."""
    group, future = under_way.popleft()
    with time_wait():
        return group, future.result()


def pending_samples(context: RunContext, outputs: Mapping[str, Output]) -> list[Sample]:
    """The samples of which a feature is needed and not stored."""
    return [sample for sample in context.samples if _jobs(context, outputs, sample)]


def _jobs(context: RunContext, outputs: Mapping[str, Output], sample: Sample) -> list[Job]:
    """What is to be computed for a sample, in a fixed order, each once."""

    def clip(role: str) -> ClipFile:
        return find_clip(context, sample, role, outputs[sample.id])

    jobs: dict[tuple[str, str], Job] = {}
    for need in _list_needs(metric for metric in context.metrics if not metric.info.refuses(sample)):
        try:
            content = content_key(need, clip)
            paths = tuple(path for role in need.role.split("~") for path in clip(role).paths)
        except SampleError:
            continue  # the scoring says so
        if not context.store.has(need.extractor, content):
            jobs[(need.extractor, content)] = Job(need.extractor, content, paths)
    return list(jobs.values())


def _list_needs(metrics: Iterable[Metric]) -> Iterator[Need]:
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
