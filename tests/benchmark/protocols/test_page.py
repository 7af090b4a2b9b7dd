"""The page about protocols says what the code does."""

from __future__ import annotations

from pathlib import Path

from benchmark.metrics import METRICS
from benchmark.protocols import PROTOCOLS
from benchmark.protocols.page import render


def test_the_page_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "concepts" / "protocols.md"
    assert page.read_text() == render(), f"run: python -m benchmark.protocols.page docs/{page.name}"


def test_every_metric_stands_once_under_its_protocol() -> None:
    sections = dict(zip(PROTOCOLS, render().split("\n## `")[1:], strict=False))
    for name in METRICS:
        info = METRICS.get(name).info
        row = f"| `{name}` | {info.title} |"
        assert [id_ for id_, text in sections.items() if row in text] == [info.protocol]
        assert render().count(row) == 1


def test_every_protocol_has_a_metric_and_says_what_is_done() -> None:
    used = {METRICS.get(name).info.protocol for name in METRICS}
    assert used == set(PROTOCOLS)
    assert all(len(protocol.text) > 60 and protocol.id == id_ for id_, protocol in PROTOCOLS.items())
