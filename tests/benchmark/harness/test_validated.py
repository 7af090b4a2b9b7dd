"""A run as the harness makes it is good; each of its files spoiled once is found, in one plain sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.core.files import file_sha256
from benchmark.results.audit import audit_run
from benchmark.results.evidence import INTERVALS_FILE, RESAMPLES_FILE, read_intervals, read_resamples
from benchmark.results.judgements import JUDGEMENTS_FILE, read_judgements
from benchmark.results.store import RUN_FILE, SCORES_FILE, SUMMARY_FILE, read_scores, read_summary
from benchmark.results.timing import TIMING_FILE, read_timing

METRICS = "toy_level,toy_change,toy_spread"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one run of this module is kept."""
    return tmp_path_factory.mktemp("made") / "root"


@pytest.fixture
def folder(run, made: Path, tmp_path: Path) -> Path:
    """A copy of a complete run of the toy method, with its videos."""
    if not made.exists():
        assert run(f"--method toy --metrics {METRICS}", "statistics.set_resamples=50", root=str(made)) == 0
    shutil.copytree(made, tmp_path / "root")
    (found,) = (tmp_path / "root" / "results" / "toy" / "test" / "toy").iterdir()
    return found


def seal(folder: Path) -> None:
    """State the hashes of the files as they are now, so that only their content can give a change away."""
    path = folder / RUN_FILE
    record = json.loads(path.read_text())
    record["files"] = {name: file_sha256(folder / name) for name in record["files"] if (folder / name).is_file()}
    path.write_text(json.dumps(record))


def test_a_run_of_the_harness_is_good_with_its_videos(folder: Path) -> None:
    assert audit_run(folder, videos=True) == []
    record = json.loads((folder / RUN_FILE).read_text())
    names = {INTERVALS_FILE, RESAMPLES_FILE, JUDGEMENTS_FILE, TIMING_FILE, SCORES_FILE, SUMMARY_FILE}
    assert set(record["files"]) == names == {p.name for p in folder.iterdir() if p.suffix in (".csv", ".parquet")}
    assert len(read_timing(folder)) == 9 and len(read_resamples(folder)) > 9


