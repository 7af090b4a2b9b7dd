"""The page of submissions, driven without a browser: what is said, what is kept, and that text stays text."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("streamlit", reason='the leaderboard needs streamlit: pip install -e ".[app]"')
from streamlit.testing.v1 import AppTest

from leaderboard import submissions
from leaderboard.places import SEEDED
from leaderboard.submissions import Checked, queue, set_state
from tests.leaderboard.test_app import html_of, open_app

EVIL = "![x](http://evil.example/x.png) [Mine](javascript:alert(1)) **bold** :red[x]"


def archive(note: bytes, **changes: Any) -> bytes:
    card = {"name": "mine", "title": "Mine", "cue": "audio", "licence": "MIT"} | changes
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr(
            zipfile.ZipInfo("manifest.json"), json.dumps({"dataset": "puppets", "split": "test", "method": card})
        )
        made.writestr(zipfile.ZipInfo("note"), note)  # made at no time: the same bytes each time
    return content.getvalue()


def passing(path: Path, *more: object) -> Checked:
    """A check that finds nothing wrong; the real one is tried in its own tests and in the browser's."""
    with zipfile.ZipFile(path) as made:
        return Checked(True, ("good: all",), json.loads(made.read("manifest.json")))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BENCHMARK_SUBMISSIONS", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def good(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(submissions, "check", passing)
    return folder


def opened(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_app(SEEDED, monkeypatch).switch_page("views/submit.py").run()


def send(app: AppTest, content: bytes) -> AppTest:
    app.file_uploader[0].set_value(("a.zip", content, "application/zip"))
    app.run()
    next(button for button in app.button if button.label == "Check and submit").click()
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    groups = (app.success, app.error, app.info, app.markdown, app.code, app.caption)
    return "\n".join(element.value for group in groups for element in group)


def test_two_people_who_submit_one_name_are_both_kept_and_both_shown(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = opened(monkeypatch), opened(monkeypatch)
    assert "other submission" not in said(send(first, archive(b"1")))
    assert "1 other submission(s) bear this name; a reviewer decides" in said(send(second, archive(b"2")))
    ids = [record["id"] for record in queue(good)]
    assert len(set(ids)) == 2
    table = opened(monkeypatch).dataframe[0].value
    assert list(table["id"]) == ids and list(table["name"]) == ["mine", "mine"]


def test_the_same_bytes_twice_are_one_and_the_page_says_what_became_of_it(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Accepted. It waits for review as:" in said(send(opened(monkeypatch), archive(b"1")))
    (record,) = queue(good)
    set_state(good / record["id"], "refused")
    again = said(send(opened(monkeypatch), archive(b"1")))
    assert "its state is: refused" in again and "Accepted" not in again and "other submission" not in again
    assert [one["state"] for one in queue(good)] == ["refused"]


def test_nothing_of_a_submission_is_markup(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = send(opened(monkeypatch), archive(b"1", title=EVIL))
    table = next(frame for frame in app.dataframe if "title" in frame.value)
    assert table.value["title"].tolist() == [EVIL]
    columns = json.loads(table.proto.columns)
    assert {column["type_config"]["type"] for column in columns.values() if column.get("type_config")} == {"text"}
    shown = " ".join(element.value for group in (app.markdown, app.caption, app.info, app.success) for element in group)
    assert "evil" not in shown and "javascript" not in shown and "evil" not in html_of(app)


def test_a_refused_archive_is_not_kept_and_the_check_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = send(opened(monkeypatch), archive(b"1", title="<script>alert(1)</script>"))
    words = said(app)
    assert "Refused. Nothing was kept." in words and "'title' holds control characters or markup" in words
    assert "missing: P25_angry_level_1_s29.mp4" in words and "<script>" not in html_of(app)
    assert not folder.exists()


def test_a_full_queue_is_a_sentence(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHMARK_LIMIT_QUEUE_COUNT", "1")
    send(opened(monkeypatch), archive(b"1"))
    words = said(send(opened(monkeypatch), archive(b"2")))
    assert "It can be scored, but it can't be kept now." in words and "1 submissions wait already" in words
    assert len(queue(good)) == 1


def test_a_limit_that_is_no_number_is_said_and_no_traceback(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHMARK_LIMIT_ARCHIVE_MIB", "much")
    app = opened(monkeypatch)
    assert not app.exception and "must be a whole number" in app.error[0].value


def test_the_page_names_every_split_and_a_damaged_record_hides_no_other(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(opened(monkeypatch), archive(b"1"))
    (good / "broken").mkdir()
    (good / "broken/record.json").write_text("{")
    app = opened(monkeypatch)
    assert not app.exception and len(app.dataframe[0].value) == 1
    assert "mead/test" in said(app).replace("\\", "") and "puppets/extended" in said(app).replace("\\", "")
