"""Reads the runs of a report, and refuses runs that do not fit together.

A report stands on runs of one dataset, one split and the same samples. Several runs of one method, each named by its
folder, are joined if they scored the same videos (generation key), whatever metrics each holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.analysis.roles import ORDER, title_of
from benchmark.analysis.selection import Selection, by_method, difference, open_runs
from benchmark.core.errors import UsageError, one_line
from benchmark.metrics.base import Need
from benchmark.report.evidence import Entry, Evidence, Facts, Measure
from benchmark.results.judgements import read_judgements
from benchmark.results.store import ResultsError, StoredRun


def gather(places: Sequence[Path]) -> Evidence:
    """Read run folders, or folders of runs.

    Args:
        places: run folders, which must fit together, or folders above some, of which those count that
            `benchmark.analysis.selection` takes.

    Raises:
        UsageError: no run there; runs of other splits or samples; unfinished; other videos under one method's name.
        ResultsError: a run that was named is damaged; damaged ones below a folder are left out with the reason.
    """
    return evidence_of(open_runs(places), named=places)


def evidence_of(selection: Selection, named: Sequence[Path] = ()) -> Evidence:
    """What the runs of a selection hold.

    Args:
        selection: runs that count.
        named: folders of runs whose damage is an error; others are then left out with the reason.

    Raises:
        UsageError: the runs are of different samples, or one method's are of different videos.
        ResultsError: a named run is damaged.
    """
    runs, left_out = [], [str(one) for one in selection.left_out]
    for run in selection.runs:
        try:
            runs.append(_Read(run, run.summary(), run.scores(), read_judgements(run.folder)))
        except ResultsError as error:
            if run.folder in named:
                raise
            left_out.append(one_line(error))
    if not runs:
        raise UsageError(f"no run can be read: {'; '.join(left_out)}")
    for one in runs[1:]:
        if differs := difference(runs[0].run.record, one.run.record):
            raise UsageError(f"no table can hold {runs[0].run.folder} and {one.run.folder}, which has {differs}")
    return _joined(runs, tuple(left_out))


@dataclass(frozen=True)
class _Read:
    """A run with its tables."""

    run: StoredRun
    summary: pd.DataFrame
    scores: pd.DataFrame
    judgements: pd.DataFrame


def _joined(runs: Sequence[_Read], left_out: tuple[str, ...]) -> Evidence:
    tables_of = {one.run.folder: one for one in runs}
    entries, rows, scores, judged = [], [], [], []
    measures: dict[str, Facts] = {}
    for method, members in by_method(one.run for one in runs).items():
        records = tuple(run.record for run in members)
        entries.append(Entry(method, title_of(records[0]), records, tuple(run.folder for run in members)))
        own_rows, own_scores = [], []
        for run in members:
            known = {(facts.measure.metric, facts.measure.protocol): facts for facts in _measures(run.record)}
            measures |= {f.measure.key: f for f in known.values() if f.measure.key not in measures}
            tables = tables_of[run.folder]
            own_rows.append(_keyed(tables.summary, known).assign(run_id=run.record["run_id"]))
            own_scores.append(_keyed(tables.scores, known))
            judged.append(tables.judgements.assign(method=method))
        key = ["measure", "group", "group_value"]
        rows.append(pd.concat(own_rows, ignore_index=True).drop_duplicates(key))
        scores.append(pd.concat(own_scores, ignore_index=True).drop_duplicates(["measure", "sample_id"]))
    entries.sort(key=lambda entry: (ORDER[entry.role], entry.title.lower(), entry.method))
    judgements = pd.concat(judged, ignore_index=True).drop_duplicates(["method", "judge", "sample_id"])
    record = runs[0].run.record
    return Evidence(
        dataset=str(record["dataset"]),
        split=str(record["split"]),
        entries=tuple(entries),
        measures=tuple(measures.values()),
        rows=pd.concat(rows, ignore_index=True),
        scores=pd.concat(scores, ignore_index=True),
        judgements=judgements,
        left_out=left_out,
    )


def _keyed(table: pd.DataFrame, known: Mapping[tuple[str, str], Facts]) -> pd.DataFrame:
    pairs = zip(table["metric"], table["protocol"], strict=True)
    bare = {pair: Measure(*pair, "", "").key for pair in set(zip(table["metric"], table["protocol"], strict=True))}
    return table.assign(measure=[known[p].measure.key if p in known else bare[p] for p in pairs])


def _measures(record: Mapping[str, Any]) -> list[Facts]:
    extraction = record["fingerprints"].get("extraction")
    keys = dict(extraction) if isinstance(extraction, Mapping) else {}
    found = []
    for card in record["metrics"]:
        extractors = sorted({Need.parse(str(need)).extractor for need in card.get("needs", ())} & set(keys))
        judges = "-".join(str(keys[name])[:8] for name in extractors)
        found.append(
            Facts(
                Measure(str(card["name"]), str(card["protocol"]), str(card["version"]), judges),
                str(card["title"]),
                str(card["unit"]),
                bool(card["higher_is_better"]),
                str(card["level"]),
                str(card.get("caveat") or ""),
            )
        )
    return found
