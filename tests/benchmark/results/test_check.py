"""Each rule of the schema, broken once, is named in one plain sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmark.results.check import check_run, check_scores, check_summary
from benchmark.results.document import render
from tests.made_runs import record_of, scores_of, summary_of

PLACE = {"dataset": "puppets", "split": "test", "run_id": "cmet0000"}


def test_good_tables_have_no_problem() -> None:
    scores = scores_of("cmet", **PLACE)
    assert check_scores(scores) == []
    assert check_summary(summary_of(scores)) == []
    assert check_run(record_of("cmet", **PLACE, scores=scores)) == []


def put(column: str, value: Any, row: int = 5) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A change of one cell; rows 0 to 2 of the made scores are failures, the others have values."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame = (
            frame.astype({column: object})
            if isinstance(value, str) != (frame[column].dtype.kind not in "if")
            else frame
        )
        frame.loc[frame.index[row], column] = value
        return frame

    return change


SCORE_FAULTS: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (lambda f: f.drop(columns="value"), "column 'value' is missing"),
    (lambda f: f.assign(extra=1), "column 'extra' is not in the schema"),
    (lambda f: f.assign(value="high"), "column 'value' must be float64"),
    (lambda f: f.assign(intensity=1.5), "column 'intensity' must be int64"),
    (put("emotion", "furious"), "holds furious"),
    (put("intensity", 4), "holds 4"),
    (put("status", "No Face", 0), "holds No Face"),
    (put("sample_id", "../up"), "holds ../up"),
    (put("reason", None, 0), "column 'reason' has 1 empty cells"),
    (put("value", None), "status 'ok' without a value"),
    (put("value", 3.0, 0), "a value beside a status other than 'ok'"),
    (put("reason", "", 0), "no reason given"),
    (put("reason", "well"), "a reason beside the status 'ok'"),
    (put("value", float("inf")), "infinite value"),
    (put("value", 101.0, 3), "value outside 0 to 100 %: P1_happy_2/emotion_accuracy"),
    (put("group", "extended"), "group does not fit the emotion"),
    (put("speaker", "P9"), "disagree on speaker or emotion: P1_happy_2"),
    (put("method", "other"), "column 'method' must be the same in every row"),
    (lambda f: pd.concat([f, f.iloc[[7]]]), "rows given twice: P1_angry_1/identity/puppets-v1"),
    (lambda f: f.drop(index=7), "metric identity (puppets-v1) has rows for 17 of 18 samples"),
]


@pytest.mark.parametrize(("change", "sentence"), SCORE_FAULTS, ids=[sentence for _, sentence in SCORE_FAULTS])
def test_a_fault_in_the_scores_is_named(change: Callable[[pd.DataFrame], pd.DataFrame], sentence: str) -> None:
    problems = check_scores(change(scores_of("cmet", **PLACE)))
    assert any(sentence in problem for problem in problems), problems


SUMMARY_FAULTS: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (put("ci_low", None), "only one end of the interval"),
    (put("ci_low", 1e6), "in the wrong order"),
    (put("clusters", 1), "fewer than two speakers"),
    (put("ci_method", ""), "without its method"),
    (put("ci_level", None), "without its level"),
    (put("n_scored", 99), "more samples scored than planned"),
    (put("n_scored", 0), "a value from no sample"),
    (put("value", None), "status 'ok' must come with a value"),
    (put("group", "hair"), "holds hair"),
    (put("value", -3.0, 0), "outside 0 to 100 %"),
    (lambda f: pd.concat([f, f.iloc[[0]]]), "rows given twice"),
]


@pytest.mark.parametrize(("change", "sentence"), SUMMARY_FAULTS, ids=[sentence for _, sentence in SUMMARY_FAULTS])
def test_a_fault_in_the_summary_is_named(change: Callable[[pd.DataFrame], pd.DataFrame], sentence: str) -> None:
    problems = check_summary(change(summary_of(scores_of("cmet", **PLACE))))
    assert any(sentence in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("status", "done", "field 'status' is 'done', allowed: started, complete, failed"),
        ("schema_version", "1", "field 'schema_version' must be int, got str"),
        ("schema_version", True, "field 'schema_version' must be int, got bool"),
        ("method", {}, "method.name is missing"),
        ("metrics", [{"name": "x"}], "metrics[0] lacks title, unit, higher_is_better and 3 more"),
        ("samples", ["x"], "samples[0] lacks id, source, target and 1 more"),
        ("counts", {"planned": -1}, "counts.planned must be a whole number, got -1"),
        ("plan", {"x": float("nan")}, "NaN or infinity"),
    ],
)
def test_a_fault_in_the_record_is_named(field: str, value: Any, sentence: str) -> None:
    record = record_of("cmet", **PLACE, scores=scores_of("cmet", **PLACE)) | {field: value}
    assert any(sentence in problem for problem in check_run(record)), check_run(record)


def test_a_missing_field_is_named() -> None:
    record = record_of("cmet", **PLACE, scores=scores_of("cmet", **PLACE))
    del record["counts"]
    assert "run.json: field 'counts' is missing" in check_run(record)[0]


def test_the_schema_page_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "results_schema.md"
    assert page.read_text() == render(), "run `make docs`"
