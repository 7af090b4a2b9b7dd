"""The plan of a run: everything a number of it depends on, as one value, written down before anything runs.

Three chained fingerprints say what can be re-used. `generation`: method, version, an outside program's code, weights,
options, seed, split.
`extraction`, one per extractor: version, weights, face tracker; with a clip's content it names that clip's features.
`scoring`: both, the chosen samples, metrics with versions, statistics; its beginning is the run's id. The machine
(device, batch size, workers, folders) is no part of any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmark.checkpoints.locate import content_of, folders
from benchmark.checkpoints.record import Checkpoint
from benchmark.config.spec import RunConfig
from benchmark.core.errors import UsageError, nearest
from benchmark.core.fingerprint import KEY_LENGTH, fingerprint
from benchmark.core.types import Sample
from benchmark.datasets.base import Dataset
from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.methods.base import Method
from benchmark.metrics import METRICS
from benchmark.metrics.base import Metric

ENCODING = "h264-crf18-v1"
"""How outputs that are not files already are written; part of the generation key."""


STATISTICS = "4"
"""Version of how intervals are made; moves when they move."""


@dataclass(frozen=True)
class RunPlan:
    """What is run."""

    method: str
    """Name under which results are stored."""
    adapter: str
    """Registry name of the method."""
    method_version: str
    method_options: Mapping[str, Any]
    dataset: str
    dataset_version: str
    dataset_seed: int
    """The seed of a corpus that the project makes; corpora of recordings have none."""
    split: str
    split_sha256: str
    samples: tuple[str, ...]
    """Ids, in the order of the split."""
    limit: int | None
    suite: str
    metrics: tuple[str, ...]
    extractors: tuple[str, ...]
    """Deduced from what the metrics need."""
    seed: int
    level: float
    n_resamples: int
    set_resamples: int
    mock: bool
    generation: str
    """Fingerprint of the outputs."""
    extraction: Mapping[str, str]
    """Extractor -> fingerprint of its features."""
    scoring: str
    """Fingerprint of the scores."""

    @property
    def run_id(self) -> str:
        """The beginning of the scoring fingerprint: the same command has the same id."""
        return self.scoring[:KEY_LENGTH]

    def to_json(self) -> dict[str, Any]:
        """The plan in JSON's types."""
        return asdict(self) | {"run_id": self.run_id}


def make_plan(
    config: RunConfig,
    method: type[Method],
    dataset: Dataset,
    split: str,
    samples: Sequence[Sample],
    metrics: Sequence[Metric],
) -> RunPlan:
    """Write the plan of a run. Raises UsageError if a metric names an extractor or a feature that does not exist."""
    extractors = extractors_of(metrics)
    info = method.info
    program = method.program_hash(config.method.options)
    generation = fingerprint(
        ({} if program is None else {"program": program})
        | {
            "adapter": config.method.name,
            "label": config.method.label,
            "version": info.version,
            "weights": _weights(info.checkpoints, config.runtime.weights),
            "options": method.output_options(config.method.options),
            "seed": config.seed,
            "mock": config.mock,
            "encoding": ENCODING,
            "dataset": [dataset.name, dataset.version, config.dataset.seed, split, dataset.split_sha256(split)],
        }
    )
    extraction = {name: extraction_key(name, config.runtime.weights) for name in extractors}
    scoring = fingerprint(
        {
            "generation": generation,
            "extraction": extraction,
            "samples": [sample.id for sample in samples],
            "metrics": [[m.info.name, m.info.version, m.info.protocol] for m in metrics],
            "statistics": [
                config.statistics.level,
                config.statistics.n_resamples,
                config.statistics.set_resamples,
                STATISTICS,
            ],
        }
    )
    return RunPlan(
        method=config.method.label,
        adapter=config.method.name,
        method_version=info.version,
        method_options=dict(config.method.options),
        dataset=dataset.name,
        dataset_version=dataset.version,
        dataset_seed=config.dataset.seed,
        split=split,
        split_sha256=dataset.split_sha256(split),
        samples=tuple(sample.id for sample in samples),
        limit=config.limit,
        suite=config.suite,
        metrics=tuple(m.info.name for m in metrics),
        extractors=extractors,
        seed=config.seed,
        level=config.statistics.level,
        n_resamples=config.statistics.n_resamples,
        set_resamples=config.statistics.set_resamples,
        mock=config.mock,
        generation=generation,
        extraction=extraction,
        scoring=scoring,
    )


def load_metrics(names: Iterable[str]) -> list[Metric]:
    """The metrics of these names, in this order."""
    return [METRICS.get(name) for name in names]


def extractors_of(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """Names of the extractors that these metrics need, sorted. Raises UsageError for one that does not exist."""
    names: set[str] = set()
    for metric in metrics:
        for need in metric.info.parsed_needs:
            if not need.extractor:
                continue
            if need.extractor not in EXTRACTORS:
                hint = nearest(need.extractor, EXTRACTORS)
                raise UsageError(f"metric {metric.info.name} needs an unknown extractor '{need.extractor}'{hint}")
            provides = EXTRACTORS.get(need.extractor).provides
            if need.feature not in provides:
                hint = nearest(need.feature, provides)
                raise UsageError(
                    f"metric {metric.info.name}: extractor {need.extractor} provides no '{need.feature}'{hint}"
                )
            names.add(need.extractor)
    return tuple(sorted(names))


def extraction_key(name: str, weights: Path | None = None) -> str:
    """Fingerprint of an extractor's features, up to the clip's content.

    Args:
        name: of the extractor.
        weights: the run's folder of checkpoints. A record without a hash is identified by the file that lies there.
    """
    extractor = EXTRACTORS.get(name)
    tracker = None
    if extractor.face_tracker:
        found = FACE_TRACKERS.get(extractor.face_tracker)
        tracker = [found.name, found.version, _weights(found.checkpoints, weights)]
    return fingerprint([extractor.name, extractor.version, _weights(extractor.checkpoints, weights), tracker])


def _weights(checkpoints: Sequence[Checkpoint], folder: Path | None) -> list[list[str | None]]:
    return [[checkpoint.name, content_of(checkpoint, folders(folder))] for checkpoint in checkpoints]
