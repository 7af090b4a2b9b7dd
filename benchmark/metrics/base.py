"""What a metric is: a pure function of arrays, and on it the facts that belong to its numbers.

    @metric(
        name="emotion_accuracy",
        title="Emotion accuracy",
        unit="%",
        higher_is_better=True,
        quantity="emotion accuracy",
        needs=("output/puppet_emotion.probs",),
        protocol="puppets-v1",
        version="1",
    )
    def emotion_accuracy(sample, features):
        probs = features["output/puppet_emotion.probs"]
        return 100.0 * (probs.argmax() == BASIC_EMOTIONS.index(sample.emotion))

    METRICS = index_by_name(emotion_accuracy)

The module's name stands in `METRIC_MODULES` of `benchmark/core/entries.py`; all that it offers in `METRICS` is
registered.

Needs are written "role/extractor.feature". Roles: `output`, `source`, `target` (one clip), `speech` (the sound that
the lips must follow: the sample's speech, else its source's own); `output~target`, `output~source` (a pair extractor);
`emotional_cue`, `neutral_cue` (all recordings that tell a method the emotion, and those without it: a set extractor).
"truth/key" is an array of the sample's truth file. The function gets them under exactly these names. Whatever the
sample itself says (emotion, intensity, paths) comes from the `Sample`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from benchmark.core import entries
from benchmark.core.registry import Registry
from benchmark.core.types import Sample

Level = Literal["sample", "set", "cost"]
Share = Literal["", "yes_no", "part"]

CLIP_ROLES: tuple[str, ...] = ("output", "source", "target", "speech")
PAIR_ROLES: tuple[str, ...] = ("output~target", "output~source")
CUE_ROLES: tuple[str, ...] = ("emotional_cue", "neutral_cue")
TRUTH = "truth"

UNBOUNDED: tuple[float, float] = (-math.inf, math.inf)
NOT_NEGATIVE: tuple[float, float] = (0.0, math.inf)
CORRELATION: tuple[float, float] = (-1.0, 1.0)

CORPORA: Mapping[str, str] = {"mead": "mead", "extended": "mead", "crema_d": "crema_d"}
"""Dataset -> the corpus whose speakers it shows; clips of other datasets are of no named corpus."""

FeatureMap = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Timing:
    """What the editing of one sample cost, from the note beside its video."""

    seconds: float | None
    """The wall time from the call of `edit` to its return; None: not timed (the method handed over a finished file)."""
    synchronised: float | None
    """The wall time up to the moment when the accelerator had nothing left to do."""
    frames: int | None
    order: int | None
    """How many samples this process had edited before it; 0: the first after loading."""
    peak_bytes: int | None
    """The most memory held meanwhile: of the accelerator if there is one, else of the process; None: not known."""


SetFunction = Callable[[Sequence[Sample], Sequence[FeatureMap]], float]
BootstrapFunction = Callable[
    [Sequence[Sample], Sequence[FeatureMap], NDArray[np.integer[Any]], NDArray[np.integer[Any]]], NDArray[np.float64]
]
"""(samples, features of each, int (n,) the speaker of each, int (B, G) how often each speaker is drawn) -> (B,)."""

_NEED = re.compile(
    r"(?P<role>output~target|output~source|output|source|target|speech|emotional_cue|neutral_cue)/(?P<extractor>\w+)\.(?P<feature>\w+)"
)


@dataclass(frozen=True)
class Need:
    """One feature that a metric reads, parsed from "role/extractor.feature" or "truth/key"."""

    role: str
    extractor: str
    """The extractor's name; "" for the role `truth`."""
    feature: str

    @staticmethod
    def parse(text: str) -> Need:
        """Read a need. Raises ValueError if it is not written as the module says."""
        if text.startswith(TRUTH + "/") and re.fullmatch(r"\w+", text[len(TRUTH) + 1 :]):
            return Need(TRUTH, "", text[len(TRUTH) + 1 :])
        match = _NEED.fullmatch(text)
        if match is None:
            roles = ", ".join(CLIP_ROLES + PAIR_ROLES + CUE_ROLES)
            raise ValueError(f"need '{text}' must be 'role/extractor.feature' with role {roles}, or 'truth/key'")
        return Need(match["role"], match["extractor"], match["feature"])

    def __str__(self) -> str:
        return f"{self.role}/{self.extractor}.{self.feature}" if self.extractor else f"{self.role}/{self.feature}"


