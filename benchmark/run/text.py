"""What a run prints when it ends: one table or several side by side, problems, warnings, known biases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmark.core.status import Status

if TYPE_CHECKING:
    from benchmark.harness.run_result import RunResult


def results_text(finished: Sequence[RunResult]) -> str:
    """The table of the runs that came to their end, and what a reader must know beside it."""
    from benchmark.analysis.text_table import caveats, results_table

    first = finished[0]
    mock = " · MOCK, not results" if first.plan.mock else ""
    infos = [replace(metric.info) for metric in first.metrics]
    if len(finished) == 1:
        title = f"\n{first.plan.dataset} · {first.plan.split} · {len(first.samples)} samples{mock}"
        lines = [results_table(first.summary, infos, title), ""]
    else:
        protocols = ", ".join(dict.fromkeys(info.protocol for info in infos))
        title = f"\nvalue [{first.plan.level:.0%} interval over speakers] · protocol {protocols}{mock}"
        lines = [title, methods_side_by_side(finished), ""]
    if known := caveats(infos):
        lines += ["known biases:", *(f"  {line}" for line in known), ""]
    for done in finished:
        name = (
            done.plan.method if len({d.plan.split for d in finished}) == 1 else f"{done.plan.method}, {done.plan.split}"
        )
        lines += [f"{name}: {problem}" for problem in _problems(done)]
        lines += [f"{name}: warning: {warning}" for warning in done.record["warnings"]]
        lines.append(f"{name}: {done.folder}")
    return "\n".join(lines)


def methods_side_by_side(finished: Sequence[RunResult], markdown: bool = False) -> str:
    """All runs as one table (`benchmark.analysis.table`), a section a split."""
    from benchmark.analysis.gather import evidence_of
    from benchmark.analysis.selection import Selection
    from benchmark.analysis.side_by_side import Section, section_title, side_by_side
    from benchmark.analysis.standings import standings_of
    from benchmark.analysis.table import build_table
    from benchmark.results.store import StoredRun

    sections = []
    for split in dict.fromkeys(done.plan.split for done in finished):
        own = [done for done in finished if done.plan.split == split]
        dataset = own[0].plan.dataset
        runs = tuple(StoredRun(done.folder, done.record) for done in own)
        evidence = evidence_of(Selection(dataset, split, runs), quick=True)
        title = section_title(dataset, split, own[0].samples)
        sections.append(Section(title, build_table(evidence, standings_of(evidence))))
    return side_by_side(sections, markdown)


def _problems(done: RunResult) -> list[str]:
    """One line a status and metric (alike ones together): how many samples, and why, for example."""
    failed = done.scores[done.scores["status"] != Status.OK]
    alike: dict[tuple[str, int, str], list[str]] = {}
    for (metric, status), rows in failed.groupby(["metric", "status"], sort=True):
        reasons = rows["reason"].unique()
        example = reasons[0] if len(reasons) == 1 else f"for example {reasons[0]}"
        alike.setdefault((str(status), len(rows), example), []).append(str(metric))
    lines = []
    for (status, count, example), metrics in alike.items():
        shown = ", ".join(metrics[:3]) + (f" and {len(metrics) - 3} more" if len(metrics) > 3 else "")
        why = example if example.startswith(status.replace("_", " ")) else f"{status}, {example}"
        lines.append(f"{count} of {len(done.samples)} samples without {shown}: {why}")
    return lines
