"""Which run of a method counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmark.analysis.roles import CEILING, COMPETITOR, FLOOR, in_order, is_mock, role_of, title_of
from benchmark.analysis.selection import by_method, open_runs, select
from benchmark.core.errors import UsageError
from benchmark.results.store import StoredRun, read_run
from tests.made_runs import write_one, write_world


def run(
    method: str, run_id: str, samples: int, finished: str = "2026-01-01", *, version: str = "1", **more: Any
) -> StoredRun:
    record = {
        "run_id": run_id,
        "status": "complete",
        "dataset": "puppets",
        "split": "test",
        "method": {"name": method},
        "plan": {"samples": [f"s{i}" for i in range(samples)], "dataset_version": version},
        "samples": [],
        "fingerprints": {"generation": f"videos of {run_id}"},
        "timing": {"finished": finished},
    }
    return StoredRun(Path("results/puppets/test") / method / run_id, record | more)


def ids(*runs: StoredRun) -> dict[str, str]:
    return {one.method: str(one.record["run_id"]) for one in select(runs)["puppets", "test"].runs}


def test_a_run_with_more_samples_counts_before_a_newer_one() -> None:
    assert ids(run("a", "all", 56), run("a", "trial", 8, "2027-01-01")) == {"a": "all"}


def test_of_runs_with_as_many_samples_the_newest_counts_in_any_order() -> None:
    both = [run("a", "old", 5), run("a", "new", 5, "2026-06-01")]
    assert ids(*both) == ids(*reversed(both)) == {"a": "new"}


def test_an_unfinished_run_never_counts() -> None:
    assert ids(run("a", "done", 5), run("a", "cut", 56, status="started")) == {"a": "done"}
    assert select([run("a", "cut", 5, status="failed")]) == {}


def test_a_method_without_a_run_on_all_samples_is_left_out_and_named() -> None:
    found = select([run("a", "all", 5), run("b", "trial", 2)])["puppets", "test"]
    assert [one.method for one in found.runs] == ["a"]
    (left,) = found.left_out
    assert left.method == "b" and left.reason.startswith("2 samples, not 5")


def test_of_versions_of_the_dataset_that_of_most_methods_counts() -> None:
    runs = [run("a", "a", 5, "2027-01-01", version="2"), run("b", "b", 5), run("c", "c", 5)]
    assert ids(*runs) == {"b": "b", "c": "c"}


def test_every_run_that_does_not_count_says_which_does() -> None:
    runs = [run("a", "all", 5), run("a", "few", 2), run("a", "old", 5, "2025-01-01")]
    reasons = {one.folder.name: one.reason for one in select(runs)["puppets", "test"].left_out}
    assert reasons == {
        "few": "run all counts: it has 5 samples, this one 2",
        "old": "run all counts: it is newer",
    }


def test_named_folders_are_taken_as_named_and_others_must_fit_them(tmp_path: Path) -> None:
    results = write_world(tmp_path, ("cmet", "edtalk"))
    other = write_one(tmp_path, "cmet", seed=3)
    named = open_runs([other, results])
    assert [one.record["run_id"] for one in named.runs] == ["cmet0003", "edta0000"]
    assert [one.record["run_id"] for one in open_runs([other, results / "puppets/test/cmet/cmet0000"]).runs] == [
        "cmet0003",
        "cmet0000",
    ]


def test_any_folder_above_runs_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = write_world(tmp_path)
    every = [one.record["run_id"] for one in open_runs([results]).runs]
    assert len(every) == 4
    assert [one.record["run_id"] for one in open_runs([results / "puppets/test"]).runs] == every
    monkeypatch.chdir(results / "puppets/test/cmet")
    assert [one.record["run_id"] for one in open_runs([Path(".")]).runs] == ["cmet0000"]


def test_what_holds_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        open_runs([tmp_path / "nowhere"])
    with pytest.raises(UsageError, match="no run in it"):
        open_runs([tmp_path])
    results = write_world(tmp_path)
    with pytest.raises(UsageError, match="no complete run in"):
        open_runs([results], split="train")
    write_one(tmp_path, split="extended")
    with pytest.raises(UsageError, match="puppets/extended, puppets/test: name the folder of one"):
        open_runs([results])
    assert open_runs([results], split="extended").split == "extended"


def test_runs_of_one_method_belong_together_only_with_the_same_videos() -> None:
    first = run("a", "one", 5)
    second = run("a", "two", 5, "2026-06-01", fingerprints=first.record["fingerprints"])
    assert [one.record["run_id"] for one in by_method([first, second])["a"]] == ["two", "one"]
    with pytest.raises(UsageError, match="different videos under the name a"):
        by_method([first, run("a", "three", 5)])


def record(name: str, **card: Any) -> dict[str, Any]:
    return {"method": {"name": name, **card}, "plan": {}}


def test_a_role_comes_from_the_adapter_and_never_from_the_label() -> None:
    assert role_of(record("src", adapter="source_copy")) == FLOOR
    assert role_of(record("source_copy", adapter="cmet")) == COMPETITOR
    assert role_of({"method": {"name": "gt"}, "plan": {"adapter": "ground_truth"}}) == CEILING
    assert role_of(record("ground_truth")) == CEILING  # of before the adapter was noted


def test_a_title_does_not_repeat_the_role() -> None:
    assert title_of(record("src", adapter="source_copy", title="Source (floor)")) == "Source"
    assert title_of(record("floor", title="Mine (floor)")) == "Mine (floor)"


def test_floor_and_ceiling_stand_at_the_ends() -> None:
    roles = {"gt": CEILING, "src": FLOOR}
    assert in_order(["gt", "b", "src", "a", "b"], roles) == ["src", "b", "a", "gt"]


def test_a_mock_is_one_by_its_plan_or_its_card(tmp_path: Path) -> None:
    real = read_run(write_one(tmp_path))
    assert not is_mock(real)
    assert is_mock(real | {"plan": {**real["plan"], "mock": True}})
    assert is_mock(replace(StoredRun(tmp_path, real), record=real | {"method": {"name": "a", "mock": True}}).record)
