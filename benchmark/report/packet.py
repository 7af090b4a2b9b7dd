"""The review packet: one HTML file with everything a reviewer asks for, which opens without a network.

The page forbids itself any request (Content-Security-Policy) and runs one script, named by its hash, so nothing that a
method's name or a reason says can become one. Without scripts everything is still there, one below the other.
"""

from __future__ import annotations

import hashlib
import shlex
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from benchmark.analysis import format, words
from benchmark.analysis.table import heads
from benchmark.report import html_provenance, html_samples, html_tables, plots
from benchmark.report.data_formats import to_csv
from benchmark.report.failures import failures
from benchmark.report.papers import NOTE, paper_tables
from benchmark.report.provenance import RunFacts, provenance
from benchmark.report.samples import show
from benchmark.report.tables import Tables

FEW_SPEAKERS = 10
"""With fewer, intervals hold the truth less often than they say (docs/concepts/statistics.md)."""
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
    sections = [
        ("results", "Results", _results(tables, names)),
        ("plots", "Plots", _plots(tables, names)),
        ("groups", "By emotion, level, speaker", _groups(tables, names)),
        ("confusion", "Confusion of emotions", html_tables.confusions(tables, names) if tables.confusions else ""),
        ("samples", "Samples", html_samples.render(show(tables, samples, seed), tables, names) if samples else ""),
        ("papers", "Paper-reported", _papers(tables)),
        ("failures", "Failures", html_provenance.failed(found, names) + _left_out(tables)),
        ("reproduce", "Reproduce", html_provenance.reproduce(runs, shlex.join(command))),
        ("provenance", "Provenance", html_provenance.provenance(runs, names)),
        ("reading", "How to read this", _reading(tables)),
    ]
    sections = [section for section in sections if section[2]]
    script = (_HERE / "packet.js").read_text(encoding="utf-8")
    pin = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; media-src data: blob:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{pin}'; base-uri 'none'; form-action 'none'"
    )
    title = escape(f"{tables.evidence.dataset} · {tables.evidence.split} · review packet")
    links = "".join(f'<a href="#{key}">{escape(head)}</a>' for key, head, _ in sections)
    body = "".join(f'<section id="{key}"><h2>{escape(head)}</h2>{text}</section>' for key, head, text in sections)
    style = (_HERE / "packet.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="data:,"><style>{style}</style></head><body>'
        f"{_header(tables, runs, len(found))}"
        f'<nav aria-label="Sections">{links}<button type="button" id="theme" hidden>Dark</button></nav>'
        f"<main>{body}</main><footer>{escape(_made(runs))}</footer><script>{script}</script></body></html>\n"
    )


def _header(tables: Tables, runs: Sequence[RunFacts], failed: int) -> str:
    evidence = tables.evidence
    own = [entry for entry in tables.entries if not entry.role]
    tiles = [
        (
            str(len(own)),
            "method" if len(own) == 1 else "methods",
            "and floor, ceiling" if len(own) < len(tables.entries) else "",
        ),
        (f"{len(evidence.sample_ids):,}", "samples", "planned"),
        (str(words.speakers(tables.overall)), "speakers", "the clusters of every interval"),
        (str(len(tables.overall)), "metrics", ", ".join(words.protocols(tables.overall))),
    ]
    cards = "".join(
        f"<div><b>{escape(number)}</b> {escape(noun)}<small>{escape(note)}</small></div>"
        for number, noun, note in tiles
    )
    notices = "".join(f'<p class="notice">{escape(sentence)}</p>' for sentence in _notices(tables, runs, failed))
    return (
        f'<header class="top"><p class="eyebrow">Review packet</p><h1>{escape(evidence.dataset)} '
        f'<span>{escape(evidence.split)}</span></h1><p class="lead">{escape(_headline(tables))}</p>'
        f'<div class="cards">{cards}</div>{notices}</header>'
    )


def _headline(tables: Tables) -> str:
    """One sentence about the primary metric, or else the first that has a best method."""
    names = words.method_names(tables.entries)
    titled = list(zip(heads(tables.overall), tables.overall, strict=True))
    for title, column in sorted(titled, key=lambda pair: (not pair[1].primary, pair[1].facts.level != "sample")):
        best = [method for method, cell in column.cells.items() if cell.place == 1]
        if not best:
            continue
        cell = column.cells[best[0]]
        unit = " %" if column.facts.unit.startswith("%") else ""
        found = format.interval(cell.low, cell.high, column.decimals)
        number = f"{format.number(cell.value, column.decimals)}{unit} {found}".strip()
        others = [c for m, c in column.cells.items() if not c.unranked and m not in best]
        verb = "leads" if len(best) == 1 else "lead"
        said = f"{title}: {' and '.join(names[m] for m in best)} {verb} with {number}"
        if not others or any(c.p_holm is None for c in others):
            return f"{said}."
        tied = sum(not c.significant for c in others)
        if not tied:
            return f"{said}, and every other method differs significantly (p < {1.0 - tables.standings.level:g})."
        if tied == len(others):
            return f"{said}, without a significant difference from any other method."
        return f"{said}, without a significant difference from {tied} of {len(others)} other methods."
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


