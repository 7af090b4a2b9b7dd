"""The five stages on a toy world: what is computed, what is kept, and that every planned sample ends as a row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.core.types import Sample
from benchmark.harness import extract, pipeline
from benchmark.harness.networks import Machine
from benchmark.media.video import read_clip, write_clip
from benchmark.metrics import METRICS
from benchmark.metrics.base import CORPORA, metric
from benchmark.results.store import list_runs, read_run, read_summary
from tests.benchmark.harness import toy
from tests.benchmark.harness.toy import toy_clip

EVERYTHING = "toy_level,toy_change,toy_error,toy_picky,toy_nowhere,toy_broken,toy_spread,psnr"
SAMPLE_METRICS = 7


def the_run(root: Path, method: str = "toy") -> Path:
    (folder,) = (root / "results" / "toy" / "test" / method).iterdir()
    return folder


def statuses(frame, metric: str) -> dict[str, str]:
    rows = frame[frame["metric"] == metric]
    return dict(zip(rows["sample_id"], rows["status"], strict=True))


def test_every_planned_sample_has_a_row_for_every_metric(run, scores) -> None:
    assert run(f"--method toy --metrics {EVERYTHING}") == 1
    table = scores()
    assert len(table) == 9 * SAMPLE_METRICS
    assert ((table["status"] == "ok") == table["value"].notna()).all()
    assert (table.loc[table["status"] != "ok", "reason"] != "").all()


def test_values_are_those_of_the_clips(run, scores, tmp_path: Path) -> None:
    assert run("--method toy --metrics toy_level,toy_change") == 0
    table = scores().set_index(["metric", "sample_id"])
    sidecar = read_run(the_run(tmp_path / "root"))
    for card in sidecar["samples"]:
        output = read_clip(tmp_path / "root" / card["output"]).frames.astype(float)
        source = read_clip(tmp_path / "root" / card["source"]).frames.astype(float)
        assert table.loc[("toy_level", card["id"]), "value"] == pytest.approx(output.mean(), abs=1e-9)
        if card["emotion"] != "sarcastic":
            change = table.loc[("toy_change", card["id"]), "value"]
            assert change == pytest.approx(output.mean() - source.mean(), abs=1e-9)


def test_failures_of_extractors_and_metrics_become_statuses_of_their_rows(run, scores) -> None:
    run(f"--method toy --metrics {EVERYTHING}")
    table = scores()
    assert statuses(table, "toy_picky") | {} == {
        **{f"S{i}_happy": "extractor_failed" for i in (1, 2, 3)},
        **{f"S{i}_sad": "no_face" for i in (1, 2, 3)},
        **{f"S{i}_sarcastic": "ok" for i in (1, 2, 3)},
    }
    assert set(statuses(table, "toy_nowhere").values()) == {"missing_checkpoint"}
    reasons = table.loc[table["metric"] == "toy_nowhere", "reason"]
    assert set(reasons) == {"missing checkpoint: judge.pt, get it from https://example.org/judge.pt"}
    broken = statuses(table, "toy_broken")
    assert (broken["S1_happy"], broken["S1_sad"], broken["S1_sarcastic"]) == ("metric_failed", "not_finite", "ok")
    assert statuses(table, "toy_error")["S3_sarcastic"] == "no_target"
    assert statuses(table, "toy_change")["S2_sarcastic"] == "not_applicable"


def test_failures_of_the_method_become_statuses_of_all_its_rows(run, scores, tmp_path: Path) -> None:
    code = run("--method toy --metrics toy_level,psnr", "method.fail=S1_happy", "method.crash=S2_sad")
    assert code == 1
    table = scores()
    failed = table[table["sample_id"] == "S1_happy"]
    assert set(failed["status"]) == {"too_dark"} and len(failed) == 2
    crashed = table[table["sample_id"] == "S2_sad"]
    assert set(crashed["status"]) == {"method_failed"}
    assert set(crashed["reason"]) == {"ZeroDivisionError: the toy breaks"}
    record = read_run(the_run(tmp_path / "root"))
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


def test_what_does_not_apply_is_no_failure(run) -> None:
    assert run("--method toy --metrics toy_change,toy_error") == 0


def test_a_judge_is_shown_its_own_corpus_only(run, scores, calls, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its weights are nowhere, which no row says where the judge is not asked; a set has no number, with the reason."""
    monkeypatch.setitem(CORPORA, "toy", "crema_d")
    for name, corpus, needs in (
        ("toy_own", "crema_d", ("output/brightness.mean",)),
        ("toy_other", "mead", ("output/nowhere.one",)),
    ):
        METRICS.add(name, metric(name=name, title="", unit="", higher_is_better=True, needs=needs, corpus=corpus)(one))
    METRICS.add(
        "toy_set",
        metric(
            name="toy_set",
            title="",
            unit="",
            higher_is_better=True,
            level="set",
            needs=("output/picky.one",),
            corpus="mead",
        )(one),
    )
    assert run("--method source_copy --metrics toy_own,toy_other,toy_set") == 0
    table = scores(method="source_copy")
    assert set(statuses(table, "toy_own").values()) == {"ok"}
    rows = table.query("metric == 'toy_other'")
    assert set(rows["status"]) == {"not_applicable"} and len(rows) == 9
    assert set(rows["reason"]) == {"this judge was trained on mead, not on toy"}
    assert not any("picky" in line for line in calls())


