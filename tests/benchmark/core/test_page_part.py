"""A command replaces its own part of a page and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.core.errors import UsageError
from benchmark.core.page_part import read_part, write_part

PAGE = "# Page\n\nBefore.\n\n<!-- part: begin -->\nold\n<!-- part: end -->\n\nAfter.\n"


def test_a_part_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    write_part(page, "part", "| new |\n\n")
    assert read_part(page, "part") == "| new |"
    assert page.read_text() == PAGE.replace("\nold\n", "\n\n| new |\n\n")
    once = page.read_text()
    write_part(page, "part", "| new |")
    assert page.read_text() == once


def test_a_page_without_marks_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    with pytest.raises(UsageError, match="no such page"):
        write_part(page, "part", "x")
    page.write_text(PAGE.replace("part: end", "other: end"))
    with pytest.raises(UsageError, match="no marks"):
        read_part(page, "part")
