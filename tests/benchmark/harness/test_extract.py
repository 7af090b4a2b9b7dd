"""Which clips networks look at, how often, and what becomes of clips that can't be looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.harness import extract as stage
from benchmark.harness.extract import JobGroup, run_side_by_side
from benchmark.results.store import list_runs, read_scores
from tests.benchmark.harness import toy
from tests.benchmark.harness.contexts import on_accelerator, scores_of, toy_context
from tests.benchmark.harness.runs import EVERYTHING


def test_a_new_metric_uses_the_videos_and_features_that_are_there(run, calls) -> None:
    run("--method toy --metrics toy_level")
    calls()
    run("--method toy --metrics toy_level,toy_spread,toy_broken")
    assert calls() == []
    run("--method toy --metrics toy_change")
    assert sorted(calls()) == ["brightness S1.mp4", "brightness S2.mp4", "brightness S3.mp4"]


def test_sources_are_looked_at_once_for_all_methods(run, calls) -> None:
    run("--method toy --metrics toy_change")
    looked = [line for line in calls() if line.startswith("brightness S") and "_" not in line]
    assert sorted(looked) == ["brightness S1.mp4", "brightness S2.mp4", "brightness S3.mp4"]
    run("--method source_copy --metrics toy_change")
    assert calls() == []


def test_damaged_features_are_computed_again(run, calls, tmp_path: Path, scores) -> None:
    run("--method toy --metrics toy_level")
    table, _ = scores(), calls()
    stored = sorted((tmp_path / "root" / "cache" / "features").glob("brightness-*/*/*.npz"))
    stored[0].write_bytes(stored[0].read_bytes()[:-30])
    flipped = bytearray(stored[1].read_bytes())
    flipped[flipped.index(b"NUMPY") + 130] ^= 0xFF
    stored[1].write_bytes(bytes(flipped))
    assert run("--method toy --metrics toy_level") == 0
    assert len(calls()) == 2
    assert scores().equals(table)


def test_a_source_that_does_not_decode_is_a_status(run, scores, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level --limit 1")
    (tmp_path / "root" / "cache" / "toy" / "S1.mp4").write_bytes(b"no video")
    assert run("--method toy --metrics toy_level --limit 4") == 1
    (folder,) = [
        run.folder for run in list_runs(tmp_path / "root" / "results").runs if run.record["counts"]["planned"] == 4
    ]
    table = read_scores(folder).set_index("sample_id")["status"]
    assert table.to_dict() == {
        "S1_happy": "unreadable_video",
        "S1_sad": "unreadable_video",
        "S1_sarcastic": "unreadable_video",
        "S2_happy": "ok",
    }


def test_clips_looked_at_together_in_threads_give_the_same_rows(tmp_path: Path) -> None:
    alone = scores_of(toy_context(tmp_path / "alone", EVERYTHING))
    together = scores_of(on_accelerator(toy_context(tmp_path / "threads", EVERYTHING)))
    pd.testing.assert_frame_equal(alone, together)


def test_judges_on_an_accelerator_see_full_float32(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every thread, and only while they look."""
    import torch

    def flags() -> tuple[bool, bool]:
        return torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32

    seen: list[tuple[bool, bool]] = []
    monkeypatch.setattr(toy.Brightness, "extract", lambda self, footage: seen.append(flags()) or {"mean": np.ones(1)})
    before = flags()
    scores_of(on_accelerator(toy_context(tmp_path)))
    assert len(seen) >= 8 and set(seen) == {(False, False)}
    assert flags() == before and before[0]


def test_groups_under_way_side_by_side_look_once_at_every_clip(tmp_path: Path, calls, monkeypatch) -> None:
    alone = scores_of(toy_context(tmp_path / "alone", EVERYTHING))
    calls_alone = sorted(calls())
    monkeypatch.setattr(stage, "SAMPLES_AT_ONCE", 2)
    side_by_side = scores_of(on_accelerator(toy_context(tmp_path / "lanes", EVERYTHING)))
    assert sorted(calls()) == calls_alone
    pd.testing.assert_frame_equal(alone, side_by_side)


def test_a_group_that_fails_ends_the_others_early() -> None:
    """As an interrupt does: what is under way ends, nothing more is begun, and the error gets out."""
    begun: list[str] = []

    class Failing:
        stopped = False

        def run(self, jobs: list[str]) -> int:
            begun.extend(jobs)
            if jobs == ["b"]:
                raise KeyboardInterrupt
            return 1

        def stop(self) -> None:
            self.stopped = True

    worker = Failing()
    groups = (JobGroup([name], [name]) for name in "abcdefghij")  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        list(run_side_by_side(groups, worker, 2))  # type: ignore[arg-type]
    assert worker.stopped and len(begun) <= 5
