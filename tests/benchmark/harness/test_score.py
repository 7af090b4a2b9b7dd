"""What each row of the scores holds: a value, or whose fault it is that there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.harness.score import describe_left_out
from benchmark.media.video import read_clip
from benchmark.metrics import METRICS
from benchmark.metrics.base import CORPORA, metric
from benchmark.results.check import check_scores
from benchmark.results.schema import LEFT_OUT_WORDS
from benchmark.results.store import read_run
from tests.benchmark.harness.runs import EVERYTHING, SAMPLE_METRICS, folder_of_run, statuses


def test_every_planned_sample_has_a_row_for_every_metric(run, scores) -> None:
    assert run(f"--method toy --metrics {EVERYTHING}") == 1
    table = scores()
    assert len(table) == 9 * SAMPLE_METRICS
    assert ((table["status"] == "ok") == table["value"].notna()).all()
    assert (table.loc[table["status"] != "ok", "reason"] != "").all()


def test_values_are_those_of_the_clips(run, scores, tmp_path: Path) -> None:
    assert run("--method toy --metrics toy_level,toy_change") == 0
    table = scores().set_index(["metric", "sample_id"])
    sidecar = read_run(folder_of_run(tmp_path / "root"))
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


def test_what_was_left_out_of_a_number_stands_beside_it() -> None:
    arrays = {"output/a.points": np.zeros(3), "output/a.left_out": np.asarray(3), "source/a.left_out": np.asarray(0)}
    assert describe_left_out(arrays) == f"{LEFT_OUT_WORDS}3 frames of the output"
    assert describe_left_out(arrays | {"output/a.left_out": np.asarray(0)}) == ""
    both = arrays | {"source/a.left_out": np.asarray(2)}
    assert describe_left_out(both) == f"{LEFT_OUT_WORDS}3 frames of the output, 2 frames of the source"


def test_the_only_reason_beside_a_number_is_what_was_left_out(run, scores) -> None:
    run("--method toy --metrics toy_level")
    table = scores()
    assert check_scores(table) == []
    told = table.assign(reason=f"{LEFT_OUT_WORDS}3 frames of the output")
    assert check_scores(told) == []
    assert any("beside the status" in problem for problem in check_scores(table.assign(reason="for no reason")))
