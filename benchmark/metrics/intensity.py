"""Does more of an emotion come out when more is requested? Order of levels 1 < 2 < 3, from one response a sample.

A response is one number a sample: how far the face went into the target's direction (puppets: action units; real video:
a judge's gain in probability over the source). Doing nothing responds with the same to every level and scores 0, as
does one and the same edit for all levels; a method that follows the level nears 1 (or 100 %).

Two set metrics. `order`: Spearman's rank correlation of level and response within all samples of one speaker and
emotion, mean over these groups; ties share ranks, a constant response counts 0. `triples`: of all sets of three samples
of one speaker, sentence and emotion at levels 1, 2, 3, the share with strictly rising responses, in percent; chance
gives 16.7. In a resample a speaker's groups count as often as the speaker is drawn. Splits without two levels (or
without triples) have no value: `not_applicable`. Puppets: splits `levels`, `full`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.metrics.base import CORRELATION, BootstrapFunction, FeatureMap, Metric, index_by_name, metric
from benchmark.metrics.emotion_judges import SMALL, STANDARD, Judge, judges_under
from benchmark.metrics.puppet_expression import OUTPUT, SOURCE, TARGET, mean_units

Response = Callable[[Sample, FeatureMap], float]


def rank_correlation(levels: ArrayLike, responses: ArrayLike) -> float:
    """Spearman's correlation with shared ranks for ties; 0 where all responses are the same.

    Args:
        levels: (n,), at least two different values.
        responses: (n,), finite.

    Raises:
        ValueError: fewer than two levels.
    """
    from scipy.stats import rankdata  # takes a second to import, and listing the metrics must not

    x, y = rankdata(np.asarray(levels, np.float64)), rankdata(np.asarray(responses, np.float64))
    x, y = x - x.mean(), y - y.mean()
    if not x.any():
        raise ValueError("an order of levels needs two different levels")
    return float(x @ y / np.sqrt((x @ x) * (y @ y))) if y.any() else 0.0


GroupScores = list[tuple[str, float]]
"""Speaker and score of what is averaged: an emotion of a speaker, or a triple."""


def score_orders(samples: Sequence[Sample], responses: Sequence[float]) -> GroupScores:
    """Rank correlation of each emotion of each speaker. Raises SampleError `not_applicable` without two levels."""
    groups = _group(samples, responses, lambda s: (s.speaker, s.emotion))
    scores = [
        (speaker, rank_correlation(levels, values))
        for (speaker, _), group in groups.items()
        for levels, values in [zip(*group, strict=True)]
        if len(set(levels)) > 1
    ]
    if not scores:
        raise SampleError(Status.NOT_APPLICABLE, "no emotion of a speaker is requested at two levels")
    return scores


def score_triples(samples: Sequence[Sample], responses: Sequence[float]) -> GroupScores:
    """100 for each triple that rises strictly, else 0. Raises SampleError `not_applicable` without a triple."""
    groups = _group(samples, responses, lambda s: (s.speaker, s.emotion, s.sentence, str(s.source)))
    rising = []
    for (speaker, *_), group in groups.items():
        by_level = dict(sorted(group))
        if set(by_level) == {1, 2, 3}:
            rising.append((str(speaker), 100.0 * (by_level[1] < by_level[2] < by_level[3])))
    if not rising:
        raise SampleError(Status.NOT_APPLICABLE, "no source is edited to one emotion at levels 1, 2 and 3")
    return rising


def mean_order(samples: Sequence[Sample], responses: Sequence[float]) -> float:
    """Mean rank correlation over speakers and emotions. Raises SampleError `not_applicable` without two levels."""
    return float(np.mean([score for _, score in score_orders(samples, responses)]))


def share_of_rising_triples(samples: Sequence[Sample], responses: Sequence[float]) -> float:
    """Percent of triples that rise strictly. Raises SampleError `not_applicable` without a triple."""
    return float(np.mean([score for _, score in score_triples(samples, responses)]))


def _group(
    samples: Sequence[Sample], responses: Sequence[float], key: Callable[[Sample], tuple[str, ...]]
) -> dict[tuple[str, ...], list[tuple[int, float]]]:
    """(level, response) of the samples that have a level, by key."""
    groups: dict[tuple[str, ...], list[tuple[int, float]]] = defaultdict(list)
    for sample, response in zip(samples, responses, strict=True):
        if sample.intensity > 0:
            groups[key(sample)].append((sample.intensity, float(response)))
    return groups


def _bootstrap(score_groups: Callable[..., GroupScores], response: Response) -> BootstrapFunction:
    """Means over resamples: a speaker's groups weigh as often as the speaker is drawn."""

    def bootstrap(
        samples: Sequence[Sample],
        features: Sequence[FeatureMap],
        speakers: NDArray[np.integer],
        counts: NDArray[np.integer],
    ) -> NDArray[np.float64]:
        number = {sample.speaker: int(k) for sample, k in zip(samples, speakers, strict=True)}
        groups = score_groups(*_respond(samples, features, response))
        whose, scores = np.array([number[name] for name, _ in groups]), np.array([score for _, score in groups])
        weights = counts[:, whose].astype(np.float64)
        with np.errstate(invalid="ignore"):
            return np.asarray(weights @ scores / weights.sum(axis=1))  # 0 / 0: no such speaker was drawn

    return bootstrap


