"""Who is ranked, who is best, who differs significantly; the p values against scipy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmark.analysis.comparison import compare_runs
from benchmark.analysis.gather import gather
from benchmark.analysis.long_table import long_frame
from benchmark.analysis.standings import standings_of
from benchmark.analysis.table import Column, build_table, places
from benchmark.report.tables import Tables, build
from benchmark.results.store import StoredRun, read_run
from tests.benchmark.report.made import card, write

ACCURACY = [card("edit_success")]
N = 3 * 3 * 2


def column(root: Path, name: str = "edit_success") -> Column:
    tables = build(gather([root / "results"]))
    return next(found for found in tables.overall if found.facts.measure.metric == name)


def test_best_and_second_go_to_methods_that_are_ranked(tmp_path: Path) -> None:
    for method, value in (("source_copy", 9.0), ("a", 3.0), ("b", 2.0), ("c", 1.0), ("ground_truth", 8.0)):
        write(tmp_path, method, {"edit_success": np.full(N, value)}, cards=ACCURACY)
    cells = column(tmp_path).cells
    assert {method: cell.place for method, cell in cells.items() if cell.place} == {"a": 1, "b": 2}
    assert {m: c.unranked for m, c in cells.items() if c.unranked} == {
        "source_copy": "floor",
        "ground_truth": "ceiling",
    }


def test_lower_is_better_where_the_metric_says_so(tmp_path: Path) -> None:
    for method, value in (("a", 3.0), ("b", 2.0)):
        write(tmp_path, method, {"edit_success": np.full(N, value)}, cards=[card("edit_success", higher=False)])
    assert {method: cell.place for method, cell in column(tmp_path).cells.items()} == {"a": 2, "b": 1}


def test_a_row_without_full_coverage_is_shown_and_not_ranked(tmp_path: Path) -> None:
    write(tmp_path, "a", {"edit_success": np.full(N, 9.0)}, cards=ACCURACY, fails=1)
    write(tmp_path, "b", {"edit_success": np.full(N, 2.0)}, cards=ACCURACY)
    write(tmp_path, "c", {"edit_success": np.full(N, 1.0)}, cards=ACCURACY)
    cells = column(tmp_path).cells
    assert cells["a"].value == 9.0 and cells["a"].place is None and cells["a"].unranked == "scored on 17 of 18"
    assert cells["b"].place == 1 and cells["c"].place == 2


def test_samples_that_a_metric_does_not_apply_to_cost_no_rank(tmp_path: Path) -> None:
    values = np.arange(float(N))
    for method in ("a", "b"):
        write(
            tmp_path,
            method,
            {"edit_success": values},
            cards=ACCURACY,
            fails=3,
            status="no_class",
            reason="not one of 8",
        )
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
        write(tmp_path, method, {"edit_success": values}, cards=ACCURACY, speakers=4)
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
            assert cell.significant == (adjusted[pair] < 0.05)


def test_only_the_primary_metric_makes_the_family_whatever_is_shown(tmp_path: Path) -> None:
    cards = [card("edit_success"), card("identity_similarity"), card("action_unit_error", higher=False)]
    rng = np.random.default_rng(5)
    for k in range(3):
        values = {one["name"]: rng.normal(k, 1.0, size=5 * 6) for one in cards}
        write(tmp_path, f"m{k}", values, cards=cards, speakers=5)
    write(tmp_path, "source_copy", {one["name"]: np.zeros(5 * 6) for one in cards}, cards=cards, speakers=5)
    whole = build(gather([tmp_path / "results"]))
    assert whole.table.tests == 3
    for found in whole.overall:
        ranks = [cell.rank for cell in found.cells.values() if cell.rank is not None]
        assert len(ranks) == (3 if found.primary else 0)
        assert all((cell.p_holm is not None) == found.primary for cell in found.cells.values() if cell.p_best)
    alone = build(gather([tmp_path / "results"]), ["identity_similarity", "edit_success"])
    assert [c.cells for c in alone.overall] == [whole.overall[1].cells, whole.overall[0].cells]


def test_the_tests_are_those_of_benchmark_compare_whatever_is_compared(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    folders = [
        write(tmp_path, f"m{k}", {"edit_success": rng.normal(k, 1.0, size=30)}, cards=ACCURACY, speakers=5)
        for k in range(3)
    ]
    runs = [StoredRun(folder, read_run(folder)) for folder in folders]
    table = build(gather(folders))
    (found,) = table.overall
    best = next(method for method, cell in found.cells.items() if cell.place == 1)
    for methods in (None, ("m0", "m2"), ("m1", "m2")):
        compared = compare_runs(runs, methods=methods)
        assert compared.tests == table.table.tests == 3
        for one in compared.comparisons:
            if best in (one.first, one.second):
                cell = found.cells[one.second if best == one.first else one.first]
                assert (cell.p_best, cell.p_holm) == pytest.approx((one.p, one.p_holm), rel=1e-9)
        for method in compared.methods:
            assert compared.rank("edit_success", method).split()[0] == str(found.cells[method].rank)


def test_tied_methods_share_their_ranks(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    base = rng.normal(size=12 * 3 * 2)
    for method, shift in (("a", 5.0), ("b", 5.0), ("c", 0.0)):
        values = base + shift + 0.5 * rng.normal(size=base.size)
        write(tmp_path, method, {"edit_success": values}, cards=ACCURACY, speakers=12)
    cells = column(tmp_path).cells
    assert [str(cells[method].rank) for method in "abc"] == ["1-2", "1-2", "3"]


def test_with_one_speaker_no_test_finds_anything(tmp_path: Path) -> None:
    for method, value in (("a", 3.0), ("b", 2.0)):
        write(tmp_path, method, {"edit_success": np.full(6, value)}, cards=ACCURACY, speakers=1)
    cells = column(tmp_path).cells
    assert all(cell.p_best is None and cell.low is None for cell in cells.values())
    assert [str(cells[method].rank) for method in "ab"] == ["1-2", "1-2"]


def test_a_metric_without_any_number_is_no_column_but_is_named_with_its_reason(tmp_path: Path) -> None:
    cards = [*ACCURACY, card("identity_similarity")]
    write(tmp_path, "a", {"edit_success": np.full(N, np.nan)}, cards=cards, reason="no weights")
    tables: Tables = build(gather([tmp_path / "results"]))
    assert [c.facts.measure.metric for c in tables.overall] == ["identity_similarity"]
    assert [(a.facts.measure.metric, a.reason) for a in tables.absent] == [("edit_success", "no weights")]


def test_choosing_and_sorting_change_no_cell(tmp_path: Path) -> None:
    for method, fails in (("source_copy", 0), ("one", 0), ("two", 1), ("three", 0), ("ground_truth", 0)):
        write(tmp_path, method, fails=fails)
    table = build(gather([tmp_path / "results"])).table
    few = table.chosen(metrics=["identity", "emotion_accuracy"], methods=["two"]).sorted_by("identity")
    assert [entry.method for entry in few.entries] == ["source_copy", "two", "ground_truth"]
    assert [column.facts.measure.metric for column in few.columns] == ["identity", "emotion_accuracy"]
    by_metric = {column.facts.measure.metric: column for column in table.columns}
    assert all(column == by_metric[column.facts.measure.metric] for column in few.columns)


def test_the_best_row_comes_first_between_floor_and_ceiling(tmp_path: Path) -> None:
    for method, value in (("source_copy", 9.0), ("a", 1.0), ("b", 3.0), ("c", np.nan), ("ground_truth", 0.0)):
        write(tmp_path, method, {"edit_success": np.full(N, value)}, cards=ACCURACY)
    table = build(gather([tmp_path / "results"])).table
    order = [entry.method for entry in table.sorted_by("edit_success").entries]
    assert order == ["source_copy", "b", "a", "c", "ground_truth"]
    assert table.sorted_by("nothing") == table


def test_a_group_of_samples_has_its_own_numbers_and_name_and_no_ranks(tmp_path: Path) -> None:
    for method in ("a", "b"):
        write(tmp_path, method, {"edit_success": np.arange(float(N))}, cards=ACCURACY)
    evidence = gather([tmp_path / "results"])
    standings = standings_of(evidence)
    part = build_table(evidence, standings, ("emotion", "happy"))
    assert part.group_name == "happy" and part.file_name == "puppets_test_emotion-happy"
    (column,) = part.columns
    assert column.planned == 6 and {cell.rank for cell in column.cells.values()} == {None}
    assert build_table(evidence, standings).file_name == "puppets_test"
    frame = long_frame(part)
    assert set(frame["group_value"]) == {"happy"} and list(frame["n_planned"]) == [6, 6]
