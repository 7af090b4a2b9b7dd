"""Who is ranked, who is best, who can be told apart; the p values against scipy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmark.analysis.family import compare_runs
from benchmark.report.gather import gather
from benchmark.report.ranking import places
from benchmark.report.tables import Column, Tables, build
from benchmark.results.store import StoredRun, read_run
from tests.benchmark.report.made import card, write

ACCURACY = [card("score")]
N = 3 * 3 * 2


def column(root: Path, name: str = "score") -> Column:
    tables = build(gather([root / "results"]))
    return next(found for found in tables.overall if found.facts.measure.metric == name)


def test_best_and_second_go_to_methods_that_are_ranked(tmp_path: Path) -> None:
    for method, value in (("source_copy", 9.0), ("a", 3.0), ("b", 2.0), ("c", 1.0), ("ground_truth", 8.0)):
        write(tmp_path, method, {"score": np.full(N, value)}, cards=ACCURACY)
    cells = column(tmp_path).cells
    assert {method: cell.place for method, cell in cells.items() if cell.place} == {"a": 1, "b": 2}
    assert {m: c.unranked for m, c in cells.items() if c.unranked} == {
        "source_copy": "floor",
        "ground_truth": "ceiling",
    }


def test_lower_is_better_where_the_metric_says_so(tmp_path: Path) -> None:
    for method, value in (("a", 3.0), ("b", 2.0)):
        write(tmp_path, method, {"score": np.full(N, value)}, cards=[card("score", higher=False)])
    assert {method: cell.place for method, cell in column(tmp_path).cells.items()} == {"a": 2, "b": 1}


def test_a_row_without_full_coverage_is_shown_and_not_ranked(tmp_path: Path) -> None:
    write(tmp_path, "a", {"score": np.full(N, 9.0)}, cards=ACCURACY, fails=1)
    write(tmp_path, "b", {"score": np.full(N, 2.0)}, cards=ACCURACY)
    write(tmp_path, "c", {"score": np.full(N, 1.0)}, cards=ACCURACY)
    cells = column(tmp_path).cells
    assert cells["a"].value == 9.0 and cells["a"].place is None and cells["a"].unranked == "scored on 17 of 18"
    assert cells["b"].place == 1 and cells["c"].place == 2


def test_samples_that_a_metric_does_not_apply_to_cost_no_rank(tmp_path: Path) -> None:
    values = np.arange(float(N))
    for method in ("a", "b"):
        write(tmp_path, method, {"score": values}, cards=ACCURACY, fails=3, status="no_class", reason="not one of 8")
    assert all(not cell.unranked and cell.n_scored == N - 3 for cell in column(tmp_path).cells.values())


def test_a_set_metric_over_fewer_samples_is_not_ranked(tmp_path: Path) -> None:
    write(tmp_path, "a", fails=2, skill=0.9)
    write(tmp_path, "b")
    write(tmp_path, "c")
    cells = column(tmp_path, "frechet").cells
    assert cells["a"].unranked == "scored on 16 of 18" and cells["b"].place == 1


def test_a_mock_is_shown_as_one_and_never_ranked(tmp_path: Path) -> None:
    folders = [write(tmp_path / "mock", "a", mock=True), write(tmp_path, "b"), write(tmp_path, "c")]
    tables = build(gather(folders))
    assert [entry.method for entry in tables.entries if entry.mock] == ["a"]
    assert all(found.cells["a"].unranked == "mock" and not found.cells["a"].place for found in tables.overall)


def test_nobody_is_best_alone_and_equal_values_share_a_place() -> None:
    assert places({"a": 1.0}, True) == {}
    assert places({"a": 1.0, "b": 2.0, "c": 2.0, "d": 0.0}, True) == {"b": 1, "c": 1, "a": 2}


def test_p_values_are_scipys_on_the_speakers_mean_differences_or_on_the_samples_with_holm(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    given = {method: rng.normal(mean, 1.0, size=4 * 3 * 2) for method, mean in (("a", 3.0), ("b", 2.5), ("c", 0.0))}
    for method, values in given.items():
        write(tmp_path, method, {"score": values}, cards=ACCURACY, speakers=4)
    means = {method: values.reshape(4, 6).mean(axis=1) for method, values in given.items()}
    raw = {
        (one, other): max(
            stats.ttest_rel(means[one], means[other]).pvalue, stats.ttest_rel(given[one], given[other]).pvalue
        )
        for one, other in (("a", "b"), ("a", "c"), ("b", "c"))
    }
    order = sorted(raw, key=lambda pair: raw[pair])
    adjusted, largest = {}, 0.0
    for k, pair in enumerate(order):
        largest = max(largest, min(1.0, (3 - k) * raw[pair]))
        adjusted[pair] = largest
    cells = column(tmp_path).cells
    best = next(method for method, cell in cells.items() if cell.place == 1)
    for method, cell in cells.items():
        if method != best:
            pair = (best, method) if (best, method) in adjusted else (method, best)
            assert cell.p_best == pytest.approx(raw[pair], rel=1e-6)
            assert cell.p_holm == pytest.approx(adjusted[pair], rel=1e-6)
            assert cell.worse == (adjusted[pair] < 0.05)


def test_the_tests_are_those_of_benchmark_compare_on_the_same_runs(tmp_path: Path) -> None:
    cards = [card("score"), card("other", higher=False)]
    rng = np.random.default_rng(5)
    folders = []
    for k in range(3):
        values = {name: rng.normal(k, 1.0, size=5 * 6) for name in ("score", "other")}
        folders.append(write(tmp_path, f"m{k}", values, cards=cards, speakers=5))
    family = compare_runs([StoredRun(folder, read_run(folder)) for folder in folders])
    tables = build(gather(folders))
    assert tables.tests == family.tests == 6
    compared = 0
    for found in tables.overall:
        best = next(method for method, cell in found.cells.items() if cell.place == 1)
        for one in family.of(found.facts.measure.metric):
            if best in (one.first, one.second):
                cell = found.cells[one.second if best == one.first else one.first]
                assert (cell.p_best, cell.p_holm) == pytest.approx((one.p, one.p_holm), rel=1e-9)
                compared += 1
        for standing in family.standings(found.facts.measure.metric):
            assert found.cells[standing.method].rank == standing.rank
    assert compared == 4


def test_methods_that_can_t_be_told_apart_share_their_ranks(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    base = rng.normal(size=12 * 3 * 2)
    for method, shift in (("a", 5.0), ("b", 5.0), ("c", 0.0)):
        values = base + shift + 0.5 * rng.normal(size=base.size)
        write(tmp_path, method, {"score": values}, cards=ACCURACY, speakers=12)
    cells = column(tmp_path).cells
    assert [str(cells[method].rank) for method in "abc"] == ["1-2", "1-2", "3"]


def test_with_one_speaker_nothing_is_told_apart(tmp_path: Path) -> None:
    for method, value in (("a", 3.0), ("b", 2.0)):
        write(tmp_path, method, {"score": np.full(6, value)}, cards=ACCURACY, speakers=1)
    cells = column(tmp_path).cells
    assert all(cell.p_best is None and cell.low is None for cell in cells.values())
    assert [str(cells[method].rank) for method in "ab"] == ["1-2", "1-2"]


def test_a_metric_without_any_number_is_no_column_but_is_named_with_its_reason(tmp_path: Path) -> None:
    write(tmp_path, "a", {"score": np.full(N, np.nan)}, cards=[*ACCURACY, card("identity")], reason="no weights")
    tables: Tables = build(gather([tmp_path / "results"]))
    assert [c.facts.measure.metric for c in tables.overall] == ["identity"]
    assert [(a.facts.measure.metric, a.reason) for a in tables.absent] == [("score", "no weights")]
