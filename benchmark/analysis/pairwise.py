"""One metric, two methods: difference, interval, tests, effect size, and what could have been found.

The p value that counts is Student's with a cluster-robust error over speakers, for yes or no never below McNemar's
exact one (`benchmark.statistics.difference`).
Beside it stand two permutation tests that flip the signs of whole speakers, assume less, and with G speakers never fall
below 2 / 2^G: of the differences (for yes or no, such as accuracy, McNemar's test clustered by speaker) and of their
signed ranks (Wilcoxon's test clustered by speaker; Rosner, Glynn & Lee, Biometrics 62, 2006, by permutation).
Wilcoxon's and McNemar's tests over samples answer a smaller question: these speakers, other clips.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmark.analysis.standings import NOT_TESTED, TIED
from benchmark.results.schema import range_of
from benchmark.statistics.difference import differences, is_yes_no, paired_difference
from benchmark.statistics.paired import (
    cohen_dz,
    sign_flip_test,
    signed_ranks,
    wilcoxon_p,
)
from benchmark.statistics.set_bootstrap import set_interval


@dataclass(frozen=True)
class Paired:
    """One metric of several runs on their planned samples."""

    card: Mapping[str, Any]
    """The metric's card of run.json."""
    methods: tuple[str, ...]
    samples: tuple[str, ...]
    speakers: NDArray[np.str_]
    """(N,), the cluster of each sample."""
    values: NDArray[np.float64]
    """(N, K), a column a method. NaN: no number. What a failed sample is worth by the metric's protocol
    (`failed_value`) the scores say already."""

    @property
    def name(self) -> str:
        """Name of the metric."""
        return str(self.card["name"])

    def pair(self, first: int, second: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.str_]]:
        """Numbers of two methods on the samples that both have, and their speakers."""
        both = np.isfinite(self.values[:, first]) & np.isfinite(self.values[:, second])
        return self.values[both, first], self.values[both, second], self.speakers[both]


@dataclass(frozen=True)
class Comparison:
    """First minus second. Numbers that do not exist are NaN."""

    metric: str
    title: str
    unit: str
    protocol: str
    higher_is_better: bool
    level: str
    """`sample` or `set`."""
    first: str
    second: str
    first_value: float
    """Over the samples that both have."""
    second_value: float
    difference: float
    ci_low: float
    ci_high: float
    ci_level: float
    ci_method: str
    p: float
    """Of the difference over speakers."""
    p_holm: float
    """Adjusted over the split's family; NaN for an exploratory test."""
    p_permutation: float
    """Sign flips of whole speakers; where the metric is right or wrong, McNemar's test clustered by speaker."""
    p_wilcoxon_speakers: float
    """The same of signed ranks: Wilcoxon's test clustered by speaker."""
    p_wilcoxon: float
    """Over samples."""
    p_mcnemar: float
    """Over samples, where the metric is right or wrong."""
    effect: float
    """Cohen's d_z over samples."""
    detectable: float
    """Smallest true difference that this split would show with a power of 80 %, at the level before Holm; NaN where
    the differences do not vary between speakers, so that their spread is not known."""
    n: int
    """Samples that both methods have a number for."""
    planned: int
    clusters: int
    """Speakers among them."""

    @property
    def exploratory(self) -> bool:
        """Whether the test is outside the split's family, so that its p stands for itself."""
        return math.isfinite(self.p) and not math.isfinite(self.p_holm)

    def verdict(self, level: float = 0.95) -> str:
        """Name of the better method; `TIED`; `NOT_TESTED`. By the adjusted p, of an exploratory test by its own."""
        p = self.p if self.exploratory else self.p_holm
        if not math.isfinite(p):
            return NOT_TESTED
        if p >= 1.0 - level:
            return TIED
        return self.first if (self.difference > 0) == self.higher_is_better else self.second

    def sentence(self, level: float = 0.95) -> str:
        """In words, with the numbers."""
        unit = f" {self.unit}" if self.unit else ""
        interval = f" [{self.ci_low:.4g}, {self.ci_high:.4g}]" if math.isfinite(self.ci_low) else ""
        known = f"{self.difference:+.4g}{unit}{interval}, p = {self.p:.3g}"
        known += f" (Holm {self.p_holm:.3g})" if math.isfinite(self.p_holm) else ""
        known += ", exploratory" if self.exploratory else ""
        verdict = self.verdict(level)
        relation = {TIED: "does not differ significantly from", NOT_TESTED: "can't be tested against"}.get(verdict)
        if relation is None:
            relation = "is better than" if verdict == self.first else "is worse than"
        return f"{self.title}: {self.first} {relation} {self.second}: {known}"


