"""Which runs may be compared, and by which metrics. What differs is said; it is never passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from benchmark.analysis.evidence import extractors_of
from benchmark.analysis.roles import adapter_of, is_mock
from benchmark.analysis.selection import difference
from benchmark.core.errors import BenchmarkError, nearest
from benchmark.results.store import StoredRun


class NotComparable(BenchmarkError):
    """The runs were not given the same; the message says what differs."""


def check_runs(runs: Sequence[StoredRun]) -> None:
    """Raise NotComparable unless all runs ended, were given the same samples, and none is given twice."""
    if len(runs) < 2:
        raise NotComparable(f"two runs or more are needed, got {len(runs)}")
    for run in runs:
        if not run.complete:
            raise NotComparable(f"{run.folder}: the run is not complete but {run.record['status']}")
        if is_mock(run.record):
            raise NotComparable(f"{run.folder}: a mock run has no results")
    for run in runs[1:]:
        if differs := difference(runs[0].record, run.record):
            both = f"{runs[0].method} and {run.method}"
            raise NotComparable(f"{both} were run on different samples: {run.method} has {differs}")
    keys = [(run.method, run.record["run_id"]) for run in runs]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise NotComparable(f"run {doubled[0][1]} of {doubled[0][0]} is given twice")


def distinguish(runs: Sequence[StoredRun]) -> list[StoredRun]:
    """The runs under names of their own, several of one method with their ids, such as `cmet@3b139e`."""
    ids: dict[str, list[str]] = {}
    for run in runs:
        ids.setdefault(run.method, []).append(str(run.record["run_id"]))
    found = []
    for run in runs:
        card, same = run.record["method"], ids[run.method]
        digits = next((n for n in range(6, 64) if len({one[:n] for one in same}) == len(same)), 64)
        own = run.method if len(same) == 1 else f"{run.method}@{run.record['run_id'][:digits]}"
        named = {**card, "name": own, "adapter": adapter_of(run.record)}
        found.append(replace(run, record=run.record | {"method": named}))
    return found


def shared_metrics(runs: Sequence[StoredRun]) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Cards of the metrics that all runs answered alike, and a sentence for each that they did not."""
    cards: list[Mapping[str, Any]] = []
    problems: list[str] = []
    for card in runs[0].record["metrics"]:
        differing: list[str] = []
        for run in runs[1:]:
            same_name = [other for other in run.record["metrics"] if other["name"] == card["name"]]
            if not same_name:
                differing.append(f"{run.method} was not measured by it")
                continue
            for what in ("protocol", "version"):
                if same_name[0][what] != card[what]:
                    differing.append(f"{what} {card[what]} for {runs[0].method}, {same_name[0][what]} for {run.method}")
            for judge in extractors_of(card):
                first, other = (r.record["fingerprints"]["extraction"].get(judge) for r in (runs[0], run))
                if first != other:
                    differing.append(f"{runs[0].method} and {run.method} were read by {_another(judge, runs[0], run)}")
        if differing:
            problems.append(f"{card['name']}: {'; '.join(dict.fromkeys(differing))}")
        else:
            cards.append(card)
    return cards, problems


def _another(judge: str, first: StoredRun, second: StoredRun) -> str:
    """What differs about a judge, as far as the runs say."""
    hashes = [{w["name"]: w.get("sha256") for w in run.record.get("weights", [])} for run in (first, second)]
    differing = [name for name in sorted({*hashes[0]} & {*hashes[1]}) if hashes[0][name] != hashes[1][name]]
    return f"different weights or versions of {judge}" + (
        f" (other files: {', '.join(differing)})" if differing else ""
    )


def choose_metrics(runs: Sequence[StoredRun], names: Sequence[str] | None) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Cards of the metrics to compare, and why others are left out.

    Args:
        runs: that `check_runs` let pass.
        names: of the metrics; None: all that can be compared.

    Raises:
        NotComparable: a metric that was named can't be compared, or none can.
    """
    cards, problems = shared_metrics(runs)
    if names is not None:
        known = {str(card["name"]): card for card in cards}
        for name in names:
            if name not in known:
                why = [p for p in problems if p.startswith(f"{name}:")]
                hint = nearest(name, [str(card["name"]) for card in runs[0].record["metrics"]])
                raise NotComparable(why[0] if why else f"no metric '{name}' in {runs[0].folder}{hint}")
        cards, problems = [known[name] for name in names], []
    if not cards:
        raise NotComparable(f"no metric can be compared: {'; '.join(problems) or 'the runs have none'}")
    return cards, problems
