"""Every small network that ships says what it was trained on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from torch import nn

from benchmark.checkpoints.shipped import load_shipped, ship, write_entry

BEFORE = ("affect_space.safetensors",)
"""Trained before the corpus's commit was recorded; an entry leaves this list when it is trained again."""
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("manifest", sorted(ROOT.glob("*/**/manifest.json")), ids=lambda p: p.parent.name)
def test_every_entry_names_its_file_its_command_and_the_corpus(manifest: Path) -> None:
    if "shared" in manifest.parts or "tests" in manifest.parts:
        pytest.skip("not a manifest of networks that ship")
    entries = json.loads(manifest.read_text())
    for name, entry in entries.items():
        if not name.endswith(".safetensors"):
            continue
        assert (manifest.parent / name).stat().st_size == entry["size"]
        assert entry["command"].startswith("python -m ") and entry["data_version"]
        if name not in BEFORE:
            assert re.fullmatch(r"[0-9a-f]{7,40}\+?", entry["corpus_commit"]), name


def test_a_new_entry_gets_the_commit_of_the_code_that_makes_the_corpus(tmp_path: Path) -> None:
    ship(nn.Linear(2, 1), tmp_path / "a.safetensors", arguments={"in_features": 2, "out_features": 1},
         command="python -m none", seed=0, data_version="1", scores={})  # fmt: skip
    entry = json.loads((tmp_path / "manifest.json").read_text())["a.safetensors"]
    if not (ROOT / ".git").exists():
        pytest.skip("not under git")
    assert re.fullmatch(r"[0-9a-f]{7,40}\+?", entry["corpus_commit"])
    assert load_shipped(nn.Linear, tmp_path / "a.safetensors").in_features == 2
    write_entry(tmp_path / "a.safetensors", {"corpus_commit": "abcdef0"})
    assert json.loads((tmp_path / "manifest.json").read_text())["a.safetensors"]["corpus_commit"] == "abcdef0"
