"""Board, comparison, report, packet, export and sensitivity give one answer on one folder.

Which run counts, which role it has, which rank, who failed, and what stands in every cell. Each test changes a copy of
the results that ship as somebody did when the answers still differed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from benchmark.analysis import format
from benchmark.analysis.comparison import compare_runs
from benchmark.analysis.gather import gather
from benchmark.analysis.latex import one_table
from benchmark.analysis.roles import CEILING, FLOOR
from benchmark.analysis.scores import read_scores
from benchmark.analysis.table import Cell, Table
from benchmark.compare.command import main as compare
from benchmark.compare.compare import find_runs
from benchmark.report.command import main as report
from benchmark.report.tables import build
from benchmark.sensitivity.rankings import gather as gather_rankings
from leaderboard.data import load_board, open_split
from leaderboard.export import main as export
from leaderboard.rows import choose
from leaderboard.sample_view import samples_of
from leaderboard.votes.study import study_of
from tests.benchmark.analysis.shipped import add_trial, copy_results, rename

Answer = dict[tuple[str, str], Any]
"""(method, metric) -> what is said of it."""


def board_table(results: Path, split: str = "test", group: tuple[str, str] = ("all", "all")) -> Table:
    opened = open_split(load_board(results), "puppets", split)
    assert opened is not None
    return opened.table(group)


def of_table(table: Table, what: str) -> Answer:
    """A field of every cell."""
    return {
        (method, column.facts.measure.metric): getattr(cell, what)
        for column in table.columns
        for method, cell in column.cells.items()
    }


def of_report(results: Path, folder: Path) -> dict[str, Any]:
    """The report for programs."""
    out = folder / "report.json"
    assert report([str(results), "--format", "json", "--out", str(out)]) == 0
    document: dict[str, Any] = json.loads(out.read_text())
    return document


def of_comparison(results: Path, folder: Path, *flags: str) -> dict[str, Any]:
    """The comparison for programs."""
    out = folder / "compared.json"
    assert compare([str(results), "--format", "json", "--out", str(out), *flags]) == 0
    document: dict[str, Any] = json.loads(out.read_text())
    return document


def runs_by_surface(results: Path, folder: Path) -> dict[str, dict[str, str]]:
    """Surface -> method -> the run that counts there."""
    board = load_board(results)
    return {
        "board": {run.method: str(run.record["run_id"]) for run in board.runs_of(board.rows)},
        "table": {method: run for (method, _), run in of_table(board_table(results), "run_id").items()},
        "compare": {run.method: str(run.record["run_id"]) for run in find_runs([results], None, None, None)},
        "report": {row["method"]: row["run_id"] for row in of_report(results, folder)["numbers"]},
    }


def roles_by_surface(results: Path, folder: Path) -> dict[str, dict[str, str]]:
    """Surface -> method -> role."""
    board = load_board(results)
    compared = compare_runs(find_runs([results], None, None, None), ["edit_success"])
    return {
        "rows": dict(zip(board.rows["method"], board.rows["role"], strict=True)),
        "board": {entry.method: entry.role for entry in board_table(results).entries},
        "compare": dict(compared.roles),
        "report": {row["method"]: row["role"] for row in of_report(results, folder)["methods"]},
    }


def one(answers: dict[str, Any]) -> Any:
    """The answer that all surfaces give."""
    first, *others = answers.values()
    assert all(other == first for other in others), answers
    return first


def test_a_later_trial_run_changes_nothing(tmp_path: Path) -> None:
    results = copy_results(tmp_path)
    before, rankings = one(runs_by_surface(results, tmp_path)), gather_rankings([results])
    trial = add_trial(results, "cmet", 8)
    assert one(runs_by_surface(results, tmp_path)) == before and trial not in before.values()
    assert gather_rankings([results]).equals(rankings)
    compared = of_comparison(results, tmp_path, "--methods", "cmet,edtalk-audio", "--metrics", "edit_success")
    assert {row["planned"] for row in compared["comparisons"]} == {56}


def test_a_method_with_a_trial_run_only_stands_in_no_table_and_is_named(tmp_path: Path) -> None:
    results = copy_results(tmp_path)
    add_trial(results, "cmet", 8)
    for folder in (results / "puppets/test/cmet").iterdir():
        if not folder.name.startswith("fff"):
            folder.rename(tmp_path / "gone")
    assert "cmet" not in one(runs_by_surface(results, tmp_path))
    board = load_board(results)
    assert [left.method for left in board.selection("puppets", "test").left_out] == ["cmet"]
    assert len(of_report(results, tmp_path)["left_out"]) == 1


def test_a_floor_by_another_name_is_the_floor_everywhere(tmp_path: Path) -> None:
    results = copy_results(tmp_path)
    before = board_table(results)
    rename(results, "source_copy", "src")
    roles = one(roles_by_surface(results, tmp_path))
    assert {role: name for name, role in roles.items() if role} == {FLOOR: "src", CEILING: "ground_truth"}
    board = load_board(results)
    study = study_of(board, choose(board.rows, "puppets", "test"))
    assert all("src" not in methods for methods in study.pairs_of.values())
    assert set(study.checks.values()) <= {("ground_truth", "src")}
    after = board_table(results)
    shown = build(gather([results])).table
    assert [column.cells for column in after.columns] == [column.cells for column in shown.columns]
    for old, new in zip(before.columns, after.columns, strict=True):
        assert {("src" if m == "source_copy" else m): cell for m, cell in old.cells.items()} == new.cells


@pytest.mark.parametrize("split", ["test", "extended"])
def test_nobody_failed_on_the_results_that_ship(tmp_path: Path, split: str) -> None:
    """Extended emotions have no class of the judges: a number less, and nobody's failure."""
    results = copy_results(tmp_path, split)
    board = load_board(results)
    samples = samples_of(read_scores([run.folder for run in board.runs_of(board.rows)]))
    assert len(samples) == {"test": 56, "extended": 48}[split]
    by_harness = sum(run.record["counts"]["planned"] - run.record["counts"]["scored"] for run in board.runs)
    assert int((samples["failures"] > 0).sum()) == by_harness == 0
    assert of_report(results, tmp_path)["failures"] == []


