"""Addresses written as text are imports, too: they stand in one table, and point where their registry may reach."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmark.core import entries

ROOT = Path(__file__).parents[3]
PACKAGES = ("benchmark", "baselines", "cmet", "leaderboard")
ADDRESS = re.compile(rf"({'|'.join(PACKAGES)})(\.\w+)+:\w+")
MAY_REACH = {
    "METHODS": ("benchmark.methods.", "baselines.", "cmet.method:"),
    "DATASETS": ("benchmark.datasets.",),
    "FACE_TRACKERS": ("benchmark.extractors.",),
    "EXTRACTORS": ("benchmark.extractors.",),
    "EXECUTORS": ("benchmark.harness.executors.",),
    "FEATURE_MAKERS": ("cmet.corpus.",),
    "TRANSCRIBERS": ("benchmark.prepare.",),
    "MEASUREMENTS": ("benchmark.speed.", "cmet.speed."),
    "PARITY_CHECKS": ("benchmark.parity.", "baselines.", "cmet.parity:"),
}
"""Table -> the rooms its entries may lie in."""


def tables() -> dict[str, dict[str, str]]:
    return {name: dict(value) for name, value in vars(entries).items() if name.isupper() and isinstance(value, dict)}


def texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_every_table_has_rooms_and_every_room_a_table() -> None:
    assert set(tables()) == set(MAY_REACH)


@pytest.mark.parametrize("table", sorted(MAY_REACH))
def test_an_entry_lies_in_a_room_that_its_registry_may_reach(table: str) -> None:
    for name, address in tables()[table].items():
        assert ADDRESS.fullmatch(address) and address.startswith(MAY_REACH[table]), f"{table}: {name} is {address}"
        module = ROOT.joinpath(*address.partition(":")[0].split("."))
        assert module.with_suffix(".py").is_file() or (module / "__init__.py").is_file()


def test_no_address_stands_outside_the_table_but_those_of_a_room_in_itself() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {text}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path != Path(entries.__file__)
        for text in texts(path)
        if ADDRESS.fullmatch(text) and not text.startswith(".".join(path.relative_to(ROOT).parent.parts) + ".")
    }
    assert found == set()


def test_every_module_that_offers_metrics_is_registered_once() -> None:
    offering = [
        f"benchmark.metrics.{path.stem}"
        for path in (ROOT / "benchmark" / "metrics").glob("*.py")
        if re.search(r"^METRICS = ", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(entries.METRIC_MODULES) == sorted(offering)
