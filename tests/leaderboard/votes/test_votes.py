"""Votes are kept, agreement and strengths are what closed forms and published examples say."""

from __future__ import annotations

import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leaderboard.votes.agreement import alpha_of_votes, nominal_alpha
from leaderboard.votes.design import Pair, pairs_for
from leaderboard.votes.raters import rater_table, trusted
from leaderboard.votes.store import VoteStore, new_rater
from leaderboard.votes.strength import strengths, with_metrics

BETTER = "ground_truth"
CHECKS = {f"s{i}": (BETTER, "source_copy") for i in range(10)}
THREE = {name: CHECKS[name] for name in ("s1", "s2", "s3")}
OUTPUTS = {f"s{i}": ("a", "b", "c") for i in range(10)}


def test_alpha_of_krippendorffs_own_example() -> None:
    """Computing Krippendorff's Alpha-Reliability (2011), example C: four observers, twelve units, alpha 0.743."""
    data = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[row[u] for row in data if row[u] is not None] for u in range(12)]
    assert nominal_alpha(units) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_full_agreement_and_of_nothing() -> None:
    assert nominal_alpha([[1, 1], [2, 2]]) == 1.0
    assert math.isnan(nominal_alpha([[1], [2]])) and math.isnan(nominal_alpha([[1, 1]]))


def test_two_methods_have_the_strength_of_their_odds() -> None:
    """30 of 40 votes of one rater; half an imagined tie makes it 30.25 to 10.25."""
    votes = pd.DataFrame({"left_method": "a", "right_method": "b", "choice": ["left"] * 30 + ["right"] * 10})
    found = strengths(votes.assign(rater="r", question="emotion"), "emotion")
    assert list(found["strength"]) == pytest.approx([math.log(30.25 / 10.25) / 2, -math.log(30.25 / 10.25) / 2])
    assert list(found["method"]) == ["a", "b"] and list(found["votes"]) == [40, 40]


def test_methods_that_no_votes_link_have_no_strength() -> None:
    pairs = pd.DataFrame({"left_method": list("aabd"), "right_method": list("bcce"), "choice": "left", "rater": "r"})
    found = strengths(pairs.assign(question="natural"), "natural").set_index("method")["strength"]
    assert found[list("abc")].notna().all() and found[list("de")].isna().all()
    rows = pd.DataFrame({"method": list("abcde"), "metric_title": "Good", "higher_is_better": True, "value": range(5)})
    agreement = with_metrics(found.reset_index(), rows)
    assert list(agreement["methods"]) == [3] and list(agreement["rho"]) == pytest.approx([-1.0])


def test_a_raters_questions_are_their_own_and_stay() -> None:
    first = pairs_for("r1", OUTPUTS, THREE, 20)
    assert first == pairs_for("r1", OUTPUTS, THREE, 20) != pairs_for("r2", OUTPUTS, THREE, 20)
    assert len(first) == 20 and sum(bool(p.check) for p in first) == 3
    assert len({p.key for p in first}) == 20
    sides = [p.left < p.right for r in range(30) for p in pairs_for(str(r), OUTPUTS, {}, 20)]
    assert 0.4 < np.mean(sides) < 0.6


def answer(path: Path, rater: str, count: int = 5) -> None:
    for pair in pairs_for(rater, OUTPUTS, {"s1": CHECKS["s1"]}, count):
        VoteStore(path).add(rater, pair, {"emotion": "left", "natural": "same"}, 5.0)


def test_two_hundred_voters_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "votes.sqlite"
    raters = [new_rater() for _ in range(200)]
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(3, mp_context=context) as processes:
        parts = list(processes.map(_many, [(path, raters[i::3]) for i in range(3)]))
    table = VoteStore(path).table()
    assert sum(parts) == 200 and len(table) == 200 * 5 * 2
    assert (table.groupby("rater")["pair"].nunique() == 5).all()


def _many(job: tuple[Path, list[str]]) -> int:
    path, raters = job
    with ThreadPoolExecutor(len(raters)) as threads:
        list(threads.map(lambda rater: answer(path, rater), raters))
    return len(raters)


def test_a_vote_can_be_undone_and_given_again_and_counts_once(tmp_path: Path) -> None:
    store, pair = VoteStore(tmp_path / "v.sqlite"), Pair("s1", "a", "b")
    assert store.answered("r") == set() and not store.undo("r")
    store.add("r", pair, {"emotion": "left", "natural": "left"}, 3)
    store.add("r", Pair("s1", "b", "a"), {"emotion": "right", "natural": "same"}, 3)  # the same pair, turned
    assert len(store.table()) == 2 and store.answered("r") == {pair.key}
    assert store.undo("r") and store.table().empty
    store.add("r", pair, {"emotion": "same", "natural": "left"}, 3)
    assert set(store.table()["choice"]) == {"same", "left"}
    with pytest.raises(ValueError, match="expected an answer"):
        store.add("r", pair, {"emotion": "up", "natural": "left"}, 3)


def votes_of(rater: str, choose: object, seconds: float = 6.0, count: int = 24) -> pd.DataFrame:
    rows = []
    for number, pair in enumerate(pairs_for(rater, OUTPUTS, CHECKS, count)):
        for question in ("emotion", "natural"):
            rows.append(
                {
                    "rater": rater,
                    "sample": pair.sample,
                    "left_method": pair.left,
                    "right_method": pair.right,
                    "pair": pair.key,
                    "question": question,
                    "choice": choose(pair, number),  # type: ignore[operator]
                    "expected": pair.check if question == "emotion" else "",
                    "seconds": seconds,
                    "at": 0,
                }
            )
    return pd.DataFrame(rows)


def by_name(pair: Pair, _: int) -> str:
    """Prefers a to b to c, and sees the real target."""
    wanted = BETTER if pair.check else min(pair.left, pair.right)
    return "left" if pair.left == wanted else "right"


def against(pair: Pair, number: int) -> str:
    return {"left": "right", "right": "left"}[by_name(pair, number)]


def test_careless_fast_and_one_sided_raters_are_found_and_left_out() -> None:
    votes = pd.concat(
        [
            votes_of("good", by_name),
            votes_of("quick", by_name, seconds=0.7),
            votes_of("lefty", lambda pair, n: "left"),
            votes_of("wrong", against),
        ]
    )
    flags = rater_table(votes).set_index("rater")["flags"]
    assert flags["good"] == "" and flags["quick"] == "fast" and flags["wrong"] == "careless"
    assert "one-sided" in flags["lefty"]
    assert set(trusted(votes)["rater"]) == {"good"}


def test_agreeing_raters_give_the_order_with_intervals_and_the_metrics_that_agree() -> None:
    votes = trusted(pd.concat([votes_of(f"r{i}", by_name) for i in range(6)]))
    table = strengths(votes, "emotion", resamples=50)
    assert list(table["method"]) == ["a", "b", "c"]
    assert (table["low"] <= table["strength"]).all() and (table["strength"] <= table["high"]).all()
    assert alpha_of_votes(votes, "emotion") == 1.0
    rows = pd.DataFrame(
        {
            "method": ["a", "b", "c"] * 2,
            "metric_title": ["Good"] * 3 + ["Error"] * 3,
            "higher_is_better": [True] * 3 + [False] * 3,
            "value": [3.0, 2.0, 1.0, 9.0, 5.0, 1.0],
        }
    )
    assert with_metrics(table, rows).set_index("metric")["rho"].to_dict() == {"Good": 1.0, "Error": -1.0}


def test_one_rater_has_no_interval() -> None:
    assert strengths(votes_of("r", by_name), "emotion", resamples=5)[["low", "high"]].isna().all().all()
