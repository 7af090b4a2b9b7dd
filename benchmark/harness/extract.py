"""Stage 3: networks look at the clips. Each clip is decoded once, its face found once, for all extractors together.

Which clips: the output of every sample, its source and target where a metric needs them. A clip that an extractor has
seen before, in whatever run, is not looked at again. Failures become statuses: of the clip (`no_face`), of the
extractor as a whole (`missing_checkpoint`), or `extractor_failed` for a crash.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.errors import SampleError, one_line
from benchmark.extractors.base import (
    AnyExtractor,
    Extractor,
    FaceTracker,
    Features,
    Footage,
    PairExtractor,
    no_object_arrays,
)
from benchmark.fingerprint import ContentIndex
from benchmark.harness.clip_files import ClipFile, clip_of, contents_of_need
from benchmark.harness.features import FeatureStore
from benchmark.harness.journal import Journal
from benchmark.harness.networks import Machine, Networks
from benchmark.harness.outputs import Output, video_path
from benchmark.harness.places import Places
from benchmark.harness.plan import RunPlan
from benchmark.metrics.base import TRUTH, Metric, Need
from benchmark.progress import track
from benchmark.threads import in_threads
from benchmark.types import Sample
from media.errors import MediaError
from media.video import probe

log = logging.getLogger(__name__)

OPEN_CLIPS = 4
"""Decoded clips kept at once: an output, its source and target, and the source of the sample before."""
SAMPLES_AT_ONCE = 32
"""Samples whose clips share the batches of a network on an accelerator; a CPU gains nothing by it."""
BYTES_AT_ONCE = 2 << 30
"""A smaller group is taken when its decoded clips are larger than this."""


def extract(
    plan: RunPlan,
    samples: Sequence[Sample],
    metrics: Sequence[Metric],
    outputs: Mapping[str, Output],
    places: Places,
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
        places: the run's folders.
        contents: content hashes.
        store: features; new ones are written there.
        machine: what to run on.
        networks: extractors that are loaded already; None: load them when first asked for.
        journal: told of every sample that ends.
        quiet: show no progress.
    """
    pending = [
        (sample, jobs) for sample in samples if (jobs := _jobs(sample, metrics, outputs, places, plan, contents, store))
    ]
    networks = networks or Networks(machine, store)
    opened: dict[Path, Footage] = {}
    together = SAMPLES_AT_ONCE if machine.device.startswith("cuda") else 1
    waiting: dict[tuple[str, str], _Job] = {}
    sizes: dict[Path, int] = {}
    looked_at: list[str] = []
    done = 0
    for number, (sample, jobs) in enumerate(pending if quiet else track(pending, "extract", len(pending)), 1):
        waiting |= {(job.extractor, job.content): job for job in jobs}
        looked_at.append(sample.id)
        if number < len(pending) and number % together:
            for path in {path for job in jobs for path in job.paths} - sizes.keys():
                sizes[path] = _decoded_bytes(path)
            if sum(sizes.values()) < BYTES_AT_ONCE:
                continue
        for name in dict.fromkeys(extractor for extractor, _ in waiting):
            extractor = networks.get(name)
            if extractor is None:
                continue
            mine = [job for job in waiting.values() if job.extractor == name and not store.has(name, job.content)]
            footages = [[_open(path, opened, networks.trackers) for path in job.paths] for job in mine]
            for job, answer in zip(mine, _answers(extractor, footages, together > 1), strict=True):
                _keep(job, extractor, answer, store)
            done += len(mine)
        waiting, sizes = {}, {}
        while looked_at:
            name = looked_at.pop(0)
            if journal is not None:
                journal.note("end", stage="extract", sample=name, status="ok")
        _close_all_but(opened, OPEN_CLIPS)
    return done


def pending_samples(
    plan: RunPlan,
    samples: Sequence[Sample],
    metrics: Sequence[Metric],
    outputs: Mapping[str, Output],
    places: Places,
    contents: ContentIndex,
    store: FeatureStore,
) -> list[Sample]:
    """The samples of which a feature is needed and not stored."""
    return [sample for sample in samples if _jobs(sample, metrics, outputs, places, plan, contents, store)]


@dataclass(frozen=True)
class _Job:
    extractor: str
    content: str
    paths: tuple[Path, ...]


def _jobs(
    sample: Sample,
    metrics: Sequence[Metric],
    outputs: Mapping[str, Output],
    places: Places,
    plan: RunPlan,
    contents: ContentIndex,
    store: FeatureStore,
) -> list[_Job]:
    """What is to be computed for a sample, in a fixed order, each once."""

    def clip(role: str) -> ClipFile:
        return clip_of(sample, role, outputs[sample.id], video_path(places, plan, sample.id), contents)

    jobs: dict[tuple[str, str], _Job] = {}
    for need in _extracted_needs(metric for metric in metrics if not metric.info.refuses(sample)):
        try:
            content = contents_of_need(need, clip)
            paths = tuple(path for role in need.role.split("~") for path in clip(role).paths)
        except SampleError:
            continue  # the scoring says so
        if not store.has(need.extractor, content):
            jobs[(need.extractor, content)] = _Job(need.extractor, content, paths)
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


def _answers(
    extractor: AnyExtractor, footages: Sequence[Sequence[Footage]], threads: bool
) -> list[Features | Exception]:
    """What the extractor says of each clip, or pair: features, or the exception that it raised."""
    if isinstance(extractor, Extractor) and type(extractor).extract_many is not Extractor.extract_many:
        return extractor.extract_many([footage for (footage,) in footages])

    def look(clips: Sequence[Footage]) -> Features | Exception:
        try:
            if isinstance(extractor, Extractor):
                return extractor.extract(*clips)
            return (
                extractor.extract_pair(*clips) if isinstance(extractor, PairExtractor) else extractor.extract_set(clips)
            )
        except Exception as error:  # sorted by `_keep`
            return error

    if threads:
        return in_threads(look, footages)
    if isinstance(extractor, Extractor):
        return extractor.extract_many([footage for (footage,) in footages])
    return [look(clips) for clips in footages]


def _keep(job: _Job, extractor: AnyExtractor, answer: Features | Exception, store: FeatureStore) -> None:
    """Write features, or why there are none."""
    try:
        if isinstance(answer, Exception):
            raise answer
        features = answer
        no_object_arrays(features, extractor.provides, extractor.name)
    except (SampleError, MediaError) as error:
        failure = error if isinstance(error, SampleError) else SampleError(error.status, str(error))
        keep = store.forget_until_next_run if failure.passing else store.write_failure
        keep(job.extractor, job.content, failure)
    except Exception as error:  # one clip that breaks an extractor must not take the others along
        reason = f"{type(error).__name__}: {one_line(error)}"
        log.info("extractor %s on %s: %s", job.extractor, job.paths[0].name, reason)
        log.debug("traceback", exc_info=True)
        status = "out_of_memory" if type(error).__name__ == "OutOfMemoryError" else "extractor_failed"
        store.forget_until_next_run(job.extractor, job.content, SampleError(status, reason))
    else:
        store.write(job.extractor, job.content, features)


def _open(path: Path, opened: dict[Path, Footage], trackers: Mapping[str, FaceTracker]) -> Footage:
    if path in opened:
        opened[path] = opened.pop(path)  # the latest used is the last to be closed
    else:
        opened[path] = Footage(path, trackers)
    return opened[path]


def _close_all_but(opened: dict[Path, Footage], count: int) -> None:
    for path in list(opened)[:-count]:
        del opened[path]
