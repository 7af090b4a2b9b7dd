"""The pages, driven without a browser."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason='the leaderboard needs streamlit: pip install -e ".[app]"')
from streamlit.testing.v1 import AppTest

from benchmark.results import store
from leaderboard.__main__ import APP, command
from tests.made_runs import write_one, write_world


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    write_world(tmp_path)
    return open_app(tmp_path / "results", monkeypatch)


def open_app(results: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setattr(sys, "argv", ["app.py"])
    monkeypatch.setenv("BENCHMARK_RESULTS", str(results))
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def address_of(app: AppTest) -> dict[str, str]:
    """The query parameters; releases of streamlit differ in whether a value is a list."""
    found = {key: app.query_params[key] for key in ("group", "methods") if key in app.query_params}
    return {key: value[0] if isinstance(value, list) else str(value) for key, value in found.items()}


def html_of(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def test_the_board_shows_every_method_with_value_interval_and_coverage(opened: AppTest) -> None:
    assert not opened.exception
    page = html_of(opened)
    for word in ("Cmet", "Edtalk", "floor", "ceiling", "17/18", "18/18", "2026-11-22", "Emotion accuracy"):
        assert word in page
    table = opened.dataframe[0].value
    assert {"dataset", "split", "method", "metric", "value", "ci_low", "ci_high", "n_scored", "date"} <= set(table)
    assert len(table) == 4 * 3


def test_a_filter_changes_the_table_and_the_address(opened: AppTest) -> None:
    opened.selectbox(key="group").select("group:extended").run()
    assert not opened.exception
    assert address_of(opened)["group"] == "group:extended"
    assert set(opened.dataframe[0].value["group_value"]) == {"extended"}
    opened.multiselect(key="methods").select("cmet").run()
    assert address_of(opened)["methods"] == "cmet"
    assert set(opened.dataframe[0].value["method"]) == {"source_copy", "cmet", "ground_truth"}


def test_an_address_shows_what_its_sender_saw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(write_world(tmp_path), monkeypatch, group="group:basic", metrics="identity", methods="edtalk")
    assert not app.exception
    assert set(app.dataframe[0].value["metric"]) == {"identity"}
    assert set(app.dataframe[0].value["group_value"]) == {"basic"}
    assert "cmet" not in set(app.dataframe[0].value["method"])


def test_an_address_with_nonsense_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(write_world(tmp_path), monkeypatch, dataset="<b>", group="x:y", methods="nobody,cmet", metric="z")
    assert not app.exception
    assert app.selectbox(key="dataset").value == "puppets"
    assert set(app.dataframe[0].value["method"]) == {"source_copy", "cmet", "ground_truth"}


def test_a_sample_shows_its_scores_and_the_reason_of_a_failure(opened: AppTest) -> None:
    opened.switch_page("views/samples.py").run()
    assert not opened.exception
    opened.selectbox(key="sample").select("P1_happy_1").run()
    page = html_of(opened)
    assert "no face was found in frame 3" in page and "Identity similarity" in page
    opened.toggle(key="failures").set_value(True).run()
    assert opened.selectbox(key="sample").options == ["P1_happy_1"]
    assert not opened.exception


def test_runs_that_are_broken_or_unfinished_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_world(tmp_path)
    (write_one(tmp_path, "cut") / store.RUN_FILE).write_text("{")
    late = write_one(tmp_path, "late")
    store.write_run(late, store.read_run(late) | {"status": "failed", "error": "out of memory"})
    app = open_app(tmp_path / "results", monkeypatch)
    assert not app.exception
    assert "1 of the runs here can't be read" in app.warning[0].value
    app.switch_page("views/runs.py").run()
    assert not app.exception
    complete, unfinished, broken = (frame.value for frame in app.dataframe)
    assert len(complete) == 4
    assert list(unfinished["method"]) == ["late"]
    assert broken["folder"].tolist() == ["puppets/test/cut/cut0000"]


@pytest.mark.parametrize("page", ["views/board.py", "views/samples.py", "views/runs.py"])
def test_an_empty_folder_says_how_to_fill_it(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(tmp_path / "nothing", monkeypatch)
    app.switch_page(page).run()
    assert not app.exception
    assert "python -m benchmark.run" in " ".join(element.value for element in app.markdown)


def test_a_run_that_appears_while_the_board_is_open_is_shown(
    opened: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "float" not in html_of(opened)
    write_one(tmp_path, "float")
    assert "Float" in html_of(opened.run())


def test_the_command_passes_the_folder_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    line, environment = command(["--results", str(tmp_path), "--port", "9000", "--no-browser"])
    assert environment["BENCHMARK_RESULTS"] == str(tmp_path)
    assert "--server.port=9000" in line and "--server.headless=true" in line


@pytest.mark.slow
def test_whoever_ends_the_command_ends_the_server(tmp_path: Path) -> None:
    """Also where somebody's files have the names of our modules: the board looks for none in the working directory."""
    for name in ("benchmark", "leaderboard", "media"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    health = f"http://localhost:{port}/_stcore/health"
    code = "from benchmark.__main__ import console; console()"
    board = subprocess.Popen(
        [sys.executable, "-P", "-c", code, "board", "--no-browser", "--port", str(port)],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            time.sleep(0.1)
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"http://localhost:{port}/_stcore/health") as page,
            ):
                assert page.read() == b"ok"
                break
        else:
            pytest.fail("the board did not come up in a minute")
    finally:
        board.terminate()
        board.wait(30)
    with pytest.raises(OSError):
        urllib.request.urlopen(health, timeout=5)
