"""The command measures pairs of shipped runs, says what designs find, and the page shows what it says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmark.analysis.gather import gather
from benchmark.analysis.selection import open_runs
from benchmark.compare.power.command import PART, SHIPPED, main
from benchmark.compare.power.design import Measured, MeasuredPair, measure_pairs, power_table, shipped_sizes, sizes_of
from benchmark.core.page_part import read_part
from benchmark.statistics.power import Pairing

PAGE = Path(__file__).parents[4] / "docs" / "concepts" / "statistics.md"


def test_pairs_are_measured_from_the_scores() -> None:
    found = measure_pairs(gather([SHIPPED]))
    assert found.metric == "edit_success" and found.sizes == (14, 14, 14, 14) and len(found.pairs) == 6
    first, second = (
        run.scores().query("metric == 'edit_success'").set_index("sample_id")["value"].sort_index()
        for run in open_runs([SHIPPED]).runs
        if run.method in ("cmet", "edtalk-label")
    )
    pair = next(one for one in found.pairs if (one.first, one.second) == ("cmet", "edtalk-label"))
    assert pair.pairing.discordant == pytest.approx(np.mean(first != second))


def test_usual_is_the_mean_and_cautious_no_less_than_five_points() -> None:
    pairs = (MeasuredPair("a", "b", Pairing(0.1, 0.0)), MeasuredPair("a", "c", Pairing(0.3, 0.02)))
    found = Measured("m", "M", (14,) * 4, pairs)
    assert found.usual == Pairing(pytest.approx(0.2), pytest.approx(0.01))  # type: ignore[arg-type]
    assert found.cautious == Pairing(0.3, 0.05)


def test_sizes_are_clips_of_speakers_and_those_of_shipped_splits_are_known() -> None:
    assert sizes_of(["a", "b", "a"]) == (2, 1)
    shipped = shipped_sizes()
    assert shipped["puppets", "test"] == (14,) * 4
    assert len(shipped["crema_d", "test"]) == 91 and sum(shipped["mead", "test"]) == 1143
    assert not any(dataset == "extended" for dataset, _ in shipped)  # no metric ranks there


def test_the_page_says_what_the_command_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.strip() == read_part(PAGE, PART), "run `make docs`"


def test_a_family_of_more_tests_finds_less() -> None:
    alone, six = (
        power_table([24], [8, 12], Pairing(0.2, 0.04), 0.1, level=1 - 0.05 / tests, seed=0) for tests in (1, 6)
    )
    assert all(less < more - 0.05 for less, more in zip(six[0], alone[0], strict=True))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--metric action_unit_error", "not right or wrong"),
        ("--metric edit_sucess", "did you mean 'edit_success'"),
        ("--level 95", "--level must be between 0 and 1"),
        ("--tests 0", "--tests 1 or more"),
        ("--difference 0", "--difference must be above 0"),
        ("nowhere", "nowhere: no such folder"),
    ],
)
def test_what_does_not_fit_is_one_line(words: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1


def test_one_method_alone_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(SHIPPED / "cmet", tmp_path / "puppets" / "test" / "cmet")
    assert main([str(tmp_path)]) == 2
    assert "two methods that compete are needed, there are 1 " in capsys.readouterr().err


def test_a_dataset_without_a_primary_metric_asks_for_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for method in ("cmet", "edtalk-label"):
        folder = tmp_path / method
        shutil.copytree(next((SHIPPED / method).iterdir()), folder)
        record = json.loads((folder / "run.json").read_text())
        record["dataset"] = "clips"
        (folder / "run.json").write_text(json.dumps(record))
    assert main([str(tmp_path / "cmet"), str(tmp_path / "edtalk-label")]) == 2
    assert "clips/test has no primary metric: name one by --metric" in capsys.readouterr().err