def compare_samples(numbers: Paired, first: int, second: int, *, level: float, seed: int) -> Comparison:
    """Compare two methods by a per-sample metric. `p_holm` is left empty."""
    a, b, speakers = numbers.pair(first, second)
    d = differences(a, b)
    ends = range_of(numbers.card)
    yes_no = len(d) > 0 and is_yes_no(np.concatenate([a, b]), ends)
    found = paired_difference(a, b, speakers, ends=ends, yes_no=yes_no, level=level)
    rng = np.random.default_rng([seed, first, second])
    several, method = found.mean.clusters >= 2, found.interval.method if found.interval.defined else ""
    return Comparison(
        **facts(numbers.card, numbers.methods[first], numbers.methods[second], level, method),
        first_value=float(a.mean()) if len(a) else math.nan,
        second_value=float(b.mean()) if len(b) else math.nan,
        difference=found.value,
        ci_low=found.interval.low,
        ci_high=found.interval.high,
        p=found.p,
        p_holm=math.nan,
        p_permutation=sign_flip_test(d, speakers, rng=rng) if several else math.nan,
        p_wilcoxon_speakers=sign_flip_test(signed_ranks(d), speakers, rng=rng) if several else math.nan,
        p_wilcoxon=wilcoxon_p(d),
        p_mcnemar=found.p_mcnemar,
        effect=cohen_dz(d),
        detectable=found.detectable(level),
        n=len(d),
        planned=len(numbers.samples),
        clusters=found.mean.clusters,
    )


def compare_sets(
    card: Mapping[str, Any],
    rows: tuple[Mapping[str, Any], Mapping[str, Any]],
    draws: tuple[pd.DataFrame, pd.DataFrame],
    methods: tuple[str, str],
    *,
    level: float,
) -> Comparison:
    """Compare two methods by a set metric (FID): the same resamples of speakers, row minus row.

    The interval is made as that of one run (`benchmark.statistics.set_bootstrap`): Student's, by the spread of the
    resamples. There is no test of such numbers, hence no verdict.

    Args:
        card: the metric's card.
        rows: the summary's row of each run, group `all`.
        draws: each run's rows of `resamples.parquet` for it; other draws, or none, give no interval.
        methods: names.
        level: of the interval.
    """
    same = ["draw", "speakers", "weight"]
    both = draws[0].merge(draws[1], on=same, suffixes=("_a", "_b"))
    values = [float(row["value"]) for row in rows]
    none = math.nan
    low = high = none
    method = ""
    if len(both) and len(both) == len(draws[0]) == len(draws[1]):
        speakers = len(str(both["speakers"].iloc[0]).split(","))
        resampled = (both["value_a"] - both["value_b"]).to_numpy(dtype=np.float64)
        least, greatest = range_of(card)
        reach = (least - greatest, greatest - least)
        difference = values[0] - values[1]
        found = set_interval(difference, resampled, both["weight"], speakers, level=level, ends=reach, logit=False)
        low, high, method = found.low, found.high, found.method if found.defined else ""
    return Comparison(
        **facts(card, *methods, level, method),
        first_value=values[0], second_value=values[1], difference=values[0] - values[1], ci_low=low, ci_high=high,
        p=none, p_holm=none, p_permutation=none, p_wilcoxon_speakers=none, p_wilcoxon=none, p_mcnemar=none,
        effect=none, detectable=none,
        n=min(int(row["n_scored"]) for row in rows), planned=int(rows[0]["n_planned"]),
        clusters=min(int(row["clusters"]) for row in rows),
    )  # fmt: skip


def facts(card: Mapping[str, Any], first: str, second: str, level: float, method: str) -> dict[str, Any]:
    """What a comparison says beside its numbers."""
    named = {name: card[name] for name in ("title", "unit", "protocol", "higher_is_better", "level")}
    return {"metric": card["name"], **named, "first": first, "second": second, "ci_level": level, "ci_method": method}
