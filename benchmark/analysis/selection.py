"""Which run of a method counts: one rule for the board, the report, comparisons and every file.

Of the finished runs of a method on a split, the one with the most samples counts, then the newest. It counts as a
whole: a table never takes one column of one run and another of the next. Runs stand in one table only if they were
given the same samples, of the same version of the dataset; those of other samples are left out, with the reason.

Run folders that are named one by one are taken as they are named (`open_runs`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.core.errors import UsageError
from benchmark.results.store import RUN_FILE, StoredRun, list_below, read_run


@dataclass(frozen=True)
class LeftOut:
    """A run that was found and does not count."""

    folder: Path
    reason: str
    method: str = ""
    """Its name; "" where the run can't be read."""

    def __str__(self) -> str:
        return f"{self.folder}: {self.reason}"


@dataclass(frozen=True)
class Selection:
    """The runs of one split that count."""

    dataset: str
    split: str
    runs: tuple[StoredRun, ...]
    """One a method, by its name; all with the same samples."""
    left_out: tuple[LeftOut, ...] = ()
    """The others of the split, each with the reason."""


def select(runs: Iterable[StoredRun], like: Mapping[str, Any] | None = None) -> dict[tuple[str, str], Selection]:
    """The runs that count: (dataset, split) -> selection, sorted; splits without a finished run are not in it.

    Args:
        runs: in any order; several of a method, and unfinished ones, may be among them.
        like: the `run.json` of a run that the others must fit; None: the request with most samples counts, of several
            that of most methods, then the newest.
    """
    by_split: dict[tuple[str, str], list[StoredRun]] = {}
    for run in runs:
        if run.complete:
            by_split.setdefault((str(run.record["dataset"]), str(run.record["split"])), []).append(run)
    return {key: _of_split(*key, by_split[key], like) for key in sorted(by_split)}


def _of_split(dataset: str, split: str, runs: Sequence[StoredRun], like: Mapping[str, Any] | None) -> Selection:
    best: dict[str, StoredRun] = {}
    left_out: list[LeftOut] = []
    for run in sorted(runs, key=weight, reverse=True):
        if counting := best.get(run.method):
            left_out.append(LeftOut(run.folder, _instead(run, counting), run.method))
        else:
            best[run.method] = run
    if like is None:
        methods = Counter(request_key(run.record) for run in best.values())
        fullest = max(best.values(), key=lambda run: (planned(run), methods[request_key(run.record)], finished(run)))
        like = fullest.record
    kept = []
    for _, run in sorted(best.items()):
        if differs := difference(like, run.record):
            left_out.append(LeftOut(run.folder, differs, run.method))
        else:
            kept.append(run)
    return Selection(dataset, split, tuple(kept), tuple(left_out))


def _instead(run: StoredRun, counting: StoredRun) -> str:
    """Why another run of the method counts."""
    most, few = planned(counting), planned(run)
    why = f"it has {most} samples, this one {few}" if most != few else "it is newer"
    return f"run {counting.record['run_id']} counts: {why}"


def weight(run: StoredRun) -> tuple[int, str, str]:
    """What makes a run count before another of the same method: more samples, then newer. Ids break ties."""
    return planned(run), finished(run), str(run.record["run_id"])


def planned(run: StoredRun) -> int:
    """How many samples a run was requested for."""
    return len(sample_ids(run.record))


def finished(run: StoredRun) -> str:
    """When a run ended, ISO 8601; "" where it did not, or does not say."""
    return finished_at(run.record)


def finished_at(record: Mapping[str, Any]) -> str:
    """`finished`, from `run.json`."""
    return str((record.get("timing") or {}).get("finished") or "")


