"""Agreement of a judge with the requested emotions (macro F1), and of two judges with each other (kappa), over a set.

`macro_f1_<judge>`: mean F1 over the emotions that were requested (scikit-learn's `f1_score(average="macro")` with
those labels). Unlike accuracy it isn't moved by how often an emotion is requested, and a judge that says "happy" to
everything gets little.

`kappa_<first>_<second>`: Cohen's kappa of what two judges see in the outputs, over the classes that both know. Where
two judges don't agree, the accuracy of either says little. It is undefined (`not_applicable`) when both give all clips
one and the same class, as they should to copies of neutral sources.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.metrics.base import (
    CORRELATION,
    BootstrapFunction,
    FeatureMap,
    Metric,
    SetFunction,
    index_by_name,
    metric,
)
from benchmark.metrics.emotion_judges import JUDGES, PAIRS, Judge
from benchmark.statistics.agreement import cohen_kappa, confusion_matrix, macro_f1


def common_classes(first: Judge, second: Judge) -> tuple[str, ...]:
    """The classes that both judges know, in the first one's order."""
    return tuple(name for name in first.classes if name in second.classes)


def see_among(judge: Judge, features: FeatureMap, classes: Sequence[str]) -> int:
    """Which of some classes, all known to the judge, has the highest score in the output: its position in `classes`."""
    return int(np.argmax(judge.scores(features)[[judge.classes.index(name) for name in classes]]))


def _count_pairs(
    pair: Callable[[Sample, FeatureMap], tuple[int, int] | None],
    classes: int,
    number: Callable[[NDArray[np.int64]], float],
    nothing: SampleError,
) -> tuple[SetFunction, BootstrapFunction]:
    """A number of a set that follows from how often pairs of classes occur, and its resamples: counts of speakers add.

    Args:
        pair: the two classes of a sample, None if it does not count.
        classes: how many there are.
        number: of the counts (C, C); raises ValueError where they have none.
        nothing: raised where no sample counts.
    """

    def table(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> NDArray[np.int64]:
        pairs = [found for s, f in zip(samples, features, strict=True) if (found := pair(s, f)) is not None]
        return confusion_matrix([first for first, _ in pairs], [second for _, second in pairs], classes)

    def score(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
        counts = table(samples, features)
        if not counts.any():
            raise SampleError(nothing.status, str(nothing))
        try:
            return number(counts)
        except ValueError as error:
            raise SampleError(Status.NOT_APPLICABLE, str(error)) from None

    def bootstrap(
        samples: Sequence[Sample],
        features: Sequence[FeatureMap],
        speakers: NDArray[np.integer],
        counts: NDArray[np.integer],
    ) -> NDArray[np.float64]:
        members = [np.flatnonzero(speakers == group).tolist() for group in range(counts.shape[1])]
        tables = np.stack([table([samples[i] for i in own], [features[i] for i in own]) for own in members])

        def one(times: NDArray[np.integer]) -> float:
            try:
                return number(np.tensordot(times, tables, 1))
            except ValueError:
                return float("nan")

        return np.array([one(times) for times in counts])

    return score, bootstrap


def _macro_f1(judge: Judge) -> Metric:
    def pair(sample: Sample, features: FeatureMap) -> tuple[int, int] | None:
        if sample.emotion not in judge.classes:
            return None
        return judge.classes.index(sample.emotion), int(np.argmax(judge.scores(features)))

    nothing = SampleError(Status.NO_CLASS, f"{judge.title} knows none of the requested emotions")
    value, bootstrap = _count_pairs(pair, len(judge.classes), lambda counts: 100.0 * macro_f1(counts), nothing)

    def score(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
        """Mean F1 over the requested emotions, in percent; samples of emotions without a class are left out."""
        return value(samples, features)

    return metric(
        name=f"macro_f1_{judge.name}",
        title=f"Macro F1, {judge.title}",
        unit="%",
        higher_is_better=True,
        quantity="emotion accuracy",
        level="set",
        needs=(judge.need(),),
        protocol=judge.protocol,
        corpus=judge.corpus,
        bootstrap=bootstrap,
    )(score)


def _kappa(first_name: str, second_name: str) -> Metric:
    first, second = JUDGES[first_name], JUDGES[second_name]
    classes = common_classes(first, second)

    def pair(sample: Sample, features: FeatureMap) -> tuple[int, int]:
        return see_among(first, features, classes), see_among(second, features, classes)

    value, bootstrap = _count_pairs(pair, len(classes), cohen_kappa, SampleError(Status.NOT_APPLICABLE, "no sample"))

    def score(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
        """Cohen's kappa of what both judges see, -1 to 1."""
        return value(samples, features)

    return metric(
        name=name_kappa(first_name, second_name),
        title=f"Judges' kappa: {first.title}, {second.title}",
        unit="",
        bounds=CORRELATION,
        higher_is_better=True,
        quantity="emotion judges",
        level="set",
        needs=(first.need(), second.need()),
        protocol=first.protocol,
        corpus=first.corpus,
        bootstrap=bootstrap,
    )(score)


def name_kappa(first: str, second: str) -> str:
    """Name of the agreement of two judges; of those of `standard-v1` the protocol stands once."""
    return f"kappa_{first.removesuffix('_standard') if second.endswith('_standard') else first}_{second}"


METRICS = index_by_name(
    *(_macro_f1(judge) for judge in JUDGES.values()),
    *(_kappa(*pair) for pair in PAIRS),
)