def frame(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    """A change of one table, written as it is."""
    read = {
        INTERVALS_FILE: read_intervals,
        RESAMPLES_FILE: read_resamples,
        JUDGEMENTS_FILE: read_judgements,
        TIMING_FILE: read_timing,
        SUMMARY_FILE: read_summary,
        SCORES_FILE: read_scores,
    }[name]

    def spoil(folder: Path) -> None:
        table = change(read(folder).copy())
        if name.endswith(".csv"):
            table.to_csv(folder / name, index=False)
        else:
            table.to_parquet(folder / name, index=False)

    return spoil


def put(column: str, value: object, row: int = 0) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[table.index[row], column] = value
        return table

    return change


def add(column: str, amount: float, where: Callable[[pd.DataFrame], object]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[where(table), column] += amount
        return table

    return change


def judged(**cells: object) -> Callable[[Path], None]:
    """One row of judgements, right but for these cells; the toy world has no judge."""

    def spoil(folder: Path) -> None:
        scores = read_scores(folder).drop_duplicates("sample_id")
        table = scores[["sample_id", "speaker", "emotion", "group", "intensity"]].assign(
            judge="eye", protocol="p", seen="happy", probability=0.5, status="ok", reason=""
        )
        for name, value in cells.items():
            table[name] = table[name].astype(object)
            table.loc[table.index[0], name] = value
        table.to_csv(folder / JUDGEMENTS_FILE, index=False)

    return spoil


def record(**changes: object) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / RUN_FILE
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return spoil


FAULTS: list[tuple[Callable[[Path], None], str]] = [
    (frame(INTERVALS_FILE, put("ci_low", 1e9)), "intervals: ends in the wrong order"),
    (frame(INTERVALS_FILE, put("ci_low", np.nan)), "intervals: only one end is given"),
    (frame(INTERVALS_FILE, lambda t: t.iloc[1:]), "intervals: no cr2_t_floored of: toy_level/"),
    (frame(INTERVALS_FILE, lambda t: pd.concat([t, t.iloc[[0]]])), "intervals: rows given twice"),
    (frame(INTERVALS_FILE, put("group", "hair")), "holds hair"),
    (frame(INTERVALS_FILE, put("metric", "other")), "cr2_t_floored of what the summary does not hold: other/"),
    (frame(INTERVALS_FILE, put("ci_high", 1e9)), "intervals: another ci_high of cr2_t_floored than the summary's"),
    (
        frame(SUMMARY_FILE, add("ci_high", 1.0, lambda t: t["metric"].eq("toy_level") & t["group"].eq("all"))),
        "the scores give",
    ),
    (
        frame(SUMMARY_FILE, add("ci_high", 1.0, lambda t: t["metric"].eq("toy_spread") & t["group"].eq("all"))),
        "the resamples give",
    ),
    (frame(RESAMPLES_FILE, lambda t: t.iloc[1:]), "draws are missing"),
    (frame(RESAMPLES_FILE, put("weight", 0.9)), "probabilities sum to"),
    (frame(RESAMPLES_FILE, lambda t: t.assign(speakers="S1,S2")), "resamples of 2 speakers, the summary says 3"),
    (frame(RESAMPLES_FILE, lambda t: t.assign(metric="toy_level")), "not a set metric of the summary"),
    (frame(RESAMPLES_FILE, lambda t: t.iloc[:0]), "whose interval comes from them"),
    (frame(TIMING_FILE, lambda t: t.iloc[1:]), "timing: no row for: S1_happy"),
    (frame(TIMING_FILE, put("seconds", -1.0)), "timing: column 'seconds' holds -1.0"),
    (frame(TIMING_FILE, put("status", "crashed")), "timing: 8 outputs, run.json counts 9"),
    (frame(TIMING_FILE, lambda t: t.drop(columns="frames")), "timing: column 'frames' is missing"),
    (judged(seen=""), "judgements: status 'ok' without an answer: eye/S1_happy"),
    (judged(status="no_face", reason="none"), "judgements: an answer beside a status other than 'ok'"),
    (judged(speaker="S3"), "judgements: another speaker, emotion or level than in the scores: S1_happy"),
    (judged(probability=1.5), "judgements: column 'probability' holds 1.5"),
    (judged(sample_id="S9_happy"), "judgements: judge eye no row for: S1_happy"),
    (lambda f: (f / TIMING_FILE).unlink(), "timing.parquet: missing although the run is complete"),
    (lambda f: (f / RESAMPLES_FILE).write_bytes(b"no"), "resamples.parquet"),
    (record(split_sha256="abc"), "run.json: plan and record state another split_sha256"),
    (record(weights=[{"name": "w.pt", "sha256": "12"}]), "run.json: the hash of weights w.pt is no sha256: '12'"),
]


@pytest.mark.parametrize(("spoil", "sentence"), FAULTS, ids=[sentence[:60] for _, sentence in FAULTS])
def test_a_spoilt_file_is_found_by_what_it_says(folder: Path, spoil: Callable[[Path], None], sentence: str) -> None:
    spoil(folder)
    if "run.json" not in sentence:
        seal(folder)
    problems = audit_run(folder)
    assert any(sentence in problem for problem in problems), problems


@pytest.mark.parametrize("name", [SCORES_FILE, SUMMARY_FILE, INTERVALS_FILE, TIMING_FILE])
def test_a_file_that_was_written_again_is_found_by_its_hash(folder: Path, name: str) -> None:
    path = folder / name
    if name.endswith(".csv"):
        path.write_text(path.read_text() + "\n")
    else:
        pd.read_parquet(path).to_parquet(path, compression="gzip", index=False)
    assert any(f"{name}: not the file that the run left" in problem for problem in audit_run(folder))


def test_another_or_missing_output_is_found_where_videos_are_asked_for(folder: Path) -> None:
    cards = json.loads((folder / RUN_FILE).read_text())["samples"]
    root = folder.parents[4]
    (root / cards[0]["output"]).unlink()
    (root / cards[1]["output"]).write_bytes(b"other")
    assert audit_run(folder) == []
    assert audit_run(folder, videos=True) == [
        f"videos: the output is not there: {cards[0]['id']}",
        f"videos: not the output that was scored: {cards[1]['id']}",
    ]
