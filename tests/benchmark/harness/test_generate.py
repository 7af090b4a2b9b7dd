"""What the method is called for, what is kept of it, and what is made anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmark.core.types import Sample
from benchmark.harness import generate, outputs
from benchmark.media.video import write_clip
from benchmark.results.store import read_run
from tests.benchmark.harness import toy
from tests.benchmark.harness.runs import folder_of_run
from tests.benchmark.harness.toy import toy_clip


def test_failures_of_the_method_become_statuses_of_all_its_rows(run, scores, tmp_path: Path) -> None:
    code = run("--method toy --metrics toy_level,psnr", "method.fail=S1_happy", "method.crash=S2_sad")
    assert code == 1
    table = scores()
    failed = table[table["sample_id"] == "S1_happy"]
    assert set(failed["status"]) == {"too_dark"} and len(failed) == 2
    crashed = table[table["sample_id"] == "S2_sad"]
    assert set(crashed["status"]) == {"method_failed"}
    assert set(crashed["reason"]) == {"ZeroDivisionError: the toy breaks"}
    record = read_run(folder_of_run(tmp_path / "root"))
    assert record["counts"] == {
        "planned": 9,
        "generated": 7,
        "scored": 7,
        "failed": {"method_failed": 1, "too_dark": 1},
    }


def test_a_refused_sample_is_not_asked_again_but_a_crashed_one_is(run, calls) -> None:
    arguments = ("--method toy --metrics toy_level", "method.fail=S1_happy", "method.crash=S2_sad")
    run(*arguments)
    calls()
    run(*arguments)
    assert calls() == ["load toy", "edit S2_sad"]


def test_a_limited_run_and_the_whole_share_their_videos(run, calls) -> None:
    run("--method toy --metrics toy_level --limit 4")
    assert sum(line.startswith("edit") for line in calls()) == 4
    run("--method toy --metrics toy_level")
    assert sum(line.startswith("edit") for line in calls()) == 5


def test_seed_and_options_change_the_outputs(run, calls) -> None:
    for overrides in ((), ("seed=1",), ("method.fail=S1_happy",)):
        run("--method toy --metrics toy_level", *overrides)
        assert sum(line.startswith("edit") for line in calls()) == 9


@pytest.mark.parametrize("damage", ["truncated", "replaced", "gone", "note"])
def test_a_damaged_video_is_made_again(run, calls, tmp_path: Path, damage: str) -> None:
    run("--method toy --metrics toy_level")
    calls()
    (video,) = (tmp_path / "root" / "cache" / "videos").glob("*/S2_sad.mp4")
    whole = video.read_bytes()
    if damage == "truncated":
        video.write_bytes(whole[: len(whole) // 2])
    elif damage == "replaced":
        write_clip(video, toy_clip(7))
    elif damage == "gone":
        video.unlink()
    else:
        video.with_suffix(".json").write_text('{"sample_id": "S2')
    assert run("--method toy --metrics toy_level") == 0
    assert [line for line in calls() if line.startswith("edit")] == ["edit S2_sad"]
    assert video.read_bytes() == whole


def test_a_changed_source_is_edited_again(run, calls, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level")
    calls()
    write_clip(tmp_path / "root" / "cache" / "toy" / "S2.mp4", toy_clip(50))
    run("--method toy --metrics toy_level")
    assert [line for line in calls() if line.startswith("edit")] == [
        "edit S2_happy",
        "edit S2_sad",
        "edit S2_sarcastic",
    ]


def test_a_method_for_many_at_once_begins_once_and_may_break_there(run, scores, monkeypatch, tmp_path) -> None:
    begun: list[tuple[list[str], int, Path]] = []

    def begin(self: toy.ToyMethod, samples: Sequence[Sample], seed: int, folder: Path) -> None:
        begun.append(([sample.id for sample in samples], seed, folder))
        (folder / "output").mkdir(parents=True)
        if len(begun) == 1:
            raise ZeroDivisionError("broken before the first")

    monkeypatch.setattr(toy.ToyMethod, "begin", begin)
    assert run("--method toy --metrics toy_level --limit 2") == 1
    failed = scores()
    assert set(failed["status"]) == {"method_failed"} and "broken before the first" in failed["reason"].iloc[0]
    (begun[0][2] / "output").rmdir()
    assert run("--method toy --metrics toy_level --limit 2") == 0
    assert [(ids, seed) for ids, seed, _ in begun] == [(["S1_happy", "S1_sad"], 0)] * 2
    assert begun[0][2] == begun[1][2] and begun[1][2].is_dir() and not (begun[1][2] / "output").exists()
    assert run("--method toy --metrics toy_level --limit 2") == 0 and len(begun) == 2, "nothing is left to do"


def test_outputs_of_other_code_are_said_and_made_again_on_request(run, calls, monkeypatch, tmp_path, capsys) -> None:
    """The version on the card says that nothing moved; the code says that it may have."""
    arguments = ("--method toy --metrics toy_level", "method.fail=S1_happy")
    run(*arguments)
    calls()
    monkeypatch.setattr(outputs, "method_code_hash", lambda method: "another")
    monkeypatch.setattr(generate, "method_code_hash", lambda method: "another")
    assert run(*arguments) == 1 and calls() == []
    said = (
        "9 of 9 outputs were made before the code of toy changed; its version is still 1: if outputs moved, bump it, or"
        " make them again with runtime.remake=true"
    )
    assert said in capsys.readouterr().out and said in read_run(folder_of_run(tmp_path / "root"))["warnings"]
    assert run(*arguments, "runtime.remake=true") == 1
    assert sum(line.startswith("edit") for line in calls()) == 9
    assert "before the code" not in capsys.readouterr().out
    assert run(*arguments, "runtime.remake=true") == 1 and calls() == [], "they are this code's now"


def test_a_note_of_an_older_version_does_not_say_what_made_its_output(run, calls, tmp_path, capsys) -> None:
    run("--method toy --metrics toy_level")
    calls()
    for note in (tmp_path / "root" / "cache" / "videos").glob("*/S?_*.json"):
        facts = json.loads(note.read_text())
        del facts["code"]
        note.write_text(json.dumps(facts))
    run("--method toy --metrics toy_level")
    assert calls() == [] and "before the code" not in capsys.readouterr().out
