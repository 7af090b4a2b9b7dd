"""Features are found again, and no more of them are held in memory than is allowed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.errors import SampleError
from benchmark.harness import features
from benchmark.harness.features import FeatureStore
from benchmark.harness.places import Places


@pytest.mark.parametrize("limit", [0, 5_000, 10**9])
def test_what_was_written_is_read_whatever_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(features, "KEPT_IN_MEMORY", limit)
    store = FeatureStore(Places(tmp_path), {"eye": "k" * 16})
    contents = [f"{index:02x}" + "0" * 62 for index in range(20)]
    for index, content in enumerate(contents):
        store.write("eye", content, {"row": np.full(100, index, np.float64)})  # 800 bytes
        assert store._held <= max(limit, 800)
    again = FeatureStore(Places(tmp_path), {"eye": "k" * 16})
    for reader in (store, again):
        for index, content in enumerate(contents):
            assert (reader.read("eye", content)["row"] == index).all() and reader.has("eye", content)
            assert reader._held <= max(limit, 800)
    with pytest.raises(SampleError) as caught:
        again.read("eye", "f" * 64)
    assert caught.value.status == "not_extracted"
