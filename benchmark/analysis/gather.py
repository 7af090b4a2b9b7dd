"""Reads the runs that count, and refuses runs that do not fit together.

A table stands on runs of one dataset, one split and the same samples. Several runs of one method, each named by its
folder, are joined if they scored the same videos (generation key), whatever metrics each holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmark.analysis.evidence import Entry, Evidence, Facts, Measure, measures_of
from benchmark.analysis.roles import ORDER, title_of
from benchmark.analysis.scores import read_scores
from benchmark.analysis.selection import Selection, by_method, difference, open_runs
from benchmark.core.errors import UsageError, one_line
from benchmark.results.judgements import read_judgements
from benchmark.results.store import ResultsError, StoredRun


def gather(places: Sequence[Path]) -> Evidence:
    """Read run folders, or folders of runs (see `benchmark.analysis.selection`).

    Args:
        places: run folders, which must fit together, or folders above some.

    Raises:
        UsageError: no run there; runs of other splits or samples; unfinished; other videos under one method's name.
        ResultsError: a run that was named is damaged; damaged ones below a folder are left out with the reason.
    """
    return evidence_of(open_runs(places), named=places)


def evidence_of(
    selection: Selection,
    *,
    named: Sequence[Path] = (),
    quick: bool = False,
) -> Evidence:
    """What the runs of a selection hold. Several runs of one method are joined if they scored the same videos.

    Args:
        selection: runs that count.
        named: folders of runs whose damage is an error; others are then left out with the reason.
        quick: read scores without checking every row (`benchmark.analysis.scores`), one run a method; no judgements.

    Raises:
        UsageError: no run can be read, they are of different samples, or one method's are of different videos.
        ResultsError: a named run is damaged.
    """
    runs, left_out = [], [str(one) for one in selection.left_out]
    for run in selection.runs:
        try:
            tables = (None, None) if quick else (run.scores(), read_judgements(run.folder))
            runs.append(_Tables(run, run.summary(), *tables))
        except ResultsError as error:
            if run.folder in named:
                raise
            left_out.append(one_line(error))
    if not runs:
        raise UsageError(f"no run can be read: {'; '.join(left_out)}")
    for one in runs[1:]:
        if differs := difference(runs[0].run.record, one.run.record):
            raise UsageError(f"no table can hold {runs[0].run.folder} and {one.run.folder}, which has {differs}")
    return _joined(selection, runs, tuple(left_out))


@dataclass(frozen=True)
class _Tables:
    """A run with what was read of it."""

    run: StoredRun
    summary: pd.DataFrame
    scores: pd.DataFrame | None
    """None: read later, with those of all others."""
    judgements: pd.DataFrame | None


def _joined(selection: Selection, runs: Sequence[_Tables], left_out: tuple[str, ...]) -> Evidence:
    tables_of = {one.run.folder: one for one in runs}
    entries, rows, scores, judged = [], [], [], []
    measures: dict[str, Facts] = {}
    for method, members in by_method(one.run for one in runs).items():
        records = tuple(run.record for run in members)
        entries.append(Entry(method, title_of(records[0]), records, tuple(run.folder for run in members)))
        own_rows, own_scores = [], []
        for run in members:
            known = {(f.measure.metric, f.measure.protocol): f for f in measures_of(run.record)}
            for facts in known.values():
                measures.setdefault(facts.measure.key, facts)
            tables = tables_of[run.folder]
            own_rows.append(_keyed(tables.summary, known).assign(method=method, run_id=str(run.record["run_id"])))
            if tables.scores is not None:
                own_scores.append(_keyed(tables.scores, known).assign(method=method))
            if tables.judgements is not None:
                judged.append(tables.judgements.assign(method=method))
        key = ["measure", "group", "group_value"]
        rows.append(pd.concat(own_rows, ignore_index=True).drop_duplicates(key))
        if own_scores:
            scores.append(pd.concat(own_scores, ignore_index=True).drop_duplicates(["measure", "sample_id"]))
    entries.sort(key=lambda entry: (ORDER[entry.role], entry.title.lower(), entry.method))
    nothing = pd.DataFrame(columns=["method", "judge", "sample_id"])
    judgements = pd.concat(judged, ignore_index=True) if judged else nothing
    return Evidence(
        dataset=selection.dataset,
        split=selection.split,
        entries=tuple(entries),
        measures=tuple(measures.values()),
        rows=pd.concat(rows, ignore_index=True),
        scores=pd.concat(scores, ignore_index=True) if scores else _quick_scores([one.run for one in runs]),
        judgements=judgements.drop_duplicates(["method", "judge", "sample_id"]),
        left_out=left_out,
    )


def _keyed(table: pd.DataFrame, known: Mapping[tuple[str, str], Facts]) -> pd.DataFrame:
    """The table with the key of each row's measure."""
    keys = table[["metric", "protocol"]].drop_duplicates().astype("str")
    pairs = list(zip(keys["metric"], keys["protocol"], strict=True))
    keys["measure"] = [known[p].measure.key if p in known else Measure(p[0], p[1], "", "").key for p in pairs]
    plain = table.astype({"metric": "str", "protocol": "str"})
    return plain.merge(keys, on=["metric", "protocol"], how="left")


def _quick_scores(runs: Sequence[StoredRun]) -> pd.DataFrame:
    """Scores of one run a method, texts as categories, with the key of each row's measure."""
    scores = read_scores([run.folder for run in runs])
    keys = {
        (run.method, facts.measure.metric, facts.measure.protocol): facts.measure.key
        for run in runs
        for facts in measures_of(run.record)
    }
    columns = ["method", "metric", "protocol"]
    number = scores.groupby(columns, observed=True, sort=False).ngroup()
    first = scores.loc[~number.duplicated(), columns].astype("str")
    where = zip(first["method"], first["metric"], first["protocol"], strict=True)
    names = {number[row]: keys.get(one, "/".join(one[1:])) for row, one in zip(first.index, where, strict=True)}
    return scores.assign(measure=number.map(names).astype("category"))
