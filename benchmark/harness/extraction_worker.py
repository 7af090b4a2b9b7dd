"""A group of clips, looked at by every extractor that wants them: decoded once, faces found once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.core.errors import SampleError, one_line, ran_out_of_memory
from benchmark.core.status import Status
from benchmark.core.threads import thread_map
from benchmark.extractors.base import AnyExtractor, Extractor, Features, PairExtractor, no_object_arrays
from benchmark.extractors.lazy_clip import FaceTracker, LazyClip
from benchmark.harness.features import FeatureStore
from benchmark.harness.networks import Networks
from benchmark.media.errors import MediaError

log = logging.getLogger(__name__)

OPEN_CLIPS = 4
"""Decoded clips kept at once: an output, its source and target, and the source of the sample before."""


@dataclass(frozen=True)
class Job:
    """What one extractor is to say of one clip, pair or set."""

    extractor: str
    content: str
    """Key of the features."""
    paths: tuple[Path, ...]


class ExtractionWorker:
    """Works off groups of jobs.

    Args:
        networks: extractors, loaded when first asked for.
        store: where their answers go.
        threads: whether clips of a group are prepared in threads, for an accelerator.
    """

    def __init__(self, networks: Networks, store: FeatureStore, threads: bool) -> None:
        self._networks, self._store, self._threads = networks, store, threads
        self._opened: dict[Path, LazyClip] = {}
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End after the extractor that is at work."""
        self._stopped.set()

    def run(self, jobs: Sequence[Job]) -> int:
        """Every answer of a group into the store. Returns how many.

        With threads, groups of different jobs may run side by side: each opens its clips itself.
        """
        opened = {} if self._threads else self._opened
        for name in dict.fromkeys(job.extractor for job in jobs):
            extractor = self._networks.get(name)
            if extractor is None or self._stopped.is_set():
                continue
            mine = [job for job in jobs if job.extractor == name]
            footages = [[_open(path, opened, self._networks.trackers) for path in job.paths] for job in mine]
            for job, answer in zip(mine, _answers(extractor, footages, self._threads), strict=True):
                _keep(job, extractor, answer, self._store)
        _close_all_but(opened, OPEN_CLIPS)
        return sum(self._networks.get(job.extractor) is not None for job in jobs)


def _answers(
    extractor: AnyExtractor, footages: Sequence[Sequence[LazyClip]], threads: bool
) -> list[Features | Exception]:
    """What the extractor says of each clip, or pair: features, or the exception that it raised."""
    if isinstance(extractor, Extractor) and type(extractor).extract_many is not Extractor.extract_many:
        return extractor.extract_many([footage for (footage,) in footages])

    def look(clips: Sequence[LazyClip]) -> Features | Exception:
        try:
            if isinstance(extractor, Extractor):
                return extractor.extract(*clips)
            return (
                extractor.extract_pair(*clips) if isinstance(extractor, PairExtractor) else extractor.extract_set(clips)
            )
        except Exception as error:  # sorted by `_keep`
            return error

    if threads:
        return thread_map(look, footages)
    if isinstance(extractor, Extractor):
        return extractor.extract_many([footage for (footage,) in footages])
    return [look(clips) for clips in footages]


def _keep(job: Job, extractor: AnyExtractor, answer: Features | Exception, store: FeatureStore) -> None:
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
        status = Status.OUT_OF_MEMORY if ran_out_of_memory(error) else Status.EXTRACTOR_FAILED
        store.forget_until_next_run(job.extractor, job.content, SampleError(status, reason))
    else:
        store.write(job.extractor, job.content, features)


def _open(path: Path, opened: dict[Path, LazyClip], trackers: Mapping[str, FaceTracker]) -> LazyClip:
    if path in opened:
        opened[path] = opened.pop(path)  # the latest used is the last to be closed
    else:
        opened[path] = LazyClip(path, trackers)
    return opened[path]


def _close_all_but(opened: dict[Path, LazyClip], count: int) -> None:
    for path in list(opened)[:-count]:
        del opened[path]
