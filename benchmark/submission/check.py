"""The whole check of a submission: every problem is one sentence; none means that it can be scored."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.errors import UsageError, one_line
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

    @property
    def good(self) -> bool:
        """Whether it can be scored."""
        return not self.problems


def check_submission(path: Path, limit: Limits) -> Report:
    """Check a folder or zip. Raises UsageError where there is nothing to check."""
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
        report.expected = len(expected)
        here = {name: file for name, file in package.videos.items() if name in expected}
        _name(report, "not of this split", [f"{n}{SUFFIX}" for n in sorted(set(package.videos) - set(expected))])
        _name(report, "missing", [f"{n}{SUFFIX}" for n in expected if n not in here])
        looks = dict(zip(here, look_at(list(here.values()), limit), strict=True))
        for name, look in looks.items():
            fault = _fault(look, expected[name])
            report.videos += not fault
            if fault:
                report.problems.append(f"{name}{SUFFIX}: {fault}")
        _duplicates(report, looks)
    return report


def _fault(look: Look, wanted: Expected) -> str:
    if look.problem:
        return look.problem
    if (look.width, look.height) != (wanted.width, wanted.height):
        return f"wrong size: {look.width}x{look.height} px, must be {wanted.width}x{wanted.height}"
    if abs(look.fps - wanted.fps) > FPS_TOLERANCE:
        return f"wrong frame rate: {look.fps:.3g} fps, must be {wanted.fps:.3g}"
    if look.frames < wanted.frames:
        return f"too short: {look.frames} frames, must be {wanted.frames}"
    if look.frames > wanted.frames:
        return f"too long: {look.frames} frames, must be {wanted.frames}"
    return ""


def _duplicates(report: Report, looks: dict[str, Look]) -> None:
    first: dict[str, str] = {}
    for name, look in looks.items():
        if look.picture and first.setdefault(look.picture, name) != name:
            report.problems.append(f"{name}{SUFFIX}: duplicated: the same pictures as {first[look.picture]}{SUFFIX}")


def _name(report: Report, what: str, names: list[str]) -> None:
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        report.problems.append(f"{what}: {', '.join(shown(n) for n in names[:SHOWN])}{more}")
