"""Names, addresses and modules of a registry."""

from __future__ import annotations

import sys
import types
from importlib.metadata import EntryPoint

import pytest

import benchmark.core.registry
from benchmark.core.errors import MissingRequirement, UsageError
from benchmark.core.registry import Registry


@pytest.fixture
def offering(monkeypatch: pytest.MonkeyPatch) -> str:
    module = types.ModuleType("some_numbers")
    module.NUMBERS = {"two": 2, "one": 1}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "some_numbers", module)
    return "some_numbers"


def numbers(**arguments: object) -> Registry[object]:
    return Registry("number", "no.such.group", **arguments)  # type: ignore[arg-type]


def test_a_module_registers_all_that_it_offers_in_its_order(offering: str) -> None:
    registry = numbers(modules=(offering,), offer="NUMBERS")
    assert registry.declared() == ["two", "one"] and registry.names() == ["one", "two"] and registry.get("two") == 2
    added = numbers(offer="NUMBERS")
    added.add_module(offering)
    assert "one" in added


def test_an_address_is_imported_when_it_is_asked_for() -> None:
    registry = numbers(addresses={"pi": "math:pi", "broken": "no_such_module:x"})
    assert registry.names() == ["broken", "pi"] and registry.get("pi") == pytest.approx(3.14159, abs=1e-5)
    with pytest.raises(MissingRequirement, match="no_such_module"):
        registry.get("broken")


def test_a_taken_name_is_refused_wherever_it_comes_from(offering: str) -> None:
    registry = numbers(addresses={"one": "math:pi"}, modules=(offering,), offer="NUMBERS")
    with pytest.raises(UsageError, match="number 'one' is registered twice"):
        registry.names()


def test_what_is_added_inside_is_gone_outside(offering: str, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = numbers(addresses={"pi": "math:pi"}, offer="NUMBERS")
    assert registry.names() == ["pi"]
    with monkeypatch.context() as patch, registry.isolated():
        patch.setattr(benchmark.core.registry, "entry_points", lambda group: [EntryPoint("e", "math:e", group)])
        registry.add_module(offering)
        assert registry.names() == ["e", "one", "pi", "two"]
    assert registry.names() == ["pi"]
