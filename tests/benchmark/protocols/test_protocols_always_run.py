"""Both protocols of real video, end to end, on any machine: drawn faces, seeded full-size networks, nobody's files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.checkpoints.locate import VARIABLE
from benchmark.config.compose import suite_metrics
from benchmark.datasets.panels import write_manifest
from benchmark.media.video import write_clip
from benchmark.metrics import METRICS
from benchmark.puppets.plan import ClipPlan
from benchmark.results.audit import audit_run
from benchmark.results.store import read_run, read_scores, read_summary
from benchmark.run.command import main
from tests.drawn_faces import draw_clip, drawn_trackers
from tests.seeded_weights import seeded_weights

BOTH = (*suite_metrics("cmet-author"), *suite_metrics("standard"))
FRAMES = 10


@pytest.mark.timeout(900)
def test_every_metric_of_both_protocols_has_a_number_or_the_protocol_s_own_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    rows = []
    for speaker in ("P25", "P26"):
        for emotion, level in (("neutral", 1), ("happy", 3)):
            clip, points = draw_clip(ClipPlan(speaker, emotion, level, "s29"), FRAMES)
            write_clip(tmp_path / f"{speaker}_{emotion}.mp4", clip)
        rows.append({"id": speaker, "source": f"{speaker}_neutral.mp4", "target": f"{speaker}_happy.mp4"})
        rows[-1] |= {"emotion": "happy", "speaker": speaker}
    manifest = write_manifest(tmp_path / "m.csv", rows)
    weights = tmp_path / "weights"
    weights.mkdir()
    with seeded_weights(weights), drawn_trackers(weights, np.asarray(points[0])):
        flags = ["--method", "source_copy", "--dataset", "clips", "--metrics", ",".join(BOTH)]
        where = [f"runtime.root={tmp_path / 'root'}", f"runtime.weights={weights}", f"dataset.manifest={manifest}"]
        assert main([*flags, *where]) in (0, 1)
    (folder,) = (tmp_path / "root" / "results" / "clips" / "test" / "source_copy").iterdir()
    assert audit_run(folder) == []
    scores, overall = read_scores(folder), read_summary(folder).query("group == 'all'").set_index("metric")
    assert set(overall.index) == set(BOTH)
    assert "missing_checkpoint" not in set(scores.status), "every network of both protocols was loaded"
    without = overall[overall.status != "ok"].status.to_dict()
    costs = {name for name in BOTH if METRICS.get(name).info.level == "cost"}
    levels = {name for name in BOTH if name.startswith("level_")}  # clips of a list have no levels
    short = {
        "sync_confidence_author",
        "fid_infinity_standard",
    }  # of ten frames and two clips
    assert set(without) <= costs | levels | short, without
    assert overall.loc["csim_standard", "value"] > 0.9  # the output is the source
    assert overall.loc["face_coverage_standard", "value"] == 100.0
    assert all(card["sha256"] for card in read_run(folder)["weights"])
