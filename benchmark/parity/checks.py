"""Comparing our networks and formulas with golden values.

A golden folder holds a `golden.json` (see `benchmark.checkpoints.golden`); of a folder without one, its sub-folders
are taken.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.checkpoints.golden import Check, Comparison, GoldenError, GoldenFolder
from benchmark.core import entries
from benchmark.core.errors import UsageError, nearest, one_line
from benchmark.core.registry import Registry

FAMILIES: Registry[Mapping[str, Check]] = Registry(
    "family of checks", "emotion_edit_benchmark.parity", entries.PARITY_CHECKS
)
"""Each family's table of checks, by the id that a golden folder names; imported when a folder asks for it."""


@dataclass(frozen=True)
class Outcome:
    """One check of one folder, done."""

    folder: str
    check: str
    file: str
    comparisons: list[Comparison]
    seconds: float
    problem: str = ""
    """Why the check could not be done."""

    @property
    def passed(self) -> bool:
        """Whether something was compared, and all of it agreed."""
        compared = [row for row in self.comparisons if row.compared]
        return not self.problem and bool(compared) and all(row.passed for row in compared)


def find_folders(directory: Path, options: dict[str, Any]) -> list[GoldenFolder]:
    """The golden folders under a directory: itself, or its sub-folders. Raises UsageError if there is none."""
    if not directory.is_dir():
        raise UsageError(f"{directory}: no such folder")
    places = [directory] if (directory / "golden.json").is_file() else sorted(directory.iterdir())
    folders = [GoldenFolder.read(place, options) for place in places if (place / "golden.json").is_file()]
    if not folders:
        raise UsageError(f"{directory}: no golden.json there or in its sub-folders")
    return folders


def table_of(folder: GoldenFolder) -> Mapping[str, Check]:
    """The checks of a folder's family. Raises UsageError for an unknown family or a check's unknown id."""
    if folder.family not in FAMILIES:
        raise UsageError(f"{folder.path}: unknown family '{folder.family}'{nearest(folder.family, FAMILIES)}")
    table = FAMILIES.get(folder.family)
    for check in folder.checks:
        if check["id"] not in table:
            raise UsageError(f"{folder.path}: unknown check '{check['id']}'{nearest(check['id'], table)}")
    return table


def run_check(folder: GoldenFolder, function: Check, parameters: dict[str, Any]) -> Outcome:
    """Do one check. What the folder lacks or holds wrongly is a failed check with the reason."""
    started = time.perf_counter()
    rows: list[Comparison] = []
    problem = ""
    try:
        rows = function(folder, parameters)
    except GoldenError as error:
        problem = one_line(error)
    except KeyError as error:
        problem = f"the file lacks {error}"
    except (ValueError, RuntimeError) as error:
        problem = f"the stored values do not fit: {one_line(error)}"
    file = str(parameters.get("file") or parameters.get("cases") or "")
    seconds = time.perf_counter() - started
    return Outcome(folder.path.name, parameters["id"], file, rows, seconds, problem)


def run(folders: Sequence[GoldenFolder]) -> Iterator[Outcome]:
    """Do all checks of all folders, one after the other; unknown families and ids are found before the first."""
    plan = [(folder, table_of(folder)) for folder in folders]
    for folder, table in plan:
        for parameters in folder.checks:
            yield run_check(folder, table[parameters["id"]], parameters)


def verdict(row: Comparison) -> str:
    """`pass`, `FAIL`, or `-` for an array that was not compared."""
    return "-" if not row.compared else "pass" if row.passed else "FAIL"


def lines_of(outcome: Outcome) -> Iterator[str]:
    """The outcome for the terminal: one line an array, one for the check."""
    for row in outcome.comparisons:
        note = f"  {row.note}" if row.note else ""
        yield (
            f"{verdict(row):4}  {row.check:18}  {row.array:34}  relative {row.relative:8.1e}"
            f"  {row.measure:8} {row.error:8.1e}  tolerance {row.tolerance:7.1e}{note}"
        )
    if not outcome.comparisons and not outcome.problem:
        yield f"FAIL  {outcome.check}: no array to compare"
    if outcome.problem:
        yield f"FAIL  {outcome.check}: {outcome.problem}"
    word = "passed" if outcome.passed else "FAILED"
    yield f"----  {outcome.folder} {outcome.check} ({outcome.file}): {word} in {outcome.seconds:.1f} s"


def count_line(outcomes: Sequence[Outcome]) -> str:
    """The last line: how many checks and arrays, and how many of them passed."""
    rows = [row for outcome in outcomes for row in outcome.comparisons]
    compared = [row for row in rows if row.compared]
    passed = sum(outcome.passed for outcome in outcomes)
    arrays = f"{len(compared)} comparisons: {sum(row.passed for row in compared)} within tolerance"
    skipped = len(rows) - len(compared)
    unknown = f", {skipped} arrays of unknown name not compared" if skipped else ""
    return f"{len(outcomes)} checks: {passed} passed, {len(outcomes) - passed} failed ({arrays}{unknown})"


def markdown(outcomes: Sequence[Outcome]) -> str:
    """A table for docs/reference/precision.md: one line a check, with its worst comparison."""
    lines = [
        "| family | check | file | comparisons | worst array | measure | error | tolerance | relative | verdict |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for outcome in outcomes:
        compared = [row for row in outcome.comparisons if row.compared]
        start = f"| {outcome.folder} | {outcome.check} | {outcome.file} | {len(compared)} |"
        word = "pass" if outcome.passed else f"FAIL {outcome.problem}".strip()
        if compared:
            worst = max(compared, key=lambda row: row.error / row.tolerance if row.tolerance else row.error)
            values = f"{worst.error:.1e} | {worst.tolerance:.1e} | {worst.relative:.1e}"
            lines.append(f"{start} {worst.array} | {worst.measure} | {values} | {word} |")
        else:
            lines.append(f"{start} | | | | | {word} |")
    return "\n".join([*lines, "", count_line(outcomes), ""])


def as_json(outcomes: Sequence[Outcome]) -> str:
    """Every comparison as JSON; what is not finite is null."""

    def number(value: float) -> float | None:
        return value if math.isfinite(value) else None

    checks = [
        {
            "family": outcome.folder,
            "check": outcome.check,
            "file": outcome.file,
            "passed": outcome.passed,
            "problem": outcome.problem,
            "arrays": [
                {
                    "array": row.array,
                    "measure": row.measure,
                    "error": number(row.error),
                    "tolerance": number(row.tolerance),
                    "relative": number(row.relative),
                    "passed": row.passed if row.compared else None,
                    "note": row.note,
                }
                for row in outcome.comparisons
            ],
        }
        for outcome in outcomes
    ]
    return json.dumps({"checks": checks, "summary": count_line(outcomes)}, indent=1) + "\n"
