"""Features are found again, and no more of them are held in memory than is allowed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.arrays import SEAL, pack_arrays, read_sealed
from benchmark.core.errors import SampleError
from benchmark.harness import features
from benchmark.harness.features import FeatureStore
from benchmark.harness.workspace import Workspace


@pytest.mark.parametrize("limit", [0, 5_000, 10**9])
def test_what_was_written_is_read_whatever_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(features, "KEPT_IN_MEMORY", limit)
    store = FeatureStore(Workspace(tmp_path), {"eye": "k" * 16})
    contents = [f"{index:02x}" + "0" * 62 for index in range(20)]
    for index, content in enumerate(contents):
        store.write("eye", content, {"row": np.full(100, index, np.float64)})  # 800 bytes
        assert store._held <= max(limit, 800)
    again = FeatureStore(Workspace(tmp_path), {"eye": "k" * 16})
    for reader in (store, again):
        for index, content in enumerate(contents):
            assert (reader.read("eye", content)["row"] == index).all() and reader.has("eye", content)
            assert reader._held <= max(limit, 800)
    with pytest.raises(SampleError) as caught:
        again.read("eye", "f" * 64)
    assert caught.value.status == "not_extracted"


def test_a_file_with_a_right_checksum_and_other_numbers_is_not_used(tmp_path: Path) -> None:
    """A zip guards its bytes, not their meaning: arrays of another clip in its place pass every checksum."""
    path = tmp_path / "a.npz"
    arrays = {"row": np.arange(6.0).reshape(2, 3), "one": np.array(1, np.int64)}
    path.write_bytes(pack_arrays(arrays))
    assert pack_arrays(arrays) == pack_arrays(dict(reversed(arrays.items())))
    assert {name: array.shape for name, array in read_sealed(path).items()} == {"row": (2, 3), "one": ()}
    with np.load(path) as stored:
        members = {name: stored[name] for name in stored.files}
    for other in (
        members | {"row": members["row"] + 1e-12},
        members | {"row": members["row"].reshape(3, 2)},
        members | {"row": members["row"].view("<i8")},
        {("raw" if name == "row" else name): array for name, array in members.items()},
        {name: array for name, array in members.items() if name != SEAL},
        {name: array for name, array in members.items() if name != "one"},
    ):
        np.savez(path, **other)
        with pytest.raises(ValueError, match="its hash is not the one noted"):
            read_sealed(path)


def test_whatever_bit_is_flipped_the_numbers_are_right_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    data = pack_arrays({"row": np.arange(3.0), "one": np.ones((2, 1), np.float32)})
    refused = 0
    for place in range(len(data)):
        for bit in range(8):
            rotten = bytearray(data)
            rotten[place] ^= 1 << bit
            path.write_bytes(rotten)
            try:
                arrays = read_sealed(path)
            except (ValueError, OSError):
                refused += 1
                continue
            assert (arrays["row"] == np.arange(3.0)).all() and (arrays["one"] == 1).all() and len(arrays) == 2
    assert refused > 4 * len(data)  # the rest are dates, flags and the like, which say nothing


def test_a_reason_that_was_changed_is_not_believed(tmp_path: Path) -> None:
    content = "ab" + "0" * 62
    FeatureStore(Workspace(tmp_path), {"eye": "k" * 16}).write_failure(
        "eye", content, SampleError("no_face", "in frame 3")
    )
    again = FeatureStore(Workspace(tmp_path), {"eye": "k" * 16})
    with pytest.raises(SampleError, match="in frame 3"):
        again.read("eye", content)
    (note,) = tmp_path.rglob("*.json")
    note.write_text(note.read_text().replace("frame 3", "frame 4"))
    assert not FeatureStore(Workspace(tmp_path), {"eye": "k" * 16}).has("eye", content)
