"""The static board: complete, without a server, and nobody's markup in it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from benchmark.results import store
from leaderboard import text
from leaderboard.data import load_board
from leaderboard.export import main
from leaderboard.places import SEEDED
from tests.made_runs import write_one, write_world

TEMPLATES = Path(text.__file__).parent / "templates"
EVIL = "<img src=x onerror=alert(1)>"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_every_split_has_its_table_and_samples_and_asks_no_other_host(tmp_path: Path) -> None:
    assert main([str(tmp_path / "out"), "--results", str(SEEDED), "--samples", "2"]) == 0
    board = load_board(SEEDED)
    index = (tmp_path / "out/index.html").read_text()
    for run in board.runs:
        assert run.method in index or str(run.record["method"]["title"]).split(" (")[0] in index
    page = (tmp_path / "out/puppets_test.html").read_text()
    clips = set(re.findall(r"clips/[A-Za-z0-9_.\-]+", page))
    assert clips and all((tmp_path / "out" / clip).is_file() for clip in clips)
    tags = Tags()
    tags.feed(index + page)
    links = [a.get("href") or a.get("src") or "" for _, a in tags.found]
    assert not [link for link in links if link.startswith(("http", "//"))]


def test_names_are_never_markup(tmp_path: Path) -> None:
    results = write_world(tmp_path)
    folder = next(results.glob("*/*/cmet/*"))
    record = store.read_run(folder)
    record["method"]["title"] = EVIL
    record["method"]["licence"] = "</script><b>"
    store.write_run(folder, record)
    assert main([str(tmp_path / "out"), "--results", str(results)]) == 0
    for path in (tmp_path / "out").glob("*.html"):
        tags = Tags()
        tags.feed(path.read_text())
        assert "img" not in {tag for tag, _ in tags.found}
        assert not [a for _, a in tags.found if "onerror" in a]


def test_a_broken_run_is_named_and_the_rest_is_written(tmp_path: Path) -> None:
    results = write_world(tmp_path)
    (write_one(tmp_path, "cut") / store.RUN_FILE).write_text(json.dumps({"schema_version": 99}))
    assert main([str(tmp_path / "out"), "--results", str(results)]) == 0
    index = (tmp_path / "out/index.html").read_text()
    assert "cut0000" in index and "Edtalk" in index


def test_nothing_to_export_is_said(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert main([str(tmp_path / "out"), "--results", str(tmp_path)]) == 2
    assert "no complete run" in capsys.readouterr().err


def test_every_text_that_a_template_shows_is_there() -> None:
    """Templates are not Python: nothing else notices a text that was taken for unused."""
    shown = {name for page in TEMPLATES.glob("*.html") for name in re.findall(r"text\.([A-Z_]+)", page.read_text())}
    assert shown and not [name for name in shown if not hasattr(text, name)]
