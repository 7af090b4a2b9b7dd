"""What a machine can run, found by looking.

Looks at Python, torch, accelerators, video and speech libraries, disk and memory; at every checkpoint record: here,
missing, or another file than its hash says, where to get it and where to put it; and at what follows for methods and
suites. Files that are here are hashed, and on request their networks are loaded, strictly. Nothing is downloaded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmark.analysis.text_table import aligned
from benchmark.checkpoints.locate import VARIABLE, content_of, folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.config.compose import names_in, suite_metrics
from benchmark.core.errors import MissingCheckpoint, UsageError, nearest, one_line
from benchmark.doctor.machine import Fact, facts
from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.methods.base import METHODS
from benchmark.metrics import METRICS
from benchmark.metrics.base import Metric
from benchmark.protocols.checkpoints import checkpoints_of

HERE, MISSING, DAMAGED = "here", "missing", "damaged"


@dataclass(frozen=True)
class Finding:
    """What became of one checkpoint record."""

    name: str
    state: str
    """"here", "missing", or "damaged": another file lies in its place, or its network refuses it."""
    path: str | None
    sha256: str | None
    """The hash of the file; the record's where there is no file."""
    pinned: bool
    """Whether the record knows the hash; if not, the file's own is what runs write down."""
    size: int | None
    licence: str
    belongs_to: str
    get: str
    """Where it comes from."""
    put: str
    """Where it goes."""
    problem: str = ""
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ability:
    """Whether a method or a suite can run here."""

    kind: str
    name: str
    can: int
    """Metrics that would have numbers; for a method 1 or 0."""
    of: int
    lacks: tuple[str, ...]
    """Names of checkpoints that are missing or damaged."""


@dataclass(frozen=True)
class Checkup:
    """Everything that was found."""

    machine: Sequence[Fact]
    findings: Sequence[Finding]
    able: Sequence[Ability]
    problems: Sequence[str]
    """What is wrong, one sentence each."""


def checkup(
    root: Path = Path(), weights: Path | None = None, expected: Sequence[tuple[str, str]] = (), load: bool = False
) -> Checkup:
    """Look at everything.

    Args:
        root: where runs are kept, for its disk.
        weights: folder of checkpoints; None: the environment's.
        expected: ("suite" or "method", name) of what must be able to run.
        load: also load the networks whose files are here.

    Raises:
        UsageError: no such folder, suite or method.
    """
    if weights is not None and not weights.is_dir():
        raise UsageError(f"--weights: no such folder: {weights}")
    places = folders(weights)
    machine = facts(root)
    findings = [examine(record, used_by, places) for record, used_by in users().values()]
    if load:
        findings = load_all(findings, weights)
    able = abilities(findings)
    return Checkup(machine, findings, able, verdict(machine, findings, able, expected))


def users() -> dict[str, tuple[Checkpoint, list[str]]]:
    """Every checkpoint record by name, and who loads it."""
    found: dict[str, tuple[Checkpoint, list[str]]] = {}
    kinds = {
        **{f"extractor {name}": EXTRACTORS.get(name).checkpoints for name in EXTRACTORS},
        **{f"face tracker {name}": FACE_TRACKERS.get(name).checkpoints for name in FACE_TRACKERS},
    }
    for name in METHODS:
        try:
            kinds[f"method {name}"] = checkpoints_of(METHODS.get(name))
        except Exception:  # a method that can't be imported is none of the checkpoints' business
            continue
    for user, records in kinds.items():
        for record in records:
            found.setdefault(record.name, (record, []))[1].append(user)
    return dict(sorted(found.items()))


def examine(record: Checkpoint, used_by: Sequence[str], places: Sequence[Path]) -> Finding:
    """Look for a checkpoint and hash what is there."""
    folder = places[0] if places else Path(f"${VARIABLE}")
    put = "ships with the project" if record.directory else str(folder / record.name)
    state, path, problem = HERE, None, ""
    try:
        path = locate(record, places)
    except MissingCheckpoint as error:
        problem = one_line(error)
        state = DAMAGED if "damaged" in problem else MISSING
    if path is not None and record.size is not None and path.stat().st_size != record.size:
        state, problem = DAMAGED, f"{path.stat().st_size} bytes, expected {record.size}"
    return Finding(
        name=record.name,
        state=state,
        path=None if path is None else str(path),
        sha256=content_of(record, places),
        pinned=record.sha256 is not None,
        size=path.stat().st_size if path is not None else record.size,
        licence=record.licence,
        belongs_to=record.belongs_to,
        get=record.address,
        put=put,
        problem=problem,
        used_by=tuple(used_by),
    )


