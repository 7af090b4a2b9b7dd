"""What a run that stops on a full disk says it needs, against sizes that are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.config.compose import resolve
from benchmark.config.spec import Request
from benchmark.harness.context import prepare
from benchmark.harness.disk_estimate import bytes_remaining
from benchmark.harness.features import packed
from benchmark.harness.workspace import Workspace
from tests.benchmark.harness import toy


def test_missing_outputs_and_features_at_their_mean_size(tmp_path: Path) -> None:
    toy.register()
    wish = Request(
        methods=("toy",), dataset="toy", metrics=("toy_level", "toy_change"), overrides=(f"runtime.root={tmp_path}",)
    )
    prepared = prepare(resolve(wish).runs[0], Workspace(tmp_path))
    plan, workspace = prepared.plan, prepared.workspace

    def needed() -> float:
        return bytes_remaining(plan, prepared.samples, prepared.metrics, workspace)

    sources = [sample.source.stat().st_size for sample in prepared.samples]
    assert needed() == pytest.approx(sum(sources))
    videos = workspace.videos(plan.generation)
    videos.mkdir(parents=True)
    (videos / "S1_happy.mp4").write_bytes(b"x" * 1000)
    (videos / "S1_sad.mp4").write_bytes(b"x" * 3000)
    assert needed() == pytest.approx(7 * 2000)
    one = workspace.features("brightness", plan.extraction["brightness"]) / "ab" / ("ab" + "0" * 62 + ".npz")
    one.parent.mkdir(parents=True)
    one.write_bytes(packed({}))
    assert needed() == pytest.approx(7 * 2000 + (2 * 9 - 1) * one.stat().st_size)  # of outputs and of sources
