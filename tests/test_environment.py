"""What must, and must not, be installed."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_torchvision_is_absent() -> None:
    assert importlib.util.find_spec("torchvision") is None, "torchvision breaks torch's CPU build; uninstall it"


def test_transformers_works_without_torchvision() -> None:
    pytest.importorskip("transformers")
    from transformers import Wav2Vec2Model

    assert hasattr(Wav2Vec2Model, "from_pretrained")


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_every_declared_dependency_has_a_tested_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = project["dependencies"] + [d for name in ("app", "speech", "test", "dev", "e2e") for d in extras[name]]
    names = {re.split(r"[<>=!\[ ]", line)[0] for line in declared} - {"emotion-edit-benchmark"}
    pinned = {name.lower().replace("_", "-") for name in pins()}
    assert {name.lower().replace("_", "-") for name in names} <= pinned


def test_the_installed_versions_are_the_tested_ones() -> None:
    wrong = {}
    for name, tested in pins().items():
        try:
            installed = version(name).split("+")[0]
        except PackageNotFoundError:
            continue  # an extra that is not installed here
        if installed != tested:
            wrong[name] = (installed, tested)
    assert not wrong, f"installed against constraints.txt: {wrong}"