def _results(tables: Tables, names: Mapping[str, str]) -> str:
    if not tables.overall:
        return "<p>No run has a number.</p>" + _absent(tables)
    data = b64encode(to_csv(tables).encode()).decode()
    name = escape(f"{tables.evidence.dataset}_{tables.evidence.split}.csv")
    link = f'<p class="download"><a download="{name}" href="data:text/csv;base64,{data}">All numbers as CSV</a></p>'
    note = escape(words.caption(tables.table))
    leaders = html_tables.leaders(tables, names)
    second = f"<h3>Who leads, and how sure is it</h3>{leaders}" if leaders else ""
    table = html_tables.overall(tables, names)
    return f'{table}<p class="caption">{note}</p>{_absent(tables)}{link}{second}'


def _absent(tables: Tables) -> str:
    lines = "".join(f"<li><b>{escape(a.facts.title)}</b>: {escape(a.reason)}</li>" for a in tables.absent)
    return f"<p>Not measured:</p><ul>{lines}</ul>" if lines else ""


def _plots(tables: Tables, names: Mapping[str, str]) -> str:
    figures = ""
    for title, column in zip(heads(tables.overall), tables.overall, strict=True):
        unit = f" <small>{escape(column.facts.unit)}</small>" if column.facts.unit else ""
        caption = f'{escape(title)}{unit}&nbsp;<b class="arrow">{column.facts.arrow}</b>'
        figures += f"<figure><figcaption>{caption}</figcaption>{plots.forest(tables, column, names)}</figure>"
    return f'<div class="plots">{figures}</div>'


def _groups(tables: Tables, names: Mapping[str, str]) -> str:
    text, options = "", ""
    for title, overall in zip(heads(tables.overall), tables.overall, strict=True):
        key = overall.facts.measure.key
        parts = ""
        for grouping, label in words.GROUPING_TITLES.items():
            columns = next((c for c in tables.groups.get(grouping, ()) if c[0].facts.measure.key == key), ())
            if not columns:
                continue
            parts += (
                f"<h4>{label.capitalize()}</h4>{html_tables.grouped(tables, columns, names, grouping.capitalize())}"
            )
            if grouping == "intensity" and (line := plots.levels(tables, columns, names)):
                parts += f'<figure class="levels">{line}</figure>'
        if parts:
            unit = f" <small>{escape(overall.facts.unit)}</small>" if overall.facts.unit else ""
            head = f'<h3>{escape(title)}{unit}&nbsp;<b class="arrow">{overall.facts.arrow}</b></h3>'
            text += f'<div class="metric" data-metric="{escape(key)}">{head}{parts}</div>'
            options += f'<option value="{escape(key)}">{escape(title)}</option>'
    if not text:
        return ""
    note = (
        "The fuller the colour, the better within its table. Best and second are marked in each line; groups "
        "are small, and not tested."
    )
    return f'<p>{note}</p><label class="pick" hidden>Metric <select id="metric">{options}</select></label>{text}'


def _papers(tables: Tables) -> str:
    """What papers print for this dataset, apart from everything that was measured."""
    found = paper_tables(tables.evidence.dataset)
    if not found:
        return ""
    text = f'<p class="notice">{escape(NOTE)}</p>'
    for paper in found:
        heads = ["Method", "Cue", *(name.replace("_", " ") for name in paper.metrics)]
        rows = [[method, cue, *(number or format.NONE for number in numbers)] for method, cue, numbers in paper.rows]
        text += f"<h3>{escape(paper.title)}</h3>{html_tables.grid(heads, rows)}"
        text += f'<p class="caption">Protocol: {escape(paper.protocol)}. Source: {escape(paper.source)}.</p>'
    return text


def _left_out(tables: Tables) -> str:
    lines = "".join(f"<li>{escape(sentence)}</li>" for sentence in tables.evidence.left_out)
    return f"<p>Runs that were found and are not in this report:</p><ul>{lines}</ul>" if lines else ""


def _reading(tables: Tables) -> str:
    biases = "".join(
        f"<li><b>{escape(c.facts.title)}</b> [{escape(c.facts.measure.protocol)}]: {escape(c.facts.caveat)}</li>"
        for c in tables.overall
        if c.facts.caveat
    )
    known = f"<h3>Known biases</h3><ul>{biases}</ul>" if biases else ""
    return f"""<ul>
<li>A number is the mean over the samples that have one; how many of how many planned stands beside it where it is not
all.</li>
<li>Intervals take speakers, not clips, for the independent units: Student's t with the cluster-robust CR2 error for
means, speakers resampled with all their features for set metrics such as a Frechet distance.</li>
<li>A star marks a method that differs significantly from the best of its line: paired by sample, t test on differences
with speakers as clusters, adjusted by Holm over the split's {tables.table.tests} tests: all pairs of ranked methods by
the primary metric, which the split declared before there were results, whatever this page shows. A rank range (in the
hints of the table's numbers) holds all ranks that these tests leave open. Other metrics are exploratory: their p values
stand for themselves.</li>
<li>Numbers of different protocols, versions or judges' weights never share a line.</li>
<li>Floor is the unedited source, ceiling the real target video. They frame the table and are not ranked.</li>
</ul>{known}"""


def _made(runs: Sequence[RunFacts]) -> str:
    finished = sorted(run.facts["finished"] for run in runs if "finished" in run.facts)
    when = f"Runs of {finished[0][:10]} to {finished[-1][:10]}. " if finished else ""
    return f"{when}This page asks no other host for anything; everything in it is in this file."