@pytest.mark.parametrize("split", ["test", "extended"])
def test_ranks_and_cells_are_the_same_wherever_they_stand(tmp_path: Path, split: str) -> None:
    results = copy_results(tmp_path, split)
    table = board_table(results, split)
    document = of_report(results, tmp_path)
    rows = [row for row in document["numbers"] if row["group"] == "all"]
    ranked = {key: rank for key, rank in of_table(table, "rank").items() if rank is not None}
    assert {metric for _, metric in ranked} == {"edit_success"} and len(ranked) == 4
    assert {(r["method"], r["metric"]): (r["rank_best"], r["rank_worst"]) for r in rows if r["rank_best"]} == {
        key: (rank.best, rank.worst) for key, rank in ranked.items()
    }
    edit = ("--metrics", "edit_success")
    for flags in (edit, (*edit, "--methods", "edtalk-image,edtalk-label"), (*edit, "--methods", "source_copy,cmet")):
        compared = of_comparison(results, tmp_path, *flags)
        assert compared["tests"] == document["tests"] == table.tests == 6
        given = {(r["method"], r["metric"]): (r["best"], r["worst"]) for r in compared["ranks"] if r["best"]}
        assert given.items() <= {key: (rank.best, rank.worst) for key, rank in ranked.items()}.items()
    for what in ("value", "n_scored", "n_planned", "status", "place", "p_holm"):
        assert {(row["method"], row["metric"]): row[what] for row in rows} == of_table(table, what), what


def test_what_a_reader_chooses_changes_no_rank_and_no_cell(tmp_path: Path) -> None:
    whole = board_table(copy_results(tmp_path))
    few = whole.chosen(metrics=["edit_success", "emotion_accuracy"], methods=["edtalk-image", "edtalk-label"])
    assert {entry.method for entry in few.entries} == {"source_copy", "edtalk-image", "edtalk-label", "ground_truth"}
    by_metric = {column.facts.measure.metric: column for column in whole.columns}
    assert all(column == by_metric[column.facts.measure.metric] for column in few.columns) and len(few.columns) == 2


class Cells(HTMLParser):
    """Rows of cells of every table of a page: the text of each cell, and its hint."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[list[str]]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append([dict(attrs).get("title") or ""])
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.tables[-1][-1][-1].append(data.strip())


def cells_of(page: Path) -> list[list[list[list[str]]]]:
    parser = Cells()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.tables


def expected_texts(table: Table) -> Iterator[tuple[int, int, Cell, str, str]]:
    """Row, column, cell, its number and interval as written."""
    for row, entry in enumerate(table.entries):
        for place, column in enumerate(table.columns):
            cell = column.cells[entry.method]
            written = format.number(cell.value, column.decimals)
            yield row, place, cell, written, format.interval(cell.low, cell.high, column.decimals)


def test_the_exported_page_and_the_packet_hold_the_boards_cells(tmp_path: Path) -> None:
    results = copy_results(tmp_path)
    table = board_table(results)
    assert export([str(tmp_path / "out"), "--results", str(results), "--samples", "0"]) == 0
    exported = cells_of(tmp_path / "out" / "index.html")[0]
    packet = tmp_path / "packet.html"
    assert report([str(results), "--format", "html", "--samples", "0", "--out", str(packet)]) == 0
    overview = cells_of(packet)[0]
    for row, place, cell, number, interval in expected_texts(table):
        on_page = exported[1 + row][1 + place]
        in_packet = overview[1 + place][1 + row]
        assert number in on_page and number in in_packet
        assert not interval or (interval in on_page and interval in in_packet)
        rank = f"rank {cell.rank}" if cell.rank else ""
        assert (rank in on_page) if rank else not any("rank" in text for text in on_page)
        assert (f", {rank}," in f", {in_packet[0]},") if rank else "rank " not in in_packet[0].replace("ranked", "")


def test_every_file_of_a_chosen_emotion_holds_that_emotion_and_says_so(tmp_path: Path) -> None:
    results = copy_results(tmp_path, "extended")
    whole, part = board_table(results, "extended"), board_table(results, "extended", ("emotion", "sarcastic"))
    assert part.file_name == "puppets_extended_emotion-sarcastic"
    error = next(c for c in part.columns if c.facts.measure.metric == "action_unit_error").cells["cmet"]
    other = next(c for c in whole.columns if c.facts.measure.metric == "action_unit_error").cells["cmet"]
    assert error.n_planned == 8 and other.n_planned == 48 and error.value != other.value
    text = one_table(part)
    assert "sarcastic only: 8 samples" in text and r"\label{tab:results-emotion-sarcastic}" in text
    for _, _, cell, number, _ in expected_texts(part):
        assert cell.value is None or f"${number}$".replace("e", r"\mathrm{e}") in text
    by_emotion = [row for row in of_report(results, tmp_path)["numbers"] if row["group_value"] == "sarcastic"]
    shown = of_table(part, "value")
    assert {(row["method"], row["metric"]): row["value"] for row in by_emotion} == {
        key: value for key, value in shown.items() if key[1] in {row["metric"] for row in by_emotion}
    }
