"""The whole check of a submission: every problem is one sentence; none means that it can be scored."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.core.errors import UsageError, one_line
from benchmark.submission.card import read_manifest
from benchmark.submission.expected import Expected, expected_videos
from benchmark.submission.limits import Limits
from benchmark.submission.look import Look, look_at
from benchmark.submission.package import SUFFIX, open_package, shown

FPS_TOLERANCE = 0.01
"""Frames per second; containers round rates such as 30000/1001."""
SHOWN = 5


@dataclass
class Report:
    """What the check found."""

    problems: list[str] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    videos: int = 0
    """Videos that are as they must be."""
    expected: int = 0
    unmeasured: int = 0
    """Videos whose length and size could not be compared, because this machine has no sources."""

    @property
    def good(self) -> bool:
        """Whether it can be scored."""
        return not self.problems


def check_submission(path: Path, limit: Limits, sources: Mapping[str, str] | None = None) -> Report:
    """Check a folder or zip.

    Args:
        path: of the folder or zip.
        limit: how much it may be and cost.
        sources: where a prepared corpus lies, as options of its dataset (`root`, `speech`); None: nothing is here.

    Raises:
        UsageError: there is nothing to check, or the dataset has no such option.
        MissingRequirement: a folder of `sources` is not there.
    """
    with tempfile.TemporaryDirectory(prefix="submission-") as scratch:
        package = open_package(path, Path(scratch), limit)
        report = Report(package.problems)
        if package.manifest is None:
            report.problems.append("manifest.json is missing")
            return report
        report.manifest, faults = read_manifest(package.manifest)
        report.problems += faults
        dataset, split = report.manifest.get("dataset"), report.manifest.get("split")
        if not isinstance(dataset, str) or not isinstance(split, str):
            return report
        try:
            expected = expected_videos(shown(dataset), shown(split))
        except UsageError as error:
            report.problems.append(one_line(error))
            return report
        if sources:
            expected = _with_sources(expected, dataset, split, sources)
        report.expected = len(expected)
        here = {name: file for name, file in package.videos.items() if name in expected}
        _name(report, "not of this split", [f"{n}{SUFFIX}" for n in sorted(set(package.videos) - set(expected))])
        _name(report, "missing", [f"{n}{SUFFIX}" for n in expected if n not in here])
        looks = dict(zip(here, look_at(list(here.values()), limit), strict=True))
        size = _common_size([look for name, look in looks.items() if not expected[name].measured])
        for name, look in looks.items():
            fault = _fault(look, expected[name], size)
            report.videos += not fault
            report.unmeasured += not expected[name].measured
            if fault:
                report.problems.append(f"{name}{SUFFIX}: {fault}")
        _duplicates(report, looks, expected)
    return report


def _with_sources(
    expected: dict[str, Expected], dataset: str, split: str, sources: Mapping[str, str]
) -> dict[str, Expected]:
    from benchmark.submission.sources import measured

    return measured(expected, dataset, split, sources)


def _common_size(looks: list[Look]) -> tuple[int, int]:
    """Width and height of most of the videos whose size is not known beforehand; the first of equally many."""
    sizes = Counter((look.width, look.height) for look in looks if not look.problem)
    return sizes.most_common(1)[0][0] if sizes else (0, 0)


def _fault(look: Look, wanted: Expected, common: tuple[int, int]) -> str:
    if look.problem:
        return look.problem
    size = (look.width, look.height)
    if wanted.measured and size != (wanted.width, wanted.height):
        return f"wrong size: {size[0]}x{size[1]} px, must be {wanted.width}x{wanted.height}"
    if not wanted.measured and size != common:
        return f"wrong size: {size[0]}x{size[1]} px, most are {common[0]}x{common[1]}; all must be of one size"
    if abs(look.fps - wanted.fps) > FPS_TOLERANCE:
        return f"wrong frame rate: {look.fps:.3g} fps, must be {wanted.fps:.3g}"
    if look.frames < 2:
        return "a still: 1 frame"
    if wanted.frames is None:
        return ""
    about = f"{wanted.frames}" + (f", give or take {wanted.slack}" if wanted.slack else "")
    if look.frames < wanted.frames - wanted.slack:
        return f"too short: {look.frames} frames, must be {about}"
    if look.frames > wanted.frames + wanted.slack:
        return f"too long: {look.frames} frames, must be {about}"
    return ""


def _duplicates(report: Report, looks: dict[str, Look], expected: dict[str, Expected]) -> None:
    first: dict[str, str] = {}
    for name, look in looks.items():
        other = first.setdefault(look.picture, name) if look.picture else name
        task = expected[name].task
        if other != name and not (task and task == expected[other].task):
            report.problems.append(f"{name}{SUFFIX}: duplicated: the same pictures as {other}{SUFFIX}")


def _name(report: Report, what: str, names: list[str]) -> None:
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        report.problems.append(f"{what}: {', '.join(shown(n) for n in names[:SHOWN])}{more}")
