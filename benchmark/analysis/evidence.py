"""What the runs of a split hold, as one value that every table, test and page is made of.

What belongs into one column is decided by `Measure`: metric, protocol, version and the judges' weights. Two numbers
that differ in any of them never share a column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.analysis.roles import ORDER, is_mock, role_of, title_of
from benchmark.analysis.scores import read_scores
from benchmark.analysis.selection import Selection, by_method, difference, finished_at, open_runs, sample_ids
from benchmark.core.errors import UsageError, one_line
from benchmark.results.judgements import read_judgements
from benchmark.results.schema import range_of
from benchmark.results.store import ResultsError, StoredRun


@dataclass(frozen=True, order=True)
class Measure:
    """What makes two numbers comparable; one column of a table."""

    metric: str
    protocol: str
    version: str
    judges: str
    """Beginning of the hashes of the extractors it reads (code version and weights); "" where the run states none."""

    @property
    def key(self) -> str:
        """The measure in one word, unique in a split."""
        return "/".join(part for part in (self.metric, self.protocol, self.version, self.judges) if part)


@dataclass(frozen=True)
class Facts:
    """What a measure is, as the run that used it says."""

    measure: Measure
    title: str
    unit: str
    higher_is_better: bool
    level: str
    """sample, set or cost."""
    caveat: str = ""
    ends: tuple[float, float] = (float("-inf"), float("inf"))
    """Least and greatest value."""
    judges: tuple[str, ...] = ()
    """Names of the extractors that it reads."""

    @property
    def arrow(self) -> str:
        """Which direction is better: an arrow."""
        return "↑" if self.higher_is_better else "↓"


@dataclass(frozen=True)
class Entry:
    """A method: one run, or several that scored the same videos."""

    method: str
    title: str
    records: tuple[Mapping[str, Any], ...]
    """The content of `run.json`, the newest first."""
    folders: tuple[Path, ...]

    @property
    def role(self) -> str:
        """Floor, ceiling, or "" for a method that competes."""
        return role_of(self.records[0])

    @property
    def mock(self) -> bool:
        """Whether a stand-in took the method's place; its numbers mean nothing."""
        return any(is_mock(record) for record in self.records)

    @property
    def finished(self) -> str:
        """When its newest run ended, ISO 8601; "" where it does not say."""
        return finished_at(self.records[0])

    @property
    def card(self) -> Mapping[str, Any]:
        """The method card of run.json."""
        card: Mapping[str, Any] = self.records[0]["method"]
        return card

    @property
    def samples(self) -> dict[str, Mapping[str, Any]]:
        """Sample id -> its object in run.json."""
        return {str(card["id"]): card for card in self.records[0]["samples"]}

    @cached_property
    def whole(self) -> bool:
        """Whether every sample has an output."""
        return all(card.get("output") for card in self.records[0]["samples"])

    @property
    def root(self) -> Path:
        """The folder that paths in run.json are relative to: four above the run's folder lies `results`."""
        parents = self.folders[0].resolve().parents
        return parents[min(4, len(parents) - 1)]


@dataclass(frozen=True)
class Evidence:
    """The runs of one split that count, and their tables."""

    dataset: str
    split: str
    entries: tuple[Entry, ...]
    """Floor first, then methods by title, ceiling last."""
    measures: tuple[Facts, ...]
    """In the order in which the runs name them."""
    rows: pd.DataFrame
    """Rows of all summaries, and the columns `measure` (Measure.key) and `run_id`."""
    scores: pd.DataFrame
    """Rows of all scores tables, and `measure`."""
    judgements: pd.DataFrame
    """What the judges of emotion saw, and `method`."""
    left_out: tuple[str, ...] = field(default=())
    """Runs that were found and not used, each with why."""

    @property
    def sample_ids(self) -> list[str]:
        """Planned samples, sorted."""
        return list(sample_ids(self.entries[0].records[0]))

    @cached_property
    def level(self) -> float:
        """Confidence of the intervals; 0.95 where no run states another."""
        stated = self.rows["ci_level"].dropna()
        return float(stated.iloc[0]) if len(stated) else 0.95

    @cached_property
    def roles(self) -> dict[str, str]:
        """Method -> role."""
        return {entry.method: entry.role for entry in self.entries}

    @cached_property
    def cells(self) -> dict[tuple[str, str, str], dict[str, dict[str, Any]]]:
        """(measure, grouping, group) -> method -> its row of the summary."""
        found: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
        for row in self.rows.to_dict("records"):
            where = (str(row["measure"]), str(row["group"]), str(row["group_value"]))
            found.setdefault(where, {})[str(row["method"])] = {str(name): value for name, value in row.items()}
        return found

    def groups(self, grouping: str) -> list[str]:
        """The groups of samples of a grouping that occur, sorted."""
        return sorted({value for _, group, value in self.cells if group == grouping})

    def facts(self, key: str) -> Facts:
        """What the measure of that key is. Raises KeyError."""
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> dict[str, Facts]:
        return {facts.measure.key: facts for facts in self.measures}


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


def measures_of(record: Mapping[str, Any]) -> list[Facts]:
    """The measures of a run, from its `run.json`."""
    extraction = record["fingerprints"].get("extraction")
    keys = dict(extraction) if isinstance(extraction, Mapping) else {}
    found = []
    for card in record["metrics"]:
        names = extractors_of(card)
        judges = "-".join(str(keys[name])[:8] for name in names if name in keys)
        found.append(
            Facts(
                Measure(str(card["name"]), str(card["protocol"]), str(card["version"]), judges),
                str(card["title"]),
                str(card["unit"]),
                bool(card["higher_is_better"]),
                str(card["level"]),
                str(card.get("caveat") or ""),
                range_of(card),
                tuple(names),
            )
        )
    return found


def extractors_of(card: Mapping[str, Any]) -> list[str]:
    """Extractors that a metric reads, from its card: `output/puppet_emotion.probs` -> `puppet_emotion`."""
    paths = [str(need).rpartition("/")[2] for need in card.get("needs", ())]
    return sorted({path.partition(".")[0] for path in paths if "." in path})
