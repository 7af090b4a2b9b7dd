"""A plan that is run again gives the same numbers, and a number that was changed is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmark.results import store
from benchmark.run.command import main
from benchmark.validate.command import main as validate


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("first")
    assert main(["--method", "source_copy", "--limit", "3", "seed=5", f"runtime.root={root}"]) == 0
    return next((root / "results").glob("puppets/test/source_copy/*"))


def again(first: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["--reproduce", str(first / "run.json"), f"runtime.root={root}"])
    return code, capsys.readouterr().out


def test_the_same_machine_gives_the_same_numbers(
    first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = again(first, tmp_path, capsys)
    assert code == 0, said
    assert "made under the same circumstances" in said and "to the last bit" in said
    second = next((tmp_path / "results").glob("puppets/test/source_copy/*"))
    assert second.name == first.name
    assert (second / "scores.parquet").read_bytes() == (first / "scores.parquet").read_bytes()
    assert json.loads((second / "run.json").read_text())["plan"]["seed"] == 5
    assert validate(["-q", "--videos", str(first.parents[3]), str(tmp_path / "results")]) == 0

    # a number that was changed, a status, and another commit
    scores = store.read_scores(first)
    rows = scores.index[scores["status"] == "ok"]
    scores.loc[rows[0], "value"] += 1e-9
    scores.loc[rows[1], ["value", "status", "reason"]] = [None, "no_face", "no face was found"]
    store.write_scores(first, scores)
    record = json.loads((first / "run.json").read_text())
    record["code"]["commit"] = "0000000"
    (first / "run.json").write_text(json.dumps(record))
    code, said = again(first, tmp_path, capsys)
    assert code == 1
    assert "not the same: code commit: 0000000 and " in said and "3 numbers of" in said
    lines = (second / "differences.csv").read_text().splitlines()
    assert len(lines) == 4 and lines[0] == "table,metric,protocol,what,column,first,second,difference"
    assert any(",status,no_face,ok," in line for line in lines)


def test_what_cannot_be_repeated_is_said(first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--reproduce", str(first), f"runtime.root={first.parents[4]}"]) == 2
    assert "its videos would be re-used" in capsys.readouterr().err
    assert main(["--reproduce", str(first), "seed=1"]) == 2
    assert "takes the plan as it is" in capsys.readouterr().err
    assert main(["--reproduce", str(tmp_path / "run.json")]) == 2
    copy = tmp_path / "run.json"
    record = json.loads((first / "run.json").read_text())
    del record["provenance"]
    copy.write_text(json.dumps(record))
    assert main(["--reproduce", str(copy), f"runtime.root={tmp_path / 'new'}"]) == 2
    assert "made before provenance was kept" in capsys.readouterr().err
