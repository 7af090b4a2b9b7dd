"""The measurement of the intervals' speed: what it holds against each other agrees, and it is quick enough."""

from __future__ import annotations

from benchmark.speed.statistics import measure_statistics


def test_all_intervals_take_under_five_seconds_and_are_those_of_the_loop() -> None:
    report = measure_statistics(device="cpu", progress=lambda items, count: items)
    assert [row["speakers"] for row in report["rows"]] == [4, 24, 91]
    for row in report["rows"]:
        assert row["seconds"] < 5.0 and row["difference"] < 1e-9 and row["ratio"] > 5
    assert "1143 samples, 20 metrics x 11 groups, 10000 resamples" in report["text"]
