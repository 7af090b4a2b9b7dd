"""Reading results folders: whole, changing, broken, absent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.results import store
from leaderboard.clips import video_of, views_of
from leaderboard.data import load_board, stamp
from leaderboard.places import SEEDED, results_folder
from tests.made_runs import write_one, write_world


def test_the_folder_comes_from_the_option_then_the_environment_then_here_then_what_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"BENCHMARK_RESULTS": "b"}
    assert results_folder(["--results", "a"], environment) == Path("a")
    assert results_folder(["other"], environment) == Path("b")
    monkeypatch.chdir(tmp_path)
    assert results_folder([], {}) == SEEDED
    (tmp_path / "results").mkdir()
    assert results_folder([], {}) == Path("results")


def test_a_board_holds_complete_runs_and_counts_the_others(tmp_path: Path) -> None:
    results = write_world(tmp_path)
    (write_one(tmp_path, "cut") / store.SUMMARY_FILE).write_text("method,dataset\n")
    late = write_one(tmp_path, "late")
    store.write_run(late, store.read_run(late) | {"status": "started"})
    board = load_board(results)
    assert set(board.rows["method"]) == {"source_copy", "ground_truth", "cmet", "edtalk"}
    assert [run.folder.parent.name for run in board.broken] == ["cut"]
    assert [run.method for run in board.runs if not run.complete] == ["late"]


@pytest.mark.parametrize("make", [False, True])
def test_an_absent_or_empty_folder_is_an_empty_board(tmp_path: Path, make: bool) -> None:
    results = tmp_path / "results"
    if make:
        results.mkdir()
    board = load_board(results)
    assert board.rows.empty and board.datasets == [] and board.runs == ()


def test_the_stamp_moves_when_a_run_appears_or_changes(tmp_path: Path) -> None:
    results = write_world(tmp_path)
    first = stamp(results)
    assert stamp(results) == first
    folder = write_one(tmp_path, "float")
    second = stamp(results)
    assert second != first
    record = store.read_run(folder)
    store.write_run(folder, record | {"warnings": ["new"]})
    assert stamp(results) != second


def make_file(path: Path, content: bytes = b"x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_every_clip_of_a_sample_is_shown_or_the_reason_why_not(tmp_path: Path) -> None:
    board = load_board(write_world(tmp_path))
    make_file(tmp_path / "cache/corpus/P1_happy_1_source.mp4")
    make_file(tmp_path / "cache/videos/geneedta0000/P1_happy_1.mp4")
    make_file(tmp_path / "cache/videos/gengrou0000/P1_happy_1.mp4", b"")
    rows = board.rows
    views = {view.label: view for view in views_of(board, rows, "P1_happy_1")}
    assert list(views) == ["source", "target", "cmet", "edtalk", "ground_truth", "source_copy"]
    assert views["source"].video is not None
    assert views["target"].video is None and "not here" in views["target"].reason
    assert views["cmet"].reason == "no face was found in frame 3"
    assert views["ground_truth"].video is None
    assert len(views["edtalk"].scores) == 3
    assert views_of(board, rows, "unknown") == []


@pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "cache/notes.txt", 5, None])
def test_only_videos_are_ever_opened(tmp_path: Path, path: object) -> None:
    folder = write_one(tmp_path)
    make_file(tmp_path / "cache/notes.txt")
    record = json.loads((folder / store.RUN_FILE).read_text())
    record["samples"][0]["output"] = path
    (folder / store.RUN_FILE).write_text(json.dumps(record))
    board = load_board(tmp_path / "results")
    views = views_of(board, board.rows, record["samples"][0]["id"])
    assert views[2].method == "cmet" and views[2].video is None


def test_videos_outside_the_root_are_shown_only_where_the_owner_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, outside = tmp_path / "root", tmp_path / "mead"
    make_file(root / "cache/videos/a/x.mp4")
    make_file(outside / "M003" / "y.mp4")
    (root / "cache" / "link.mp4").symlink_to(outside / "M003" / "y.mp4")
    paths = [str(outside / "M003" / "y.mp4"), "../mead/M003/y.mp4", "cache/link.mp4", "cache/" + "n" * 300 + ".mp4"]
    assert video_of(root, "cache/videos/a/x.mp4")[0] is not None
    for path in paths:
        video, why = video_of(root, path)
        assert video is None and ("BENCHMARK_MEDIA" in why or "not here" in why), path
    monkeypatch.setenv("BENCHMARK_MEDIA", f"/nowhere:{outside}")
    assert [video_of(root, path)[0] is not None for path in paths] == [True, True, True, False]


def test_the_leaderboard_never_reaches_torch() -> None:
    names = ("data", "clips", "tables", "charts", "overview_html", "widgets", "export", "sharing")
    code = f"import sys, {', '.join(f'leaderboard.{name}' for name in names)}; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
