"""A plan says what it will cost, from earlier runs."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from benchmark.core.progress import duration_text
from benchmark.harness.costs import COLUMNS, FILE, find_cost, measure_costs
from benchmark.harness.estimate import estimate
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
    assert found.seconds == pytest.approx(100 * (2.0 + 9.0 / 18)) and found.bytes == 100_000_000
    assert found.source == "from 1 earlier run(s)"
    time, disk = found.text(2)
    assert time.startswith("4 min of one worker, 125 s of 2".replace("125 s", "2 min")) and disk == "100 MB of outputs"


def test_without_an_earlier_run_it_is_unknown(tmp_path: Path) -> None:
    found = estimate(tmp_path / "results", "eat", 100)
    assert found.seconds is None and found.bytes is None
    assert found.text(1)[0].startswith("unknown: no earlier run") and "--limit 4" in found.text(1)[0]


def test_what_was_measured_elsewhere_is_said_where_no_earlier_run_is(tmp_path: Path) -> None:
    cost = find_cost("puppets", "test", "cmet")
    assert cost is not None and find_cost("puppets", "test", "nobody") is None
    found = estimate(tmp_path / "results", "cmet", 56, cost.as_known())
    assert found.seconds == pytest.approx(56 * cost.seconds) and 0.1 < cost.seconds < 60
    assert found.bytes == pytest.approx(56 * cost.bytes) and 2e3 < cost.bytes < 1e6
    assert f"as measured elsewhere on {cost.machine}" in found.text(2)[0]


def test_costs_are_those_of_the_complete_runs_under_a_root(tmp_path: Path) -> None:
    folder = write_one(tmp_path, "cmet")
    record = json.loads((folder / "run.json").read_text())
    record["timing"] |= {"seconds_per_sample": 2.0, "seconds": {"extract": 9.0}}
    (folder / "run.json").write_text(json.dumps(record))
    assert measure_costs(tmp_path, "m").empty  # no output is here to be weighed
    output = tmp_path / record["samples"][0]["output"]
    output.parent.mkdir(parents=True)
    output.write_bytes(b"x" * 1234)
    (row,) = measure_costs(tmp_path, "m").to_dict("records")
    assert row["seconds_per_sample"] == 2.0 + 9.0 / 18 and row["bytes_per_sample"] == 1234 and row["machine"] == "m"
    assert tuple(measure_costs(tmp_path, "m").columns) == COLUMNS == tuple(pd.read_csv(FILE).columns)


def test_spans_are_for_people() -> None:
    assert [duration_text(s) for s in (40, 720, 12_600)] == ["40 s", "12 min", "3.5 h"]
