"""`--list`: by protocol and quantity, everything of one kind on request, and a broken entry hides no other."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

import benchmark
from benchmark.config.compose import names_in, suite_metrics
from benchmark.datasets import DATASETS
from benchmark.methods.base import METHODS
from benchmark.metrics import METRICS
from benchmark.protocols import PROTOCOLS, quantity_of
from benchmark.run.command import main
from benchmark.run.listing import WIDTH, by_protocol, listing
from benchmark.run.samples import COLUMNS


def test_every_metric_stands_once_under_its_protocol_and_quantity() -> None:
    grouped = by_protocol()
    names = [name for quantities in grouped.values() for metrics in quantities.values() for name, _ in metrics]
    assert sorted(names) == METRICS.names()
    known = [protocol for protocol in grouped if protocol in PROTOCOLS]
    assert known == [protocol for protocol in PROTOCOLS if protocol in grouped]
    for protocol in known:
        for quantity, metrics in grouped[protocol].items():
            for name, _ in metrics:
                assert quantity_of(name, protocol) in (quantity, name)


def test_the_short_list_names_everything_and_fits_a_screen_or_two() -> None:
    text = listing()
    for name in (*METHODS, *DATASETS, *METRICS, *names_in("suite")):
        assert re.search(rf"(^|[\s,]){re.escape(name)}([\s,]|$)", text), name
    lines = text.splitlines()
    assert len(lines) < 137 and max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("methods", ("licence", "trained on", "WHAT METHODS LACK HERE", "styletalk: missing checkout")),
        ("datasets", ("licence", "version", "test-heldout")),
        ("metrics", ("quantity", "better", "standard-v1: Sound measurement", "sample", "cosine")),
        ("suites", suite_metrics("standard")),
    ],
)
def test_everything_about_one_kind_is_told_on_request(
    kind: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--list", kind]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in words)


def test_the_samples_of_a_split_are_told_with_their_cues(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dataset", "toy", "--limit", "3", "--list", "samples", f"runtime.root={tmp_path}"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["id"] for row in rows] == ["S1_happy", "S1_sad", "S1_sarcastic"]
    given = benchmark.samples("toy", limit=3, root=tmp_path)
    assert [row["source"] for row in rows] == [str(sample.source) for sample in given]
    assert [row["label"] for row in rows] == [sample.cues.label or "" for sample in given]
    assert set(rows[0]) == set(COLUMNS)


def test_a_kind_that_is_none_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "metric"]) == 2
    assert "no such choice 'metric'; did you mean 'metrics'?" in capsys.readouterr().err


def test_a_broken_entry_hides_no_other() -> None:
    with METRICS.isolated(), METHODS.isolated():
        METRICS.add("broken_metric", "no.such.module:metric")
        METHODS.add("broken_method", "no.such.module:Method")
        for text in (listing(), listing("methods") + listing("metrics")):
            assert "broken_metric" in text and "broken_method" in text and "psnr" in text and "source_copy" in text
        assert "needs the Python module 'no'" in listing("metrics")