def unit_response(sample: Sample, features: FeatureMap) -> float:
    """Change of the mean action units from source to output, along the change that the target makes."""
    output, source, target = (mean_units(features[name]) for name in (OUTPUT, SOURCE, TARGET))
    expected = target - source
    length = float(np.linalg.norm(expected))
    return float((output - source) @ expected) / length if length > 1e-9 else 0.0


def _metrics(
    ending: str, response: Response, needs: Sequence[str], protocol: str, by: str = "", corpus: str = ""
) -> list[Metric]:
    def in_order(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
        """Mean rank correlation of level and response, -1 to 1; doing nothing: 0."""
        return mean_order(*_respond(samples, features, response))

    def rising(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
        """Percent of triples 1 < 2 < 3 whose responses rise; doing nothing: 0."""
        return share_of_rising_triples(*_respond(samples, features, response))

    return [
        metric(
            name=f"level_{what}{ending}",
            title=f"{title}{by}",
            unit=unit,
            bounds=bounds,
            higher_is_better=True,
            quantity="intensity",
            level="set",
            needs=needs,
            protocol=protocol,
            corpus=corpus,
            bootstrap=_bootstrap(score_groups, response),
        )(function)
        for what, title, unit, bounds, function, score_groups in (
            ("order", "Order of levels (Spearman)", "", CORRELATION, in_order, score_orders),
            ("triples", "Levels 1 < 2 < 3 in order", "% of triples", (0.0, 100.0), rising, score_triples),
        )
    ]


def _respond(
    samples: Sequence[Sample], features: Sequence[FeatureMap], response: Response
) -> tuple[list[Sample], list[float]]:
    """The samples that have a response, and it. A judge has none for an emotion that it does not know."""
    kept, values = [], []
    for sample, feature in zip(samples, features, strict=True):
        try:
            value = response(sample, feature)
        except SampleError:
            continue
        kept.append(sample)
        values.append(value)
    return kept, values


def _of_judge(judge: Judge) -> list[Metric]:
    def gain(sample: Sample, features: FeatureMap) -> float:
        return judge.gain(features, sample.emotion)

    needs = (judge.need(), judge.need("source"))
    return _metrics(f"_{judge.name}", gain, needs, judge.protocol, f", {judge.title}", judge.corpus)


METRICS = index_by_name(
    *_metrics("", unit_response, (OUTPUT, SOURCE, TARGET), "puppets-v1"),
    *(each for judge in (*judges_under(STANDARD), *judges_under(SMALL)) for each in _of_judge(judge)),
)
