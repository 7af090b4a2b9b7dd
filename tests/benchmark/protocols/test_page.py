"""The page about protocols says what the code does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.extractors import EXTRACTORS
from benchmark.extractors.facts import Colour, spread_rounded
from benchmark.extractors.inception_pool3 import InceptionPool3
from benchmark.metrics import METRICS
from benchmark.protocols import PROTOCOLS, metrics_by_quantity
from benchmark.protocols.facts import FACTS, extractors_of
from benchmark.protocols.page import render


def sections() -> dict[str, dict[str, str]]:
    """Protocol id -> heading -> text below it."""
    found = {}
    for part in render().split("\n## `")[1:]:
        headed = [text.partition("\n") for text in part.split("\n### ")[1:]]
        found[part.partition("`")[0]] = {heading.lower(): text for heading, _, text in headed}
    return found


def test_the_page_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "concepts" / "protocols.md"
    assert page.read_text() == render(), "run: python -m benchmark.protocols.page docs/concepts/protocols.md"


def test_every_metric_stands_once_under_its_protocol_and_quantity() -> None:
    page, whole = sections(), render()
    for name in METRICS:
        info = METRICS.get(name).info
        row = f"| `{name}` | {info.title} |"
        assert row in page[info.protocol][info.quantity.lower()]
        assert whole.count(row) == 1


def test_every_declared_fact_of_every_extractor_is_on_the_page_of_its_protocol() -> None:
    page = sections()
    for protocol in PROTOCOLS:
        text = "\n".join(page[protocol].values())
        names = [name for group in metrics_by_quantity(protocol).values() for name in group]
        for kind in extractors_of(map(METRICS.get, names)).values():
            for say in FACTS.values():
                assert say(kind) in text


def test_what_an_extractor_declares_differently_the_page_says_differently(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "16 at rounded linspace" in sections()["standard-v1"]["fid"]
    monkeypatch.setattr(InceptionPool3, "frames", spread_rounded(9))
    monkeypatch.setattr(InceptionPool3, "picture", replace(InceptionPool3.picture, colour=Colour("BGR", 0, 2)))
    text = sections()["standard-v1"]["fid"]
    assert "9 at rounded linspace" in text and "BGR, 0 to 2" in text


def test_extractors_that_differ_are_named_beside_what_each_declares() -> None:
    row = next(line for line in sections()["standard-v1"]["emotion accuracy"].splitlines() if "| colour |" in line)
    assert row == (
        "| colour | RGB, 0 to 1, ImageNet mean and deviation (`judge_mead`, `judge_crema_d`); "
        "RGB, 0 to 1 (`judge_fan`) |"
    )


def test_every_protocol_has_a_metric_and_says_what_is_done() -> None:
    used = {METRICS.get(name).info.protocol for name in METRICS}
    assert used == set(PROTOCOLS)
    assert all(len(protocol.text) > 60 and protocol.id == id_ for id_, protocol in PROTOCOLS.items())


def test_no_line_of_a_protocol_is_a_single_word() -> None:
    """A formatter once broke sentences into lines of one word each, in the midst of what users read."""
    for path in (Path(__file__).parents[3] / "benchmark" / "protocols").glob("*.py"):
        for line in path.read_text().splitlines():
            assert not (line.strip().endswith(' "') and line.strip().count(" ") == 1), f"{path.name}: {line}"


def test_all_extractors_are_reached_by_some_metric() -> None:
    reached = {need.extractor for name in METRICS for need in METRICS.get(name).info.parsed_needs}
    assert reached - {""} == set(EXTRACTORS)
