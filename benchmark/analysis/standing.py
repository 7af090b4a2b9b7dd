"""Ranks as ranges by one metric: methods that can't be told apart share ranks, and letters say which they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmark.analysis.pairwise import Comparison
from benchmark.statistics.ranks import RankRange, groups_not_told_apart, ranges_of_pairs


@dataclass(frozen=True)
class Standing:
    """Where a method stands by one metric."""

    method: str
    rank: RankRange | None
    """Best and worst rank that the adjusted tests leave open; None: not ranked."""
    letters: str
    """Two ranked methods can be told apart if and only if they share no letter; a is the best group. "" if not
    ranked."""
    why: str = ""
    """Why it is not ranked: floor, ceiling, "scored on 8 of 9", "no test", "alone"."""

    def __str__(self) -> str:
        return f"{self.rank} {self.letters}" if self.rank else self.why


def standings(
    methods: Sequence[str], comparisons: Sequence[Comparison], unranked: Mapping[str, str], level: float
) -> list[Standing]:
    """Ranks of methods from their pairwise comparisons by one per-sample metric.

    Args:
        methods: names.
        comparisons: of all pairs, in any order, with adjusted p values.
        unranked: method -> why it is not ranked; "" for those that are.
        level: of the family.

    Returns:
        One a method, in their order. Nobody is ranked alone.
    """
    ranked = [name for name in methods if not unranked[name]]
    if len(ranked) < 2:
        return [Standing(name, None, "", unranked[name] or "alone") for name in methods]
    by_pair = {frozenset((one.first, one.second)): one for one in comparisons}
    pairs = list(combinations(range(len(ranked)), 2))
    some = [by_pair[frozenset((ranked[i], ranked[j]))] for i, j in pairs]
    differences = [
        c.difference if c.first == ranked[i] else -c.difference for c, (i, _) in zip(some, pairs, strict=True)
    ]
    adjusted, alpha = [one.p_holm for one in some], 1.0 - level
    everyone = list(range(len(ranked)))
    ranges = ranges_of_pairs(len(ranked), pairs, differences, adjusted, everyone, some[0].higher_is_better, alpha)
    apart = [pair for pair, p in zip(pairs, adjusted, strict=True) if p < alpha]
    letters = letters_of(ranges, groups_not_told_apart(len(ranked), apart))
    known = {name: Standing(name, ranges[i], letters[i]) for i, name in enumerate(ranked)}
    return [known.get(name) or Standing(name, None, "", unranked[name]) for name in methods]


def letters_of(ranges: Sequence[RankRange | None], groups: Sequence[tuple[int, ...]]) -> list[str]:
    """The letters of each method: one letter a group, a for the group of the best ranks."""

    def middle(group: tuple[int, ...]) -> float:
        found = [r for i in group if (r := ranges[i]) is not None]
        return sum(r.best + r.worst for r in found) / (2 * len(found))

    ordered = sorted(groups, key=lambda group: (middle(group), group))
    names = [chr(ord("a") + i) if i < 26 else f"({i + 1})" for i in range(len(ordered))]
    return ["".join(n for n, group in zip(names, ordered, strict=True) if i in group) for i in range(len(ranges))]
