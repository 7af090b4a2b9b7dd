"""Which runs may stand in one report."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.analysis.gather import gather
from benchmark.core.errors import UsageError
from benchmark.report.tables import build
from benchmark.results.store import ResultsError
from tests.benchmark.report.made import CARDS, card, write


def test_floor_comes_first_and_ceiling_last(tmp_path: Path) -> None:
    for method in ("ground_truth", "zeta", "source_copy", "alpha"):
        write(tmp_path, method)
    evidence = gather([tmp_path / "results"])
    assert [entry.method for entry in evidence.entries] == ["source_copy", "alpha", "zeta", "ground_truth"]
    assert [entry.role for entry in evidence.entries] == ["floor", "", "", "ceiling"]


def test_runs_of_two_splits_are_refused_by_name(tmp_path: Path) -> None:
    a, b = write(tmp_path, "one"), write(tmp_path, "two", split="extended")
    with pytest.raises(UsageError, match="puppets/extended, puppets/test"):
        gather([a, b])


def test_named_runs_of_other_samples_are_refused_with_their_counts(tmp_path: Path) -> None:
    a, b = write(tmp_path, "one"), write(tmp_path, "two", speakers=2)
    with pytest.raises(UsageError, match="12 samples, not 18"):
        gather([a, b])


def test_of_runs_that_were_found_those_with_most_samples_count_and_the_rest_is_named(tmp_path: Path) -> None:
    write(tmp_path, "one")
    small = write(tmp_path, "two", speakers=2, run_id="small")
    evidence = gather([tmp_path / "results"])
    assert [entry.method for entry in evidence.entries] == ["one"]
    assert len(evidence.left_out) == 1 and evidence.left_out[0].startswith(f"{small}: 12 samples, not 18")


def test_an_unfinished_run_is_refused_and_a_found_one_left_out(tmp_path: Path) -> None:
    write(tmp_path, "one")
    broken = write(tmp_path, "two", more={"status": "started"})
    with pytest.raises(UsageError, match="not complete but started"):
        gather([broken])
    assert gather([tmp_path / "results"]).left_out == (f"{broken}: the run is not complete",)


def test_one_method_with_other_videos_is_refused(tmp_path: Path) -> None:
    a = write(tmp_path, "one", run_id="a", generation="first")
    b = write(tmp_path, "one", run_id="b", generation="second")
    with pytest.raises(UsageError, match="different videos under the name one"):
        gather([a, b])


def test_two_runs_of_the_same_videos_are_joined(tmp_path: Path) -> None:
    a = write(tmp_path, "one", run_id="a", generation="same", cards=CARDS[:1])
    b = write(tmp_path, "one", run_id="b", generation="same", cards=CARDS[1:])
    tables = build(gather([a, b]))
    assert len(tables.entries) == 1
    assert {column.facts.measure.metric for column in tables.overall} == {c["name"] for c in CARDS}


def test_protocols_never_share_a_column(tmp_path: Path) -> None:
    write(tmp_path, "one")
    write(tmp_path, "two", cards=[card("identity", unit="cosine", protocol="other-v1")])
    tables = build(gather([tmp_path / "results"]), ["identity"])
    assert [(c.facts.measure.protocol, sorted(c.cells)) for c in tables.overall] == [
        ("puppets-v1", ["one"]),
        ("other-v1", ["two"]),
    ]


def test_neither_do_versions_of_a_metric_nor_other_weights_of_its_judge(tmp_path: Path) -> None:
    write(tmp_path, "one")
    write(tmp_path, "two", judge="otherweights")
    write(tmp_path, "three", cards=[card("identity", unit="cosine", version="2")])
    tables = build(gather([tmp_path / "results"]), ["identity"])
    assert [sorted(column.cells) for column in tables.overall] == [["one"], ["three"], ["two"]]


def test_a_folder_without_a_run_and_an_unknown_metric_say_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run in it"):
        gather([tmp_path])
    with pytest.raises(UsageError, match="no such folder"):
        gather([tmp_path / "nowhere"])
    write(tmp_path, "one")
    with pytest.raises(UsageError, match="did you mean 'identity'"):
        build(gather([tmp_path / "results"]), ["identty"])


def test_a_damaged_run_that_was_found_is_left_out_and_a_named_one_refused(tmp_path: Path) -> None:
    write(tmp_path, "one")
    broken = write(tmp_path, "two")
    (broken / "scores.parquet").write_bytes(b"not parquet")
    evidence = gather([tmp_path / "results"])
    assert [entry.method for entry in evidence.entries] == ["one"]
    assert len(evidence.left_out) == 1 and "scores.parquet" in evidence.left_out[0]
    with pytest.raises(ResultsError, match="scores.parquet"):
        gather([broken])
