"""A candidate loads, is what its manifest says, and is small."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from tools.train.moving_face import face_model

FOLDER = Path(__file__).parents[3] / "tools" / "train" / "candidates"


@torch.no_grad()
def test_the_candidate_of_128_pixels_loads_and_draws() -> None:
    network = face_model(FOLDER / "face_model_128.safetensors")
    assert network.config.size == 128 and network.config.centred_grid
    assert network(torch.zeros(1, 3, 128, 128), torch.zeros(1, 3, 128, 128)).shape == (1, 3, 128, 128)


def test_its_record_has_scores_beside_those_of_the_shipped_model_and_it_is_below_5_mb() -> None:
    (entry,) = json.loads((FOLDER / "manifest.json").read_text()).values()
    assert entry["size"] == (FOLDER / "face_model_128.safetensors").stat().st_size < 5e6
    shipped = entry["scores_of_the_shipped_model"]
    assert set(shipped) == set(entry["scores"])
    for name in ("psnr_db", "psnr_64_db", "change_drawn", "sharpness"):
        assert entry["scores"][name] > shipped[name]
