"""Who is floor, who is ceiling, who competes: by the adapter that made the outputs, never by the name of a run.

A run may be called anything (`method.label=src`), so a name says nothing about what was done. The adapter does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

FLOOR, CEILING, COMPETITOR = "floor", "ceiling", ""
"""Roles. A competitor's is empty, as `role` is written in tables and files."""

REFERENCE_METHODS: Mapping[str, str] = {"source_copy": FLOOR, "ground_truth": CEILING}
"""Adapters of the methods that frame every table: the unedited source and the real target. Shown, never ranked."""

ORDER: Mapping[str, int] = {FLOOR: 0, COMPETITOR: 1, CEILING: 2}
"""Where a role stands in a table: the floor first, the ceiling last."""


def adapter_of(record: Mapping[str, Any]) -> str:
    """The adapter that made a run's outputs, from its `run.json`; runs of before it was noted bear its name."""
    card, plan = record["method"], record.get("plan") or {}
    return str(card.get("adapter") or plan.get("adapter") or card["name"])


def role_of(record: Mapping[str, Any]) -> str:
    """The role of a run, from its `run.json`: `floor`, `ceiling`, or "" for a method that competes."""
    return role_of_adapter(adapter_of(record))


def role_of_adapter(adapter: str) -> str:
    """The role of what an adapter makes."""
    return REFERENCE_METHODS.get(adapter, COMPETITOR)


def title_of(record: Mapping[str, Any]) -> str:
    """The method's title without its role, which tables say by a mark of their own."""
    name = str(record["method"]["name"])
    title, role = str(record["method"].get("title") or name), role_of(record)
    return title.removesuffix(f" ({role})") if role else title


def is_mock(record: Mapping[str, Any]) -> bool:
    """Whether a stand-in took the method's place, so that the run's numbers mean nothing."""
    return bool((record.get("plan") or {}).get("mock") or record["method"].get("mock"))


def in_order(methods: Iterable[str], roles: Mapping[str, str]) -> list[str]:
    """Each method once: the floor first, the ceiling last, the others as they come."""
    return sorted(dict.fromkeys(methods), key=lambda name: ORDER[roles.get(name, COMPETITOR)])
