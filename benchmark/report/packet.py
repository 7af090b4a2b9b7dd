"""The review packet: one HTML file with everything a reviewer needs, which opens without a network.

The page forbids itself any request (Content-Security-Policy) and runs one script, named by its hash, so nothing that a
method's name or a reason says can become one. Without scripts everything is still there, one below the other. What is
written where stands in `templates/packet/`, a file a section.
"""

from __future__ import annotations

import hashlib
import shlex
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from benchmark.analysis import format, words
from benchmark.analysis.html import render
from benchmark.analysis.papers import NOTE, paper_tables
from benchmark.analysis.table import Cell, Column, heads
from benchmark.core.types import EMOTIONS
from benchmark.report import plots
from benchmark.report.data_formats import to_csv
from benchmark.report.failures import failures
from benchmark.report.provenance import RunFacts, check_commands, provenance, run_commands, shared_facts
from benchmark.report.samples import show
from benchmark.report.tables import Confusion, Tables

FEW_SPEAKERS = 10
"""With fewer, intervals hold the truth less often than they say (docs/concepts/statistics.md)."""
HASHES = frozenset({"split sha256", "generation key", "scoring key", "commit", "run"})
"""Facts of a run that are set as code."""
_HERE = Path(__file__).parent


def packet(tables: Tables, *, samples: int, seed: int, command: Sequence[str]) -> str:
    """The page.

    Args:
        tables: the report.
        samples: how many samples to show with clips; 0: none.
        seed: of their draw.
        command: the words that made this page, for its reader.

    Returns:
        HTML, UTF-8. The same runs and arguments give the same text.
    """
    names = words.method_names(tables.entries)
    runs = provenance(tables.evidence)
    found = failures(tables.evidence)
    papers = [
        {
            "title": paper.title, "protocol": paper.protocol, "source": paper.source,
            "heads": ["Method", "Cue", *(name.replace("_", " ") for name in paper.metrics)],
            "cells": [[method, cue, *(text or format.NONE for text in numbers)] for method, cue, numbers in paper.rows],
        }
        for paper in paper_tables(tables.evidence.dataset)
    ]  # fmt: skip
    groups, confusions = _groups(tables), _confusions(tables.confusions)
    sections = {
        "results": "Results",
        "plots": "Plots" if tables.overall else "",
        "groups": "By emotion, level, speaker" if groups else "",
        "confusion": "Confusion of emotions" if confusions else "",
        "samples": "Samples" if samples else "",
        "papers": "Paper-reported" if papers else "",
        "failures": "Failures",
        "reproduce": "Reproduce",
        "provenance": "Provenance",
        "reading": "How to read this",
    }
    script = (_HERE / "packet.js").read_text(encoding="utf-8")
    pin = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    shared = shared_facts(runs)
    return render(
        "benchmark.report",
        "packet.html",
        title=f"{tables.evidence.dataset} · {tables.evidence.split} · review packet",
        policy=f"default-src 'none'; img-src data:; media-src data: blob:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{pin}'; base-uri 'none'; form-action 'none'",
        style=(_HERE / "packet.css").read_text(encoding="utf-8"),
        script=script,
        sections={key: head for key, head in sections.items() if head},
        evidence=tables.evidence,
        table=tables.table,
        entries=tables.entries,
        columns=tables.overall,
        titled_columns=_titled(tables),
        names=names,
        references={entry.method: entry.role for entry in tables.entries if entry.role},
        alpha=1.0 - tables.standings.level,
        headline=_headline(tables, names),
        cards=_cards(tables),
        notices=_notices(tables, runs, len(found)),
        csv=b64encode(to_csv(tables).encode()).decode(),
        leaders=_leaders(tables),
        groups=groups,
        confusions=confusions,
        draw=show(tables, samples, seed) if samples else None,
        papers=papers,
        papers_note=NOTE,
        failures=found,
        run_commands=run_commands(runs),
        check_commands=check_commands(runs),
        page_command=shlex.join(command),
        hashes=HASHES,
        shared_facts=shared,
        run_facts=[(run, {k: v for k, v in run.facts.items() if k not in shared}) for run in runs],
        origin=_origin(runs),
        tone=lambda method: plots.tone(tables, method),
        forest=lambda column: Markup(plots.forest(tables, column, names)),
        levels=lambda columns: Markup(plots.levels(tables, columns, names)),
        hover=_hover,
        shade=_shade,
    )


def _titled(tables: Tables) -> list[tuple[str, Column]]:
    return list(zip(heads(tables.overall), tables.overall, strict=True))


def _cards(tables: Tables) -> list[tuple[str, str, str]]:
    """Number, noun and note of the tiles in the header."""
    own = [entry for entry in tables.entries if not entry.role]
    methods = "method" if len(own) == 1 else "methods"
    return [
        (str(len(own)), methods, "and floor, ceiling" if len(own) < len(tables.entries) else ""),
        (f"{len(tables.evidence.sample_ids):,}", "samples", "planned"),
        (str(words.speakers(tables.overall)), "speakers", "the clusters of every interval"),
        (str(len(tables.overall)), "metrics", ", ".join(words.protocols(tables.overall))),
    ]