def sample_ids(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The samples that a run was requested for, sorted."""
    return tuple(sorted(record["plan"].get("samples") or (str(card["id"]) for card in record["samples"])))


def request(record: Mapping[str, Any]) -> dict[str, Any]:
    """What was requested of a run, without the samples' order. Runs are comparable only if all of it is the same."""
    plan = record["plan"]
    facts = {what: record.get(what) for what in ("dataset", "split", "split_sha256")}
    facts |= {what: plan.get(what) for what in ("dataset_version", "dataset_seed")}
    return facts | {"samples": sample_ids(record)}


def request_key(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """`request` as a key of a dictionary."""
    return tuple(request(record).values())


def difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """How the second run's request differs from the first's: "8 samples, not 56"; "" where it does not."""
    one, other = request(first), request(second)
    for what, expected in one.items():
        if other[what] == expected:
            continue
        if what != "samples":
            return f"{what} {_short(other[what])}, not {_short(expected)}"
        alone = sorted(set(expected) ^ set(other[what]))
        return f"{len(other[what])} samples, not {len(expected)}; {alone[0]} is in one of them only"
    return ""


def _short(value: Any) -> str:
    return f"{str(value)[:12]}…" if len(str(value)) > 40 else str(value)


def open_runs(places: Sequence[Path], *, dataset: str | None = None, split: str | None = None) -> Selection:
    """The runs that a command line names.

    Args:
        places: run folders, which are taken as they are, and folders above runs, of which those count that `select`
            takes; a method that is named by a folder of its own is not looked for among them.
        dataset: only runs of it are looked for.
        split: only runs of it are looked for.

    Returns:
        The named runs in their order, several of one method where several are named, then those that were found.

    Raises:
        UsageError: there is no finished run, they are of several splits, or a named one is not finished.
        ResultsError: a named run can't be read.
    """
    named: list[StoredRun] = []
    found: list[StoredRun] = []
    left_out: list[LeftOut] = []
    for place in places:
        if (place / RUN_FILE).is_file():
            named.append(StoredRun(place, read_run(place)))
            if not named[-1].complete:
                status = named[-1].record["status"]
                raise UsageError(f"{place}: the run is not complete but {status}; its command completes it")
            continue
        if not place.is_dir():
            raise UsageError(f"{place}: no such folder")
        listing = list_below(place)
        if not listing.runs and not listing.broken:
            raise UsageError(f"{place}: no run in it (a run is a folder with a {RUN_FILE})")
        found += listing.runs
        left_out += [LeftOut(one.folder, one.problem.removeprefix(f"{one.folder}: ")) for one in listing.broken]
    left_out += [LeftOut(run.folder, "the run is not complete", run.method) for run in found if not run.complete]
    own = {run.method for run in named}
    fitting = [
        run
        for run in found
        if dataset in (None, run.record["dataset"]) and split in (None, run.record["split"]) and run.method not in own
    ]
    selections = select(fitting, named[0].record if named else None)
    splits = sorted({*selections, *((str(run.record["dataset"]), str(run.record["split"])) for run in named)})
    if not splits:
        raise UsageError(f"no complete run in {', '.join(map(str, places))}")
    if len(splits) > 1:
        names = ["/".join(where) for where in splits]
        raise UsageError(f"a table is of one split; these runs are of {', '.join(names)}: name the folder of one")
    chosen = selections.get(splits[0], Selection(*splits[0], ()))
    return Selection(*splits[0], (*named, *chosen.runs), (*left_out, *chosen.left_out))


def by_method(runs: Iterable[StoredRun]) -> dict[str, list[StoredRun]]:
    """Runs of one method that scored the same videos, whatever metrics each holds: method -> its runs, newest first.

    Raises:
        UsageError: two runs of one name hold different videos (by their generation key).
    """
    found: dict[str, list[StoredRun]] = {}
    for run in sorted(runs, key=finished, reverse=True):
        others = found.setdefault(run.method, [])
        if others and _videos(others[0]) != _videos(run):
            raise UsageError(
                f"{others[0].folder} and {run.folder} hold different videos under the name {run.method}: give one of "
                "them, or run one with another method.label"
            )
        others.append(run)
    return found


def _videos(run: StoredRun) -> object:
    return run.record["fingerprints"]["generation"]
