"""Both named protocols end to end on real media: without weights rows with reasons, with seeded weights numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.checkpoints.locate import VARIABLE
from benchmark.config.compose import suite_metrics
from benchmark.datasets.panels import write_manifest
from benchmark.media.clip import Clip
from benchmark.media.video import read_clip, write_clip
from benchmark.metrics import METRICS
from benchmark.results.audit import audit_run
from benchmark.results.store import read_run, read_scores, read_summary
from benchmark.run.command import main
from tests.benchmark.media.made import made_clip
from tests.shared_files import MEDIA, WEIGHTS, needs_media, needs_weights

pytestmark = [needs_weights, needs_media]
BOTH = (*suite_metrics("cmet-author"), *suite_metrics("standard"))


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two speakers, neutral to happy, with a sound; 22 frames."""
    monkeypatch.delenv(VARIABLE, raising=False)
    rows = []
    for speaker in ("M030", "W011"):
        for emotion, level in (("neutral", 1), ("happy", 3)):
            name = f"dreamtalk/mead_clips/{speaker}_front_{emotion}_level{level}_001.mp4"
            clip = read_clip(MEDIA / name, max_frames=22)
            write_clip(tmp_path / f"{speaker}_{emotion}.mp4", Clip(clip.frames, 25.0, made_clip(22).audio))
        rows.append(
            {
                "id": speaker,
                "source": f"{speaker}_neutral.mp4",
                "target": f"{speaker}_happy.mp4",
                "emotion": "happy",
                "speaker": speaker,
            }
        )
    return write_manifest(tmp_path / "m.csv", rows)


def run(manifest: Path, root: Path, weights: Path) -> tuple[int, Path]:
    flags = ["--method", "source_copy", "--dataset", "clips", "--metrics", ",".join(BOTH)]
    code = main([*flags, f"dataset.manifest={manifest}", f"runtime.root={root}", f"runtime.weights={weights}"])
    (folder,) = (root / "results" / "clips" / "test" / "source_copy").iterdir()
    return code, folder


def test_what_lacks_weights_is_a_row_with_a_reason_and_the_rest_has_numbers(manifest: Path, tmp_path: Path) -> None:
    code, folder = run(manifest, tmp_path / "root", WEIGHTS)
    assert code == 1 and audit_run(folder) == []
    scores = read_scores(folder)
    levels = {name: METRICS.get(name).info.level for name in BOTH}
    assert set(scores.metric) == {name for name, level in levels.items() if level == "sample"}
    here = scores[scores.status == "ok"]
    assert set(here.metric) == {
        "face_coverage_standard",
        "m_lmd_standard",
        "f_lmd_standard",
        "psnr_standard",
        "ssim_standard",
        "expression_change_standard",
        "expression_cosine_standard",
        "mouth_correlation_standard",
    }
    lacking = scores[scores.status != "ok"]
    assert set(lacking.status) == {"missing_checkpoint"} and lacking.reason.str.contains("get it from").all()
    summary = read_summary(folder)
    overall = summary[summary.group == "all"].set_index("metric")
    assert set(overall.index) == set(BOTH)  # costs and sets, too: a status where there is no number
    assert (overall.loc[[n for n, level in levels.items() if level == "cost"], "status"] == "not_timed").all()
    cards = {card["name"]: card for card in read_run(folder)["metrics"]}
    assert cards["fid_author"]["caveat"] and cards["emotion_accuracy_mead_standard"]["failed_value"] == 0.0


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_with_seeded_weights_every_metric_has_a_number_or_the_protocol_s_own_reason(
    manifest: Path, tmp_path: Path
) -> None:
    from tests.seeded_weights import seeded_weights

    weights = tmp_path / "weights"
    weights.mkdir()
    for name in ("yunet", "pfld"):
        (weights / name).symlink_to(WEIGHTS / name)
    with seeded_weights(weights):
        _, folder = run(manifest, tmp_path / "root", weights)
    assert audit_run(folder) == []
    overall = read_summary(folder).query("group == 'all'").set_index("metric")
    without = overall[overall.status != "ok"].status.to_dict()
    costs = {name: "not_timed" for name in BOTH if METRICS.get(name).info.level == "cost"}
    few = {"fid_infinity_standard": "too_few_samples"}
    few |= {name: "not_applicable" for name in BOTH if name.startswith("level_")}  # clips of a list have no levels
    assert without == {"sync_confidence_author": "no_track", **few, **costs}
    loaded = {card["name"]: card["sha256"] for card in read_run(folder)["weights"]}
    assert all(loaded.values()), "a file without a known hash is identified by its own"
    assert overall.loc["csim_standard", "value"] > 0.9 and overall.loc["sync_coverage_standard", "value"] == 100.0
