"""The command line on the toy world: exit codes, one-line errors, --list, --dry-run, --mock, --sheet."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.media.video import read_clip
from benchmark.methods.mock import MARK
from benchmark.run.command import main


def test_the_table_goes_to_stdout(run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--method toy --metrics toy_level,toy_spread") == 0
    out = capsys.readouterr().out
    assert "toy · test · 9 samples" in out and "Brightness" in out and "9/9" in out and "toy-v1" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--method tiy", "error: unknown method 'tiy'; did you mean 'toy'?"),
        ("--method toy --dataset tox", "error: unknown dataset 'tox'; did you mean 'toy'?"),
        ("--method toy --dataset toy --split tset --metrics psnr", "unknown split 'tset' of dataset toy; did you mean"),
        (
            "--method toy --dataset toy --metrics toy_levle",
            "error: unknown metric 'toy_levle'; did you mean 'toy_level'?",
        ),
        ("--method toy --suite puppet", "error: unknown suite 'puppet'; did you mean 'puppets'?"),
        ("--methd toy", "error: unknown option '--methd'; did you mean '--method'?"),
        ("--method toy --limit many", "error: --limit must be a whole number, got 'many'"),
        ("--method toy --dataset toy --metrics psnr sed=1", "error: unknown option 'sed'; did you mean 'seed'?"),
        ("--method toy --dataset toy --metrics psnr --device gpu", "error: device must be cpu, cuda or cuda:N, got"),
        ("--method toy --dataset clips dataset.root=/nowhere/at/all", "error: dataset.root: no such folder"),
        ("--method videos --dataset toy --metrics psnr method.folder=/nowhere/at/all", "error: method.folder: no such"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    arguments: str, message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([*arguments.split(), f"runtime.root={tmp_path}"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and message in captured.err
    assert not list(tmp_path.glob("results/**/scores.parquet"))


def test_a_root_that_is_a_file_is_one_line(run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "root").write_text("a file")
    assert run("--method toy --metrics psnr") == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "runtime.root=" in err


def test_flags_and_overrides_may_stand_in_any_order(run, tmp_path: Path) -> None:
    assert main(["seed=2", "--method", "toy", f"runtime.root={tmp_path}", "--dataset", "toy", "--metrics", "psnr"]) == 0


def test_help_shows_examples_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "examples:" in (out := capsys.readouterr().out) and "Exit code 0" in out


def test_list_names_everything_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    out = capsys.readouterr().out
    for word in ("METHODS", "source_copy", "toy_missing", "DATASETS", "puppets", "METRICS", "psnr", "SUITES"):
        assert word in out


def test_a_dry_run_prints_the_plan_and_leaves_nothing_behind(run, calls, tmp_path: Path, capsys) -> None:
    assert run("--method toy --metrics toy_level,psnr --limit 5 --dry-run") == 0
    out = capsys.readouterr().out
    assert "5: S1_happy, S1_sad, ... S2_sad" in out and "extractor  brightness" in out
    assert calls() == [] and not (tmp_path / "root").exists()


def test_several_methods_share_one_table(run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--method toy,source_copy --metrics toy_level") == 0
    lines = capsys.readouterr().out.splitlines()
    head = next(place for place, line in enumerate(lines) if line.split() == ["source_copy", "toy"])
    assert lines[head + 2] == "Basic and extended emotions (toy/test, 9 samples, 3 speakers)"
    assert re.fullmatch(r"Brightness, levels ↑ +[\d.]+ \[[\d.]+, [\d.]+\] +[\d.]+ \[[\d.]+, [\d.]+\]", lines[head + 3])


def test_the_table_is_also_written_as_markdown(run, tmp_path: Path) -> None:
    file = tmp_path / "table.md"
    assert run("--method toy,source_copy --metrics toy_level", f"--markdown={file}") == 0
    head, rule, row = ([c.strip() for c in line.strip("|").split("|")] for line in file.read_text().splitlines())
    assert head[1:] == ["source_copy", "toy"] and set("".join(rule)) == {":", "-"} and row[0].startswith("Brightness, ")
    assert run("--method toy --metrics toy_level", f"--markdown={file}") == 2


def test_several_splits_are_sections_and_a_wrong_one_stops_before_anything_runs(run, calls, capsys) -> None:
    assert run("--method toy --split test,tset --metrics toy_level") == 2
    assert "unknown split 'tset' of dataset toy" in capsys.readouterr().err and calls() == []


def test_a_missing_method_among_several_does_not_stop_the_others(run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--method toy_missing,toy --metrics toy_level") == 2
    captured = capsys.readouterr()
    assert "error: toy_missing: missing checkpoint: toy.pt" in captured.err and "9 samples" in captured.out


def test_a_label_gives_an_outside_method_its_name(run, scores, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level")
    (made,) = (tmp_path / "root" / "cache" / "videos").iterdir()
    code = run("--method videos --metrics toy_level", f"method.folder={made}", "method.label=mine")
    assert code == 0
    ours, theirs = scores("toy").set_index("sample_id"), scores("mine").set_index("sample_id")
    assert ours["value"].equals(theirs["value"]) and set(theirs["method"]) == {"mine"}


def test_a_video_that_comes_later_is_taken_by_the_same_command(run, scores, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level --limit 3")
    (made,) = (tmp_path / "root" / "cache" / "videos").iterdir()
    folder = tmp_path / "delivered"
    folder.mkdir()
    command = ("--method videos --metrics toy_level --limit 3", f"method.folder={folder}", "method.label=mine")
    for name in ("S1_happy", "S1_sad"):
        (folder / f"{name}.mp4").write_bytes((made / f"{name}.mp4").read_bytes())
    assert run(*command) == 1
    assert scores("mine").set_index("sample_id")["status"].to_dict()["S1_sarcastic"] == "missing_video"
    (folder / "S1_sarcastic.mp4").write_bytes((made / "S1_sarcastic.mp4").read_bytes())
    assert run(*command) == 0
    assert (scores("mine")["status"] == "ok").all()


def test_a_mock_runs_any_method_and_stays_apart(run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--method toy_missing --metrics toy_level --mock --limit 2") == 0
    assert "MOCK, not results" in capsys.readouterr().out
    root = tmp_path / "root"
    assert not (root / "results").exists() and len(list(root.glob("mock/results/*/*/*/*/scores.parquet"))) == 1
    output, source = root.glob("mock/cache/videos/*/S1_happy.mp4"), root / "cache" / "toy" / "S1.mp4"
    mock, original = read_clip(next(output)), read_clip(source)
    assert mock.frames.shape == original.frames.shape and mock.audio is not None and original.audio is not None
    assert len(mock.audio) == len(original.audio)
    assert np.abs(mock.frames[:, 0].astype(int).mean(axis=(0, 1)) - MARK).max() < 80
    inside = np.abs(mock.frames[:, 8:-8, 8:-8].astype(int) - original.frames[:, 8:-8, 8:-8])
    assert inside.mean() < 4


def test_a_sheet_without_a_name_leaves_the_override_after_it_alone(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("--method toy --metrics toy_level --limit 1 --sheet seed=1") == 0
    assert (tmp_path / "sheet.png").is_file() and not (tmp_path / "seed=1").exists()


def test_a_wrong_folder_among_several_methods_keeps_the_table_of_the_others(run, capsys) -> None:
    assert run("--method toy,videos --metrics toy_level --limit 1", "method.folder=/nowhere/at/all") == 2
    captured = capsys.readouterr()
    assert "error: videos: method.folder: no such folder" in captured.err and "1/1" in captured.out


def test_a_contact_sheet_has_a_row_for_a_sample_and_a_group_for_a_clip(run, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    assert run("--method toy,ground_truth --metrics toy_level --limit 9", f"--sheet={sheet}") == 0
    with Image.open(sheet) as picture:
        assert picture.size[1] > 9 * 128 and picture.size[0] > 4 * 3 * 128
