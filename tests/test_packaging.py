"""Everything that lies in a package goes into the wheel: a kind of file that no pattern names would be left out."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("baselines", "benchmark", "cmet", "leaderboard")


def test_every_kind_of_file_in_the_packages_is_named() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    named = {pattern.removeprefix("*") for pattern in setuptools["package-data"]["*"]} | {".py"}
    there = {
        path.suffix: path
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    }
    assert {".mp4", ".parquet", ".jsonl", ".safetensors"} <= set(there)  # the seeded results, the shipped weights
    assert not {suffix: str(path) for suffix, path in there.items() if suffix not in named}
    assert set(setuptools["packages"]["find"]["include"]) == {f"{room}*" for room in ROOMS}
