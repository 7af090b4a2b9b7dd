"""What a run that stops on a full disk says it needs, against sizes that are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.core.arrays import pack_arrays
from benchmark.harness.disk_estimate import bytes_remaining
from tests.benchmark.harness.contexts import toy_context


def test_missing_outputs_and_features_at_their_mean_size(tmp_path: Path) -> None:
    context = toy_context(tmp_path, "toy_level,toy_change")
    plan, workspace = context.plan, context.workspace
    sources = [sample.source.stat().st_size for sample in context.samples]
    assert bytes_remaining(context) == pytest.approx(sum(sources))
    videos = workspace.videos(plan.generation)
    videos.mkdir(parents=True)
    (videos / "S1_happy.mp4").write_bytes(b"x" * 1000)
    (videos / "S1_sad.mp4").write_bytes(b"x" * 3000)
    assert bytes_remaining(context) == pytest.approx(7 * 2000)
    one = workspace.features("brightness", plan.extraction["brightness"]) / "ab" / ("ab" + "0" * 62 + ".npz")
    one.parent.mkdir(parents=True)
    one.write_bytes(pack_arrays({}))
    assert bytes_remaining(context) == pytest.approx(
        7 * 2000 + (2 * 9 - 1) * one.stat().st_size
    )  # of outputs and of sources