def load_all(findings: Sequence[Finding], weights: Path | None) -> list[Finding]:
    """Load every extractor whose files are here; a network that refuses its file makes that file damaged."""
    states = {finding.name: finding for finding in findings}
    for name in EXTRACTORS:
        kind = EXTRACTORS.get(name)
        names = [record.name for record in kind.checkpoints]
        if not names or any(states[n].state != HERE for n in names):
            continue
        try:
            kind().load("cpu", {"weights": weights, "batch_size": 1})
        except Exception as error:  # whatever a file does to a network, the others are looked at too
            first = states[names[0]]
            problem = f"extractor {name} refuses it: {one_line(error)}"
            states[names[0]] = Finding(**{**asdict(first), "state": DAMAGED, "problem": problem})
    return [states[finding.name] for finding in findings]


def abilities(findings: Sequence[Finding]) -> list[Ability]:
    """What methods and suites can do with the checkpoints that are here."""
    absent = {finding.name for finding in findings if finding.state != HERE}
    found = []
    for name in METHODS:
        try:
            kind = METHODS.get(name)
            lacks = [record.name for record in checkpoints_of(kind) if record.name in absent]
            if line := kind.missing({}):
                lacks.append(line.partition(" (or ")[0].partition(", get it from")[0])
        except Exception as error:  # said in its row; the others go on
            found.append(Ability("method", name, 0, 1, (one_line(error),)))
            continue
        found.append(Ability("method", name, int(not lacks), 1, tuple(lacks)))
    for suite in names_in("suite"):
        needs = {name: _names(METRICS.get(name)) & absent for name in suite_metrics(suite)}
        lacks = sorted(set().union(*needs.values()))
        found.append(Ability("suite", suite, sum(not missing for missing in needs.values()), len(needs), tuple(lacks)))
    return found


def _names(owner: Metric) -> set[str]:
    return {record.name for record in checkpoints_of(owner)}


def report(found: Checkup, full: bool) -> str:
    """The findings as text; `full` tells address and licence of what is here, too."""
    machine, findings, able = found.machine, found.findings, found.able
    rows = [("machine", "", "")]
    rows += [(fact.name, fact.value, "" if fact.fine else f"PROBLEM: {fact.advice}") for fact in machine]
    parts = [aligned(rows)]
    rows = [("checkpoint", "state", "MB")]
    for f in findings:
        size = "-" if f.size is None else f"{f.size / 1e6:.1f}"
        rows.append((f.name, f.state if f.pinned or f.state != HERE else "here, no hash known", size))
    parts.append(aligned(rows))
    for f in findings:
        if f.state == HERE and not full:
            continue
        lines = [f"{f.name}: {f.state}" + (f" ({f.problem})" if f.state == DAMAGED else "")]
        lines += [f"  for      {f.belongs_to} ({', '.join(f.used_by)})", f"  get      {f.get}", f"  put      {f.put}"]
        lines += [f"  licence  {f.licence}", f"  sha256   {f.sha256 or 'not known: it is taken from the file'}"]
        parts.append("\n".join(lines))
    rows = [("what runs", "", "lacks")]
    for a in able:
        done = ("yes" if a.can else "no") if a.kind == "method" else f"{a.can} of {a.of} metrics"
        shown = ", ".join(a.lacks[:3]) + (f" and {len(a.lacks) - 3} more" if len(a.lacks) > 3 else "")
        rows.append((f"{a.kind} {a.name}", done, shown or "-"))
    return "\n\n".join([*parts, aligned(rows)])


def verdict(
    machine: Sequence[Fact], findings: Sequence[Finding], able: Sequence[Ability], expected: Sequence[tuple[str, str]]
) -> list[str]:
    """What is wrong, one sentence each; an empty list is good. Raises UsageError for an unknown method or suite."""
    wrong = [f"{fact.name}: {fact.advice}" for fact in machine if not fact.fine]
    wrong += [f"{f.name}: {f.problem}" for f in findings if f.state == DAMAGED]
    by_name = {(a.kind, a.name): a for a in able}
    for kind, name in expected:
        if (kind, name) not in by_name:
            raise UsageError(f"unknown {kind} '{name}'{nearest(name, [n for k, n in by_name if k == kind])}")
        if by_name[kind, name].can < by_name[kind, name].of:
            wrong.append(f"{kind} {name} lacks {', '.join(by_name[kind, name].lacks)}")
    return wrong


def as_json(found: Checkup) -> str:
    """Everything, for programs."""
    content: Mapping[str, object] = {
        "machine": [asdict(fact) for fact in found.machine],
        "checkpoints": [asdict(finding) for finding in found.findings],
        "abilities": [asdict(ability) for ability in found.able],
        "problems": list(found.problems),
    }
    return json.dumps(content, indent=1)