@dataclass(frozen=True)
class MetricInfo:
    """What a metric is, beside its arithmetic."""

    name: str
    """Registry name, e.g. "emotion_accuracy"."""
    title: str
    """Column head, e.g. "Emotion accuracy"."""
    unit: str
    """"%", "dB", "px", "frames", or "" for a plain number."""
    higher_is_better: bool
    quantity: str = ""
    """What it measures, by the name that is the same in all protocols, e.g. "FID"; the protocol page has a section of
    it. "": the metric stands alone."""
    bounds: tuple[float, float] = UNBOUNDED
    """Least and greatest value that the formula allows, e.g. 0 and infinity for a distance: no interval reaches beyond.
    Those of a unit (`benchmark.results.schema.UNIT_RANGES`) hold anyway."""
    level: Level = "sample"
    """"sample": one number a sample, combined by the mean. "set": one number for many samples, such as FID. "cost": one
    number a sample from the time and memory its editing took; kept in timing.parquet, never among the scores."""
    share: Share = ""
    """Whether the mean is a share, which has a `beta_binomial` interval. "yes_no": a sample has the least or the
    greatest value of the unit, as an accuracy; "part": it is a share itself, as a probability or a part of its frames;
    "": it is any other number."""
    needs: tuple[str, ...] = ()
    """Features it reads."""
    protocol: str = ""
    """Id of the protocol: which variant, weights, crop, rate and pooling the number means."""
    version: str = "1"
    """Moves when the numbers move; part of the scoring key."""
    caveat: str = ""
    """A known bias of the number, in one sentence; tables and reports show it beside the number."""
    failed_value: float | None = None
    """What a sample counts for whose output could not be made or measured, such as 0 % for a face that is not there;
    None: it has no number, and is missing from the mean."""
    corpus: str = ""
    """The corpus that its judge was trained on, "mead" or "crema_d". Samples of another named corpus have no number,
    and nothing is extracted for them. "": any."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"metric name {self.name!r} must be snake_case")
        if self.level not in get_args(Level):
            raise ValueError(f"metric {self.name}: level must be 'sample', 'set' or 'cost', got {self.level!r}")
        if self.share not in get_args(Share) or (self.share and self.level != "sample"):
            raise ValueError(f"metric {self.name}: share must be 'yes_no', 'part' or '', and of samples")
        if self.corpus and self.corpus not in CORPORA.values():
            raise ValueError(f"metric {self.name}: no corpus '{self.corpus}', only {sorted(set(CORPORA.values()))}")
        if not self.bounds[0] < self.bounds[1]:
            raise ValueError(f"metric {self.name}: bounds must be (low, high), got {self.bounds}")
        for need in self.needs:
            Need.parse(need)

    @property
    def parsed_needs(self) -> tuple[Need, ...]:
        """`needs`, parsed."""
        return tuple(Need.parse(need) for need in self.needs)

    def refuses(self, sample: Sample) -> str:
        """Why a sample can have no number, "" if it can: the judge was trained on another corpus."""
        if not self.corpus or CORPORA.get(sample.dataset, self.corpus) == self.corpus:
            return ""
        return f"this judge was trained on {self.corpus}, not on {sample.dataset}"


@dataclass(frozen=True)
class Metric:
    """A metric: its facts and its function. Calling it calls the function."""

    info: MetricInfo
    function: Callable[..., float]
    """level "sample": (sample, features) -> float, raising SampleError for a sample that has no score.
    level "set": (samples, features of each) -> float.
    level "cost": (sample, Timing) -> float, raising SampleError for a sample that was not timed."""
    bootstrap: BootstrapFunction | None = None
    """Level "set" only: the numbers of many resamples at once, where that is faster than the function of each; NaN
    where a resample has no number. None: the function itself is called for every resample."""

    def __post_init__(self) -> None:
        if self.bootstrap is not None and self.info.level != "set":
            raise ValueError(f"metric {self.info.name}: only a metric of level 'set' has a `bootstrap`")

    def __call__(self, *args: Any) -> float:
        """The number: a pure function of its arguments."""
        return float(self.function(*args))


def metric(
    *,
    name: str,
    title: str,
    unit: str,
    higher_is_better: bool,
    quantity: str = "",
    bounds: tuple[float, float] = UNBOUNDED,
    level: Level = "sample",
    share: Share = "",
    needs: Sequence[str] = (),
    protocol: str = "",
    version: str = "1",
    caveat: str = "",
    failed_value: float | None = None,
    corpus: str = "",
    bootstrap: BootstrapFunction | None = None,
) -> Callable[[Callable[..., float]], Metric]:
    """Declare a function as a metric; the arguments are the fields of `MetricInfo`, `bootstrap` is the `Metric`'s.

    It does not register it.
    """
    info = MetricInfo(
        name=name,
        title=title,
        unit=unit,
        higher_is_better=higher_is_better,
        quantity=quantity,
        bounds=bounds,
        level=level,
        share=share,
        needs=tuple(needs),
        protocol=protocol,
        version=version,
        caveat=caveat,
        failed_value=failed_value,
        corpus=corpus,
    )
    return lambda function: Metric(info, function, bootstrap)


def index_by_name(*metrics: Metric) -> dict[str, Metric]:
    """What a module offers in `METRICS`: metric name -> metric, in this order."""
    return {metric.info.name: metric for metric in metrics}


METRICS: Registry[Metric] = Registry(
    "metric", "emotion_edit_benchmark.metrics", modules=entries.METRIC_MODULES, offer="METRICS"
)
