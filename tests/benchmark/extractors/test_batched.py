"""Batches that reach over clips give what clips alone give, and one bad clip spoils no other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import CheckpointError, MissingCheckpoint, SampleError
from benchmark.extractors.base import Features
from benchmark.extractors.batched import CPU_ROWS, BatchedExtractor, unit_pictures
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.loading import load_network
from benchmark.media.video import write_clip
from tests.benchmark.media.made import made_clip


class Mean(BatchedExtractor):
    """A small network over frames that notes the sizes of its batches."""

    name, version, provides = "mean_test", "1", ("rows",)

    def __init__(self, batch: int, across: bool) -> None:
        torch.manual_seed(0)
        self._network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
        self.prepare("cpu", {"batch_size": batch})
        self._across, self._batch_size = across, batch
        self.sizes: list[int] = []
        self.too_large = 10**9

    def inputs(self, footage: LazyClip) -> np.ndarray:
        return footage.clip.frames

    def forward(self, batch: Tensor) -> Tensor:
        self.sizes.append(len(batch))
        if len(batch) > self.too_large:
            raise torch.OutOfMemoryError("made")
        out: Tensor = self._network(unit_pictures(batch))
        return out

    def features(self, rows: np.ndarray, footage: LazyClip) -> Features:
        if len(rows) == 7:
            raise SampleError("odd", "a clip of seven frames")
        return {"rows": rows}


@pytest.fixture
def footages(tmp_path: Path) -> list[LazyClip]:
    """Clips of 5, 11 and 3 frames, one of another size, a broken one, and one of 7 frames that is refused later."""
    for name, count, width in (("a", 5, 64), ("b", 11, 64), ("c", 3, 64), ("wide", 4, 96), ("seven", 7, 64)):
        write_clip(tmp_path / f"{name}.mp4", made_clip(count, width=width))
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    return [LazyClip(tmp_path / f"{name}.mp4") for name in ("a", "broken", "b", "wide", "seven", "c")]


@pytest.mark.parametrize("batch", [1, 4, 64])
def test_shared_batches_give_what_each_clip_gives_alone(footages: list[LazyClip], batch: int) -> None:
    together = Mean(batch, across=True)
    answers = together.extract_many(footages)
    alone = Mean(8, across=False)
    for index in (0, 2, 3, 5):
        rows = alone.extract(footages[index])["rows"]
        assert np.abs(answers[index]["rows"] - rows).max() < 1e-6  # type: ignore[index, call-overload]
    assert [type(answers[i]) for i in (1, 4)] == [SampleError, SampleError]
    assert set(together.sizes) == {batch}  # every batch is filled up


def test_on_a_cpu_every_clip_is_on_its_own(footages: list[LazyClip]) -> None:
    lone = Mean(64, across=False)
    lone.prepare("cpu", {"batch_size": 64})
    assert lone._batch_size == CPU_ROWS
    lone.extract_many([footages[0], footages[5]])
    assert lone.sizes == [5, 3]


def test_too_little_memory_halves_the_batch_and_one_row_too_many_is_said(footages: list[LazyClip]) -> None:
    small = Mean(16, across=True)
    small.too_large = 5
    whole = Mean(16, across=True).extract_many([footages[2]])
    found = small.extract_many([footages[2]])
    assert small.sizes[:3] == [16, 8, 4]
    assert np.abs(found[0]["rows"] - whole[0]["rows"]).max() < 1e-6  # type: ignore[index, call-overload]
    small.too_large = 0
    assert isinstance(small.extract_many([footages[2]])[0], torch.OutOfMemoryError)


RECORD = Checkpoint("made/linear.pt", "https://example.org/linear.pt", None, None, "Apache-2.0", "Linear")


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))


def test_released_layouts_load_whatever_wraps_them(tmp_path: Path) -> None:
    source = network()
    state = {f"wrapped.{key}": value for key, value in source.state_dict().items() if "tracked" not in key}
    (tmp_path / "made").mkdir()
    torch.save({"epoch": 1, "state_dict": state | {"classifier.weight": torch.ones(2)}}, tmp_path / RECORD.name)
    options = {"weights": tmp_path}
    loaded = load_network(network(), RECORD, options, "cpu", prefix="wrapped.", ignore=("classifier.",))
    assert not loaded.training and torch.equal(loaded[0].weight, source[0].weight)  # type: ignore[index]
    with pytest.raises(CheckpointError, match=r"linear.pt does not fit .*classifier.weight.*example.org"):
        load_network(network(), RECORD, options, "cpu", prefix="wrapped.")
    with pytest.raises(CheckpointError, match="missing"):
        load_network(nn.Linear(2, 3), RECORD, options, "cpu")
    (tmp_path / RECORD.name).write_bytes(b"nonsense")
    with pytest.raises(CheckpointError, match="linear.pt"):
        load_network(network(), RECORD, options, "cpu")
    (tmp_path / RECORD.name).unlink()
    with pytest.raises(MissingCheckpoint, match="get it from"):
        load_network(network(), RECORD, options, "cpu")
