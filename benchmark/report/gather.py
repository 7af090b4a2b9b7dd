"""Reads the runs of a report, and refuses runs that were not asked the same.

A report stands on runs of one dataset, one split and the same samples. Several runs of one method are joined if they
scored the same videos (generation key), whatever metrics each holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.core.errors import UsageError, one_line
from benchmark.metrics.base import Need
from benchmark.report.evidence import Entry, Evidence, Facts, Measure
from benchmark.results.judgements import read_judgements
from benchmark.results.schema import FRAMES
from benchmark.results.store import RUN_FILE, ResultsError, read_run, read_scores, read_summary, run_folders

Found = tuple[Path, dict[str, Any]]
"""A run's folder and its record."""


def gather(places: Sequence[Path]) -> Evidence:
    """Read run folders, or folders of runs.

    Args:
        places: run folders, which must fit together, or folders above some; of the runs below such a folder those with
            most samples count, and of a method's several runs the newest and those that scored the same videos.

    Raises:
        UsageError: no run there; runs of other splits or samples; unfinished; other videos under one method's name.
        ResultsError: a run that was named is damaged; damaged ones below a folder are left out with the reason.
    """
    named: list[Found] = []
    found: list[Found] = []
    left_out: list[str] = []
    for place in places:
        if (place / RUN_FILE).is_file():
            named.append((place, read_run(place)))
        else:
            for folder in _below(place):
                try:
                    found.append((folder, _whole(folder)))
                except ResultsError as error:
                    left_out.append(one_line(error))
    for folder, record in named:
        if record["status"] != "complete":
            raise UsageError(f"{folder}: the run is not complete but {record['status']}; its command completes it")
    taken = {folder.resolve() for folder, _ in named}
    found = [pair for pair in found if pair[0].resolve() not in taken]
    left_out += [f"{folder}: the run is not complete" for folder, record in found if record["status"] != "complete"]
    found = [pair for pair in found if pair[1]["status"] == "complete"]
    _same_split([*named, *found])
    found, dropped = _newest(found, named)
    runs = [*named, *found]
    if not runs:
        raise UsageError(f"no complete run under {', '.join(map(str, places))}")
    _same_samples(runs)
    return _joined(runs, (*left_out, *dropped))


def _below(place: Path) -> list[Path]:
    if not place.is_dir():
        raise UsageError(f"{place}: no such folder")
    folders = sorted({path.parent for path in place.rglob(RUN_FILE)} | set(run_folders(place)))
    if not folders:
        raise UsageError(f"{place}: no run in it (a run is a folder with a {RUN_FILE})")
    return folders


def _whole(folder: Path) -> dict[str, Any]:
    """The record of a run whose tables can be read too. Raises ResultsError."""
    record = read_run(folder)
    if record["status"] == "complete":
        read_summary(folder)
        read_scores(folder)
        read_judgements(folder)
    return record


def _same_split(runs: Sequence[Found]) -> None:
    splits = sorted({f"{record['dataset']}/{record['split']}" for _, record in runs})
    if len(splits) > 1:
        raise UsageError(f"a report is of one split; these runs are of {', '.join(splits)}: name the folder of one")


def _newest(found: Sequence[Found], named: Sequence[Found]) -> tuple[list[Found], list[str]]:
    """Of runs that were found rather than named: same samples as the named, else most samples; newest of a method."""
    if not found:
        return [], []
    ordered = sorted(found, key=_finished, reverse=True)
    wanted = _asked(named[0][1]) if named else _asked(max(ordered, key=lambda pair: len(_asked(pair[1])[-1]))[1])
    videos = {record["method"]["name"]: record["fingerprints"]["generation"] for _, record in named}
    kept, dropped = [], []
    for folder, record in ordered:
        generation = record["fingerprints"]["generation"]
        if _asked(record) != wanted:
            dropped.append(f"{folder}: other samples ({len(record['plan'].get('samples', ()))})")
        elif videos.setdefault(record["method"]["name"], generation) != generation:
            dropped.append(f"{folder}: an older run of {record['method']['name']} with other videos")
        else:
            kept.append((folder, record))
    return kept, dropped


def _asked(record: Mapping[str, Any]) -> tuple[Any, ...]:
    plan = record["plan"]
    return plan.get("dataset_version"), record.get("split_sha256"), tuple(sorted(plan.get("samples", ())))


def _finished(pair: Found) -> str:
    return str((pair[1].get("timing") or {}).get("finished") or "")


def _same_samples(runs: Sequence[Found]) -> None:
    first = _asked(runs[0][1])
    for folder, record in runs[1:]:
        other = _asked(record)
        for name, a, b in zip(("versions of the dataset", "hashes of the split", "samples"), first, other, strict=True):
            if a != b:
                both = f" ({len(a)} and {len(b)})" if name == "samples" else f" ({a} and {b})"
                raise UsageError(f"{runs[0][0]} and {folder} have other {name}{both}: no table can hold both")


def _joined(runs: Sequence[Found], left_out: tuple[str, ...]) -> Evidence:
    grouped: dict[str, list[Found]] = {}
    for folder, record in runs:
        others = grouped.setdefault(str(record["method"]["name"]), [])
        if others and others[0][1]["fingerprints"]["generation"] != record["fingerprints"]["generation"]:
            raise UsageError(
                f"{others[0][0]} and {folder} hold other videos under the name {record['method']['name']}: "
                "give one of them, or run one with another method.label"
            )
        others.append((folder, record))
    entries, rows, scores, judged = [], [], [], []
    measures: dict[str, Facts] = {}
    for method, members in grouped.items():
        members.sort(key=_finished, reverse=True)
        records = tuple(record for _, record in members)
        entries.append(Entry(method, _title(records[0]), records, tuple(folder for folder, _ in members)))
        own_rows, own_scores = [], []
        for folder, record in members:
            known = {(facts.measure.metric, facts.measure.protocol): facts for facts in _measures(record)}
            measures |= {f.measure.key: f for f in known.values() if f.measure.key not in measures}
            own_rows.append(_keyed(read_summary(folder), known).assign(run_id=record["run_id"]))
            own_scores.append(_keyed(read_scores(folder), known))
            seen = read_judgements(folder)
            judged.append(seen.assign(method=method))
        key = ["measure", "group", "group_value"]
        rows.append(pd.concat(own_rows, ignore_index=True).drop_duplicates(key))
        scores.append(pd.concat(own_scores, ignore_index=True).drop_duplicates(["measure", "sample_id"]))
    order = {"floor": 0, "": 1, "ceiling": 2}
    entries.sort(key=lambda entry: (order[entry.role], entry.title.lower(), entry.method))
    judgements = pd.concat(judged, ignore_index=True).drop_duplicates(["method", "judge", "sample_id"])
    record = runs[0][1]
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


def _title(record: Mapping[str, Any]) -> str:
    name = str(record["method"]["name"])
    title = str(record["method"].get("title") or name)
    role = FRAMES.get(str(record["method"].get("adapter") or name), "")
    return title.removesuffix(f" ({role})") if role else title
