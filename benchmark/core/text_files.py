"""Tables and lines that people write with other programs: Excel, Notepad, an export of a database.

UTF-8 with or without a byte order mark and UTF-16 are read; any other encoding is refused with the line, because a
guess would spoil names silently. A table's columns may be separated by commas, semicolons or tabs, whichever its
first line uses. Lines end with LF, CR LF or CR; U+2028 and other signs that Python also takes for line ends are part
of the text. Empty rows, as spreadsheets leave them, are no rows.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.core.errors import ManifestError, one_line

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_LINE_END = re.compile(r"\r\n|\r|\n")


class TextError(ManifestError, ValueError):
    """A text file is not what it must be; the message names the file, the line and the way out."""


@dataclass(frozen=True)
class Table:
    """A table as text."""

    columns: tuple[str, ...]
    """Names of the columns, in order."""
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    """Number of the line in which a row ends, and column -> cell; cells are stripped of blanks."""


def read_text(path: Path) -> str:
    """The text of a file, without a byte order mark.

    Raises:
        TextError: it is in an encoding that can't be told for certain.
        OSError: it can't be read.
    """
    raw = path.read_bytes()
    encoding = _encoding(raw)
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(raw[: error.start].decode("latin-1"))) + 1
        raise TextError(
            f"{path.name}, line {line}: byte 0x{raw[error.start]:02x} is not {encoding.removesuffix('-sig').upper()}: "
            "the file is in another encoding, perhaps Windows-1252; save it as 'CSV UTF-8', or: "
            f"iconv -f cp1252 -t utf-8 {path.name}"
        ) from None


def split_lines(text: str) -> list[str]:
    """The lines of a text, ended by LF, CR LF or CR only."""
    lines = _LINE_END.split(text)
    return lines[:-1] if lines and not lines[-1] else lines


def read_table(path: Path) -> Table:
    """A table whose first line names its columns.

    Raises:
        TextError: no line, two columns of one name, a row with too many cells, another encoding, broken quotes.
        OSError: it can't be read.
    """
    text = read_text(path)
    first = next((line for line in split_lines(text) if line.strip()), "")
    separator = _separator(first)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, Mapping[str, str]]] = []
    columns: tuple[str, ...] = ()
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if not columns:
                columns = _columns(path, cells)
                continue
            if any(cells[len(columns) :]):
                raise TextError(
                    f"{path.name}, line {reader.line_num}: more cells than columns; a cell that holds "
                    f'{SEPARATORS[separator]} stands in quotes: "a, b"'
                )
            rows.append((reader.line_num, dict(zip(columns, cells, strict=False))))
    except csv.Error as error:
        raise TextError(f"{path.name}, line {reader.line_num}: {one_line(error)}") from error
    if not columns:
        raise TextError(f"{path.name} is empty")
    return Table(columns, tuple(rows))


def read_json_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a file with one JSON object a line, each with the number of its line.

    Raises:
        TextError: a line is no JSON object, or another encoding.
        OSError: it can't be read.
    """
    found = []
    for number, line in enumerate(split_lines(read_text(path)), start=1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise TextError(f"{path.name}, line {number}: no JSON ({one_line(error)})") from error
        if not isinstance(content, dict):
            raise TextError(f"{path.name}, line {number}: no JSON object")
        found.append((number, content))
    return found


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if raw[:64].count(b"\0") > 8:  # UTF-16 without a mark: every other byte of Latin text is zero
        return "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be"
    return "utf-8-sig"


def _separator(first: str) -> str:
    """What separates the columns of a first line: what stands in it most often outside quotes, commas first."""
    plain = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=plain.count)


def _columns(path: Path, cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    twice = sorted({name for name in cells if cells.count(name) > 1})
    if twice:
        raise TextError(f"{path.name}: two columns are called '{twice[0]}'")
    return tuple(cells)
