"""Rank ranges, letters and ties of a split, from one fixed family of tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.analysis.gather import gather
from benchmark.analysis.standings import Standings, letters_of, standings_of
from benchmark.statistics.ranks import RankRange
from tests.benchmark.report.made import card, write

SPEAKERS = 8
N = SPEAKERS * 3 * 2


def standings(root: Path, shifts: dict[str, float], higher: bool = True, late: int = 0) -> Standings:
    """Of methods whose numbers differ by given shifts, with a spread of one; `late` fails on so many samples."""
    for method, shift in shifts.items():
        values = shift + np.random.default_rng([1, *method.encode()]).normal(size=N)
        cards = [card("edit_success", higher=higher)]
        fails = late if method == "late" else 0
        write(
            root,
            method,
            {"edit_success": values},
            cards=cards,
            speakers=SPEAKERS,
            fails=fails,
        )
    return standings_of(gather([root / "results"]))


def ranks(found: Standings) -> dict[str, str]:
    (key,) = found.primary
    return {method: f"{rank} {found.letters[key][method]}" for method, rank in found.ranks[key].items()}


def test_neighbours_share_letters_and_ranks_overlap(tmp_path: Path) -> None:
    found = ranks(standings(tmp_path, {"a": 0.0, "b": 20.0, "c": 20.0, "d": 10.0}))
    assert found == {"a": "4 c", "b": "1-2 a", "c": "1-2 a", "d": "3 b"}


def test_lower_is_better_turns_the_order(tmp_path: Path) -> None:
    found = ranks(standings(tmp_path, {"a": 0.0, "b": 20.0, "d": 10.0}, higher=False))
    assert found == {"a": "1 a", "b": "3 c", "d": "2 b"}


def test_floor_ceiling_and_who_lacks_samples_take_no_rank_from_others(tmp_path: Path) -> None:
    shifts = {"source_copy": 0.0, "a": 10.0, "b": 20.0, "late": 30.0, "ground_truth": 40.0}
    found = standings(tmp_path, shifts, late=1)
    (key,) = found.primary
    assert ranks(found) == {"a": "2 b", "b": "1 a"} and found.tests == 1
    why = {method: found.why_unranked(key, method) for method in (*shifts, "nobody")}
    assert why == {
        "source_copy": "floor",
        "a": "",
        "b": "",
        "late": f"scored on {N - 1} of {N}",
        "ground_truth": "ceiling",
        "nobody": "not measured",
    }


def test_nobody_is_ranked_alone(tmp_path: Path) -> None:
    found = standings(tmp_path, {"a": 1.0, "source_copy": 0.0})
    assert found.ranks[found.primary[0]] == {} and found.tests == 0


def test_a_pair_is_the_same_from_both_sides(tmp_path: Path) -> None:
    found = standings(tmp_path, {"a": 1.0, "b": 5.0})
    one, other = (found.pair(found.primary[0], *names) for names in (("a", "b"), ("b", "a")))
    assert one is not None and other is not None and one.turned() == other
    assert one.difference == pytest.approx(-other.difference) and one.p == other.p and one.in_family
    assert found.pair(found.primary[0], "a", "nobody") is None


def test_a_split_without_a_question_has_tests_and_no_ranks(tmp_path: Path) -> None:
    for method in ("a", "b"):
        write(tmp_path, method, dataset="mine")
    found = standings_of(gather([tmp_path / "results"]))
    assert found.primary == () and found.ranks == {} and found.tests == 0
    assert all(not pair.in_family and np.isfinite(pair.p) for pairs in found.pairs.values() for pair in pairs.values())
    named = standings_of(gather([tmp_path / "results"]), primary=["identity"])
    assert len(named.primary) == 1 and named.tests == 1


@pytest.mark.parametrize("groups", [30])
def test_more_groups_than_letters_have_numbers(groups: int) -> None:
    ranges = [RankRange(i + 1, i + 1) for i in range(groups)]
    letters = letters_of(ranges, [(i,) for i in range(groups)])
    assert letters[0] == "a" and letters[25] == "z" and letters[26] == "(27)"
