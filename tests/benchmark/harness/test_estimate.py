"""A plan says what it will cost, from earlier runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmark.harness.estimate import Estimate, estimate, span
from tests.made_runs import write_one


def test_time_and_disk_follow_from_earlier_runs_of_the_method(tmp_path: Path) -> None:
    folder = write_one(tmp_path, "cmet")
    path = folder / "run.json"
    record = json.loads(path.read_text())
    record["timing"] |= {"seconds_per_sample": 2.0, "seconds": {"extract": 9.0}}
    path.write_text(json.dumps(record))
    output = tmp_path / record["samples"][0]["output"]
    output.parent.mkdir(parents=True)
    output.write_bytes(b"x" * 1_000_000)
    found = estimate(tmp_path / "results", "cmet", 100)
    assert found.seconds == pytest.approx(100 * (2.0 + 9.0 / 18)) and found.bytes == 100_000_000 and found.runs == 1
    time, disk = found.text(2)
    assert time.startswith("4 min of one worker, 125 s of 2".replace("125 s", "2 min")) and disk == "100 MB of outputs"


def test_without_an_earlier_run_it_is_unknown(tmp_path: Path) -> None:
    found = estimate(tmp_path / "results", "eat", 100)
    assert found == Estimate(None, None, 0) and found.text(1)[0].startswith("unknown: no earlier run")


def test_spans_are_for_people() -> None:
    assert [span(s) for s in (40, 720, 12_600)] == ["40 s", "12 min", "3.5 h"]
