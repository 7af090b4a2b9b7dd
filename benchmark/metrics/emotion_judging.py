"""Emotion judging beyond accuracy: macro F1, agreement of two judges, what a judge says of source and target.

`macro_f1_<judge>`: mean F1 over the emotions that were asked for (scikit-learn's `f1_score(average="macro")` with
those labels). Unlike accuracy it isn't moved by how often an emotion is asked for, and a judge that says "happy" to
everything gets little.

`kappa_<first>_<second>`: Cohen's kappa of what two judges see in the outputs, over the classes that both know. Where
two judges don't agree, the accuracy of either says little. It is undefined (`not_applicable`) when both give all clips
one and the same class, as they should to copies of neutral sources.

`emotion_floor_<judge>` and `emotion_ceiling_<judge>`: the judge's accuracy on the untouched sources and on the real
recordings of the target. Whatever a method does, only what lies between the two is its own. `emotion_gain_<judge>` is
what the wanted emotion's probability gains over the source: a copy of the source gains nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.metrics.base import CORRELATION, DrawsFunction, FeatureMap, Metric, SetFunction, metric
from benchmark.metrics.emotion_judges import JUDGES, PAIRS, common_classes, seen_among
from benchmark.statistics.agreement import cohen_kappa, confusion_matrix, macro_f1

STANDARD_JUDGES = tuple(name for name, judge in JUDGES.items() if judge.protocol == "standard-v1")


def _from_counts(
    pair: Callable[[Sample, FeatureMap], tuple[int, int] | None],
    classes: int,
    number: Callable[[NDArray[np.int64]], float],
    nothing: SampleError,
) -> tuple[SetFunction, DrawsFunction]:
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
            raise SampleError("not_applicable", str(error)) from None

    def draws(
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

    return score, draws


def _macro_f1(name: str) -> Metric:
    judge = JUDGES[name]

    def pair(sample: Sample, features: FeatureMap) -> tuple[int, int] | None:
        if sample.emotion not in judge.classes:
            return None
        return judge.classes.index(sample.emotion), int(np.argmax(judge.scores(features)))

    nothing = SampleError("no_class", f"{judge.title} knows none of the emotions asked for")
    value, draws = _from_counts(pair, len(judge.classes), lambda counts: 100.0 * macro_f1(counts), nothing)

    def score(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
        """Mean F1 over the emotions asked for, in percent; samples of emotions without a class are left out."""
        return value(samples, features)

    return metric(
        name=f"macro_f1_{name}",
        title=f"Macro F1, {judge.title}",
        unit="%",
        higher_is_better=True,
        level="set",
        needs=(judge.need(),),
        protocol=judge.protocol,
        corpus=judge.corpus,
        of_draws=draws,
    )(score)


def _kappa(first_name: str, second_name: str) -> Metric:
    first, second = JUDGES[first_name], JUDGES[second_name]
    classes = common_classes(first, second)

    def pair(sample: Sample, features: FeatureMap) -> tuple[int, int]:
        ours, theirs = (seen_among(judge, judge.scores(features), classes) for judge in (first, second))
        return ours, theirs

    value, draws = _from_counts(pair, len(classes), cohen_kappa, SampleError("not_applicable", "no sample"))

    def score(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
        """Cohen's kappa of what both judges see, -1 to 1."""
        return value(samples, features)

    return metric(
        name=kappa_name(first_name, second_name),
        title=f"Judges' kappa: {first.title}, {second.title}",
        unit="",
        bounds=CORRELATION,
        higher_is_better=True,
        level="set",
        needs=(first.need(), second.need()),
        protocol=first.protocol,
        corpus=first.corpus,
        of_draws=draws,
    )(score)


def kappa_name(first: str, second: str) -> str:
    """Name of the agreement of two judges; of those of `standard-v1` the protocol stands once."""
    return f"kappa_{first.removesuffix('_standard') if second.endswith('_standard') else first}_{second}"


def _gain(name: str) -> Metric:
    judge = JUDGES[name]

    def score(sample: Sample, features: FeatureMap) -> float:
        """Probability of the wanted emotion in the output less that in the source, percentage points."""
        index = judge.class_of(sample.emotion)
        return 100.0 * float(judge.scores(features)[index] - judge.scores(features, "source")[index])

    return metric(
        name=f"emotion_gain_{name}",
        title=f"Gain over the source, {judge.title}",
        unit="points",
        bounds=(-100.0, 100.0),
        higher_is_better=True,
        needs=(judge.need(), judge.need("source")),
        protocol=judge.protocol,
        corpus=judge.corpus,
    )(score)


def _bound(name: str, role: str) -> Metric:
    judge = JUDGES[name]
    what = "floor" if role == "source" else "ceiling"

    def score(sample: Sample, features: FeatureMap) -> float:
        """100 if the judge sees the target emotion in that recording, else 0."""
        return 100.0 * float(int(np.argmax(judge.scores(features, role))) == judge.class_of(sample.emotion))

    return metric(
        name=f"emotion_{what}_{name}",
        title=f"Emotion {what} ({role}), {judge.title}",
        unit="%",
        higher_is_better=what == "ceiling",
        share="yes_no",
        needs=(judge.need(role),),
        protocol=judge.protocol,
        corpus=judge.corpus,
    )(score)


BY_NAME: dict[str, Metric] = {
    made.info.name: made
    for made in (
        *(_macro_f1(name) for name in JUDGES),
        *(_kappa(*pair) for pair in PAIRS),
        *(_gain(name) for name in STANDARD_JUDGES),
        *(_bound(name, role) for name in JUDGES for role in ("source", "target")),
    )
}
"""Metric name -> metric."""
globals().update(BY_NAME)
