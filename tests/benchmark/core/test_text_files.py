"""Tables of other programs: separators, encodings, line ends, empty rows; what can't be read says so in one line."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from benchmark.core.errors import ManifestError
from benchmark.core.text_files import TextError, read_json_lines, read_table, split_lines
from benchmark.datasets.manifest import read_rows
from tests.shared_files import SHARED

PLAIN = "id,source,emotion,speaker\na,a.mp4,sad,José\nb,b.mp4,happy,Zoé\n"
CASES = SHARED / "cases"


def cells(path: Path) -> list[dict[str, str]]:
    return [dict(row) for _, row in read_table(path).rows]


@pytest.fixture
def plain(tmp_path: Path) -> list[dict[str, str]]:
    path = tmp_path / "plain.csv"
    path.write_text(PLAIN, encoding="utf-8")
    return cells(path)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
    ids=["utf8", "utf8-bom", "utf16-le", "utf16-be"],
)
def test_every_form_of_one_table_is_the_same_table(
    tmp_path: Path, plain: list[dict[str, str]], separator: str, end: str, mark: bytes, encoding: str
) -> None:
    text = PLAIN.replace(",", separator).replace("\n", end)
    path = tmp_path / "other.csv"
    path.write_bytes(mark + text.encode(encoding))
    assert cells(path) == plain


def test_empty_rows_and_columns_of_a_spreadsheet_are_none(tmp_path: Path, plain: list[dict[str, str]]) -> None:
    path = tmp_path / "excel.csv"
    path.write_text("\n" + PLAIN.replace("\n", ",,\n") + ",,,,,\n , ,\n\n", encoding="utf-8")
    assert cells(path) == plain


def test_a_list_in_a_cell_does_not_make_it_a_table_of_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    path.write_text("id,emotional_speech\na,x.wav;y.wav;z.wav\n", encoding="utf-8")
    assert cells(path) == [{"id": "a", "emotional_speech": "x.wav;y.wav;z.wav"}]


def test_another_encoding_is_refused_with_line_byte_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(PLAIN.encode("cp1252"))
    with pytest.raises(
        TextError, match=r"old.csv, line 2: byte 0xe9 is not UTF-8.*Windows-1252.*CSV UTF-8.*iconv"
    ) as found:
        read_table(path)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "t.csv is empty"),
        ("id,id\na,b\n", "two columns are called 'id'"),
        ("id,source\na,b,c\n", "line 2: more cells than columns"),
        ('id,source\n"a,b\n', "t.csv, line"),
    ],
)
def test_what_is_no_table_says_what_and_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TextError, match=said):
        read_table(path)


def test_a_line_separator_of_unicode_is_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text('\ufeff{"id": "a", "sentence": "one\u2028two\x85three"}\r\n\r\n{"id": "b"}\r', encoding="utf-8")
    assert [content for _, content in read_json_lines(path)] == [
        {"id": "a", "sentence": "one\u2028two\x85three"},
        {"id": "b"},
    ]
    assert split_lines("a\u2028b\r\nc\rd\ne") == ["a\u2028b", "c", "d", "e"]


@pytest.mark.parametrize("line", ["{", "[1]", '"a"', "[" * 100_000])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text(json.dumps({"id": "a"}) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(TextError, match="m.jsonl, line 2: no JSON"):
        read_json_lines(path)


def test_a_manifest_without_its_columns_tells_which_separators_are_read(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("id|source|emotion\na|a.mp4|sad\n", encoding="utf-8")
    with pytest.raises(
        ManifestError, match="first line must name the columns, separated by commas, semicolons or tabs"
    ):
        read_rows(path)


@pytest.mark.skipif(not CASES.is_dir(), reason="no field cases in ../shared/cases")
@pytest.mark.parametrize("name", ["C28_semicolon.csv", "C28_utf16.csv", "C15_bom.jsonl", "C15_u2028.jsonl", "two.csv"])
def test_field_cases_are_read(name: str) -> None:
    rows = read_rows(CASES / name)
    assert rows and all({"id", "source", "emotion"} <= set(row.cells) for row in rows)


@pytest.mark.skipif(not CASES.is_dir(), reason="no field cases in ../shared/cases")
def test_the_field_case_in_cp1252_is_refused_in_one_line() -> None:
    with pytest.raises(ManifestError, match="line 2: byte 0xe9 is not UTF-8"):
        read_rows(CASES / "C28_cp1252.csv")