def _headline(tables: Tables, names: Mapping[str, str]) -> str:
    """One sentence about the primary metric, or else the first that has a best method."""
    for title, column in sorted(_titled(tables), key=lambda p: (not p[1].primary, p[1].facts.level != "sample")):
        best = [method for method, cell in column.cells.items() if cell.place == 1]
        if not best:
            continue
        cell = column.cells[best[0]]
        unit = " %" if column.facts.unit.startswith("%") else ""
        found = format.interval(cell.low, cell.high, column.decimals)
        number = f"{format.number(cell.value, column.decimals)}{unit} {found}".strip()
        others = [c for m, c in column.cells.items() if c.ranked and m not in best]
        verb = "leads" if len(best) == 1 else "lead"
        lead = f"{title}: {' and '.join(names[m] for m in best)} {verb} with {number}"
        if not others or any(c.p_holm is None for c in others):
            return f"{lead}."
        tied = sum(not c.significant for c in others)
        if not tied:
            return f"{lead}, and every other method differs significantly (p < {1.0 - tables.standings.level:.2g})."
        if tied == len(others):
            return f"{lead}, without a significant difference from any other method."
        return f"{lead}, without a significant difference from {tied} of {len(others)} other methods."
    return "No two methods could be ranked on any metric."


def _notices(tables: Tables, runs: Sequence[RunFacts], failed: int) -> list[str]:
    """What a reader must know before the first number."""
    found = []
    mocks = [entry.title for entry in tables.entries if entry.mock]
    if mocks:
        found.append(f"Mock runs, whose numbers mean nothing: {', '.join(mocks)}.")
    if any("uncommitted" in run.facts["commit"] for run in runs):
        found.append("Some runs were made with uncommitted changes in the code; see Provenance.")
    if len({run.facts["commit"].split(",")[0] for run in runs}) > 1:
        found.append("The runs were made at different commits; see Provenance.")
    clusters = words.speakers(tables.overall)
    if clusters < FEW_SPEAKERS:
        found.append(
            "One speaker: there are no intervals, and no test can find a difference."
            if clusters < 2
            else f"Intervals rest on {clusters} speakers. With so few they are wide, and near a ceiling or for skewed "
            "numbers they hold the truth less often than they say."
        )
    if failed:
        found.append("Some numbers are missing; rows without full coverage are shown and not ranked. See Failures.")
    return found


def _leaders(tables: Tables) -> list[tuple[str, Column, list[str], list[str] | None, list[str]]]:
    """Title, column, the best, those that do not differ significantly (None: exploratory), and those that are worse."""
    rows: list[tuple[str, Column, list[str], list[str] | None, list[str]]] = []
    for title, column in _titled(tables):
        ranked = {method: cell for method, cell in column.cells.items() if cell.ranked}
        best = [method for method, cell in ranked.items() if cell.place == 1]
        if not best:
            continue
        worse = [method for method, cell in ranked.items() if cell.significant]
        others = [method for method in ranked if method not in (*best, *worse)]
        tested = not others or any(ranked[method].p_holm is not None for method in (*others, *worse))
        rows.append((title, column, best, others if tested else None, worse))
    return rows


def _groups(tables: Tables) -> list[tuple[str, Column, list[tuple[str, str, tuple[Column, ...], float, float]]]]:
    """Title, measure, and of each grouping its name, its title, its columns, and the range of their values."""
    found = []
    for title, overall in _titled(tables):
        parts = []
        for grouping, label in words.GROUPING_TITLES.items():
            of_measure = (columns for columns in tables.groups.get(grouping, ()) if columns[0].facts == overall.facts)
            if columns := next(of_measure, None):
                values = [c.value for column in columns for c in column.cells.values() if c.value is not None]
                parts.append((grouping, label, columns, min(values), max(values)))
        if parts:
            found.append((title, overall, parts))
    return found


def _confusions(found: Sequence[Confusion]) -> dict[str, list[dict[str, Any]]]:
    """Judge -> the matrices of the methods: rows of (emotion, clips, share of the row), columns the same for all."""
    by_judge: dict[str, list[dict[str, Any]]] = {}
    for judge in dict.fromkeys(one.judge for one in found):
        own = [one for one in found if one.judge == judge]
        seen = [name for name in EMOTIONS if any(name in one.counts.columns for one in own)]
        by_judge[judge] = [
            {
                "entry": one.entry, "protocol": one.protocol, "missing": one.missing, "seen": seen,
                "rows": _shares(one.counts.reindex(columns=seen, fill_value=0)),
            }
            for one in own
        ]  # fmt: skip
    return by_judge


def _shares(counts: pd.DataFrame) -> list[tuple[str, list[tuple[str, int, float]]]]:
    rows = []
    for expected, row in zip(counts.index, counts.to_numpy(), strict=True):
        total = max(1, int(row.sum()))
        cells = [(str(name), int(count), count / total) for name, count in zip(counts.columns, row, strict=True)]
        rows.append((str(expected), cells))
    return rows


def _hover(cell: Cell) -> str:
    parts = [f"scored {format.coverage(cell.n_scored, cell.n_planned)}", format.plural(cell.clusters, "speaker")]
    parts += [f"interval: {cell.ci_method}"] if cell.ci_method else ["no interval"]
    parts += [f"rank {cell.rank}"] if cell.rank else []
    parts += [f"p = {cell.p_best:.3g} against the best"] if cell.p_best is not None else []
    parts += [f"{cell.p_holm:.3g} by Holm"] if cell.p_holm is not None else []
    parts += [f"not ranked: {cell.unranked}"] if cell.unranked else []
    return ", ".join(parts)


def _shade(cell: Cell, column: Column, low: float, high: float) -> str:
    """How good a number is within its table, 0 to 1."""
    good = ((cell.value or 0.0) - low) / (high - low)
    return f"{good if column.facts.higher_is_better else 1 - good:.2f}"


def _origin(runs: Sequence[RunFacts]) -> str:
    finished = sorted(run.facts["finished"] for run in runs if "finished" in run.facts)
    when = f"Runs of {finished[0][:10]} to {finished[-1][:10]}. " if finished else ""
    return f"{when}This page requests nothing from any host; everything in it is in this file."
