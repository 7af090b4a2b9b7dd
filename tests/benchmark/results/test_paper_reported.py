"""Printed numbers are complete, marked, and as ../shared/paper_reported.md says them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from benchmark.core.errors import UsageError
from benchmark.results.paper_reported import COLUMNS, FOLDER, of_dataset, read_paper_reported
from tests.shared_files import SHARED


def test_every_row_says_who_where_and_how() -> None:
    rows = read_paper_reported()
    assert set(rows["dataset"]) == {"mead", "crema_d"} and {"c_met", "edtalk", "keyface"} <= set(rows["file"])
    assert (rows[["paper", "metric", "protocol", "source"]] != "").all().all()


def test_the_papers_table_is_there_with_every_method() -> None:
    rows = read_paper_reported()
    table = rows[(rows["file"] == "c_met") & (rows["table"] == "Table 1")]
    assert table.groupby(["method", "dataset"])["metric"].nunique().eq(5).all()
    assert set(table["method"]) == {"EAMM", "EAT", "EDTalk", "FLOAT", "C-MET"}


def test_one_methods_numbers_differ_by_a_factor_of_four_between_papers() -> None:
    rows = read_paper_reported()
    eat = rows[(rows["method"] == "EAT") & (rows["dataset"] == "mead") & (rows["metric"] == "fid")]
    assert len(eat) == 5 and eat["value"].max() / eat["value"].min() > 4


def test_every_number_stands_in_the_facts() -> None:
    facts = SHARED / "paper_reported.md"
    if not facts.is_file():
        pytest.skip("no ../shared/paper_reported.md")
    printed = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", facts.read_text())}
    assert set(read_paper_reported()["value"]) <= printed


def test_a_dataset_as_a_table_keeps_papers_apart() -> None:
    table = of_dataset(read_paper_reported(), "mead", ["fid", "emotion_accuracy"])
    edtalk = table[table["method"] == "EDTalk"].set_index("paper")
    assert edtalk.loc["C-MET", "fid"] == 76.423 and edtalk.loc["KeyFace", "emotion_accuracy"] == 72


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        ("value", "high", "line 2: value must be a number, got 'high'"),
        ("value", "nan", "value must be a number"),
        ("dataset", "hdtf", "dataset must be one of mead, crema_d"),
        ("group", "glad", "group must be all or an emotion"),
        ("source", "", "no source"),
        ("cue", "smell", "cue must be one of"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, column: str, text: str, sentence: str) -> None:
    lines = (FOLDER / "others.csv").read_text().splitlines()
    cells = lines[1].split(",", len(COLUMNS) - 1)
    cells[list(COLUMNS).index(column)] = text
    (tmp_path / "others.csv").write_text("\n".join([lines[0], ",".join(cells)]) + "\n")
    with pytest.raises(UsageError, match=re.escape(sentence)):
        read_paper_reported(tmp_path)


def test_a_number_given_twice_is_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "others.csv", tmp_path / "a.csv")
    shutil.copy(FOLDER / "others.csv", tmp_path / "b.csv")
    with pytest.raises(UsageError, match="given twice"):
        read_paper_reported(tmp_path)
    (tmp_path / "a.csv").write_text("paper,value\n")
    with pytest.raises(UsageError, match="columns must be"):
        read_paper_reported(tmp_path)
    assert read_paper_reported(tmp_path / "none").empty