def one(*_: object) -> float:
    return 1.0


def test_an_unchanged_run_computes_nothing(run, calls, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level,toy_error,psnr")
    assert any(line.startswith("edit") for line in calls())
    before = (the_run(tmp_path / "root") / "scores.parquet").read_bytes()
    assert run("--method toy --metrics toy_level,toy_error,psnr") == 0
    assert calls() == []
    assert (the_run(tmp_path / "root") / "scores.parquet").read_bytes() == before


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


def test_a_limited_run_and_the_whole_share_their_videos(run, calls) -> None:
    run("--method toy --metrics toy_level --limit 4")
    assert sum(line.startswith("edit") for line in calls()) == 4
    run("--method toy --metrics toy_level")
    assert sum(line.startswith("edit") for line in calls()) == 5


def test_the_machine_is_no_part_of_the_run(run, calls, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level")
    calls()
    run("--method toy --metrics toy_level", "runtime.batch_size=3", "runtime.workers=1")
    assert calls() == []
    assert the_run(tmp_path / "root")


def test_clips_looked_at_together_in_threads_give_the_same_rows(run, scores, monkeypatch: pytest.MonkeyPatch) -> None:
    run(f"--method toy --metrics {EVERYTHING}")
    monkeypatch.setattr(pipeline, "Machine", lambda device, *rest: Machine("cuda", *rest))  # toys know no device
    run(f"--method toy --metrics {EVERYTHING}", root="threads")
    pd.testing.assert_frame_equal(scores(), scores(root="threads"))


def test_judges_on_an_accelerator_see_full_float32(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every thread, and only while they look."""
    import torch

    def flags() -> tuple[bool, bool]:
        return torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32

    seen: list[tuple[bool, bool]] = []
    monkeypatch.setattr(toy.Brightness, "extract", lambda self, footage: seen.append(flags()) or {"mean": np.ones(1)})
    monkeypatch.setattr(pipeline, "Machine", lambda device, *rest: Machine("cuda", *rest))
    before = flags()
    run("--method toy --metrics toy_level")
    assert len(seen) >= 8 and set(seen) == {(False, False)}
    assert flags() == before and before[0]


def test_a_run_computes_with_the_threads_it_says_whatever_the_machine_has(run, monkeypatch, tmp_path: Path) -> None:
    """The last bits of a convolution depend on them: one, unless asked for more."""
    import torch

    seen: list[int] = []
    monkeypatch.setattr(
        toy.Brightness, "extract", lambda self, _: seen.append(torch.get_num_threads()) or {"mean": np.ones(1)}
    )
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        run("--method source_copy --metrics toy_level", root="one")
        assert set(seen) == {1} and torch.get_num_threads() == 2
        seen.clear()
        run("--method source_copy --metrics toy_level", "executor.cpus=2", root="two")
        assert set(seen) == {2}
    finally:
        torch.set_num_threads(before)
    assert read_run(the_run(tmp_path / "two", "source_copy"))["machine"]["threads"] == 2


def test_groups_under_way_side_by_side_look_once_at_every_clip(run, scores, calls, monkeypatch) -> None:
    run(f"--method toy --metrics {EVERYTHING}")
    alone = sorted(calls())
    monkeypatch.setattr(pipeline, "Machine", lambda device, *rest: Machine("cuda", *rest))
    monkeypatch.setattr(extract, "SAMPLES_AT_ONCE", 2)
    run(f"--method toy --metrics {EVERYTHING}", root="lanes")
    assert sorted(calls()) == alone
    pd.testing.assert_frame_equal(scores(), scores(root="lanes"))


def test_a_group_that_fails_ends_the_others_early(monkeypatch: pytest.MonkeyPatch) -> None:
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

    looking = Failing()
    groups = (extract._Group([name], [name]) for name in "abcdefghij")  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        list(extract._side_by_side(groups, looking, 2))  # type: ignore[arg-type]
    assert looking.stopped and len(begun) <= 5


def test_seed_and_options_change_the_outputs(run, calls) -> None:
    for overrides in ((), ("seed=1",), ("method.fail=S1_happy",)):
        run("--method toy --metrics toy_level", *overrides)
        assert sum(line.startswith("edit") for line in calls()) == 9


def test_the_same_command_elsewhere_gives_the_same_bytes(run, tmp_path: Path) -> None:
    for root in ("a", "b"):
        run(f"--method toy --metrics {EVERYTHING}", root=root)
    first, second = the_run(tmp_path / "a"), the_run(tmp_path / "b")
    assert first.name == second.name
    for name in ("scores.parquet", "summary.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


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


def test_a_source_that_does_not_decode_is_a_status(run, scores, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level --limit 1")
    (tmp_path / "root" / "cache" / "toy" / "S1.mp4").write_bytes(b"no video")
    assert run("--method toy --metrics toy_level --limit 4") == 1
    (folder,) = [
        run.folder for run in list_runs(tmp_path / "root" / "results").runs if run.record["counts"]["planned"] == 4
    ]
    from benchmark.results.store import read_scores

    table = read_scores(folder).set_index("sample_id")["status"]
    assert table.to_dict() == {
        "S1_happy": "unreadable_video",
        "S1_sad": "unreadable_video",
        "S1_sarcastic": "unreadable_video",
        "S2_happy": "ok",
    }


def test_the_plan_is_written_before_anything_runs(run, tmp_path: Path) -> None:
    assert run("--method toy_missing --metrics toy_level") == 2
    record = read_run(the_run(tmp_path / "root", "toy_missing"))
    assert record["status"] == "failed"
    assert record["error"] == "missing checkpoint: toy.pt, get it from https://example.org/toy.pt"
    assert record["plan"]["samples"] == [f"S{i}_{e}" for i in (1, 2, 3) for e in ("happy", "sad", "sarcastic")]


def test_a_complete_record_says_what_was_run(run, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level,toy_spread", "seed=3")
    folder = the_run(tmp_path / "root")
    record = read_run(folder)
    assert record["status"] == "complete" and record["plan"]["seed"] == 3
    assert record["fingerprints"]["scoring"].startswith(record["run_id"])
    assert set(record["timing"]["seconds"]) == {"plan", "generate", "extract", "score", "aggregate"}
    assert {card["id"] for card in record["samples"]} == set(record["plan"]["samples"])
    assert all((tmp_path / "root" / card["output"]).is_file() for card in record["samples"])
    assert not list_runs(tmp_path / "root" / "results").broken
    assert json.dumps(record)


def test_the_summary_is_the_mean_of_the_rows(run, scores, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level,toy_change,toy_spread")
    table = scores()
    summary = read_summary(the_run(tmp_path / "root")).set_index(["metric", "group", "group_value"])
    levels = table[table["metric"] == "toy_level"]
    assert summary.loc[("toy_level", "all", "all"), "value"] == pytest.approx(levels["value"].mean())
    happy = levels[levels["emotion"] == "happy"]["value"]
    assert summary.loc[("toy_level", "emotion", "happy"), "value"] == pytest.approx(happy.mean())
    change = summary.loc[("toy_change", "all", "all")]
    assert (change["n_scored"], change["n_planned"], change["clusters"]) == (6, 9, 3)
    assert change["ci_low"] <= change["value"] <= change["ci_high"]
    one_speaker = summary.loc[("toy_level", "speaker", "S1")]
    assert np.isnan(one_speaker["ci_low"]) and one_speaker["clusters"] == 1
    spread = summary.loc[("toy_spread", "all", "all")]
    assert spread["value"] == pytest.approx(np.std(levels["value"])) and spread["n_scored"] == 9
    assert summary.loc[("toy_change", "group", "extended"), "status"] == "not_applicable"


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
