"""The board as one folder of HTML that any host serves.

`index.html` holds every split's table for every group of samples, floor and ceiling included, what papers print, and
runs that can't be read; `<dataset>_<split>.html` the samples whose clips are here, with the synchronised player. No
server, no other host, no framework; without scripts everything but the player is there.
"""

from __future__ import annotations

import json
import re
import shutil
from html import escape
from pathlib import Path

from benchmark.analysis import format
from benchmark.analysis.scores import read_scores
from benchmark.core.files import write_text
from leaderboard import overview_html, papers, tables, text
from leaderboard.choosing import choose, groupings
from leaderboard.clips import views_of
from leaderboard.data import Board, open_split
from leaderboard.places import SEEDED
from leaderboard.sample_view import samples_of, seen_by_judges

ASSETS = Path(__file__).parent / "assets"
MOST_SAMPLES = 60
"""Samples of a split whose clips are copied, the first in order; --samples changes it."""

STYLE = """
:root { color-scheme: light dark; --st-text-color: light-dark(#1b2430, #e8ecf1);
  --st-background-color: light-dark(#ffffff, #14181f); --st-secondary-background-color: light-dark(#f5f7f9, #1d232c);
  --st-border-color: light-dark(#d8dee6, #36404d); --st-primary-color: #2f80ed; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--st-text-color); background: var(--st-background-color);
  max-width: 1240px; margin: 0 auto; padding: 1.2rem; }
h1 { font-size: 2rem; margin: .6rem 0; } h2 { margin-top: 2.4rem; } a { color: #2f80ed; }
nav a { margin-right: 1rem; } summary { cursor: pointer; font-weight: 600; padding: .5rem 0; }
details { border-top: 1px solid var(--st-border-color); } .note { font-size: .85rem; opacity: .75; }
section.sample { margin: 1.6rem 0; }
"""


def export(board: Board, out: Path, most: int = MOST_SAMPLES) -> list[Path]:
    """Write the pages. Files that are already in `out` stay, those of the same name are replaced.

    Returns:
        The pages written.
    """
    rows = board.rows
    splits = sorted(set(zip(rows["dataset"], rows["split"], strict=True)))
    written = []
    for dataset, split in splits:
        written.append(_samples_page(board, dataset, split, out, most))
    body = f"<h1>{escape(text.TITLE)}</h1><p>{escape(text.CLAIM)}</p>"
    if board.folder.resolve() == SEEDED.resolve():
        body += f"<p class='note'>{escape(text.SEEDED)}</p>"
    body += "<nav>" + "".join(f'<a href="#{_slug(d, s)}">{escape(d)}: {escape(s)}</a>' for d, s in splits) + "</nav>"
    for dataset, split in splits:
        body += _split(board, dataset, split)
    body += _papers() + _broken(board)
    write_text(out / "index.html", page(text.TITLE, body))
    return [out / "index.html", *written]


def page(title: str, body: str, script: str = "") -> str:
    """A whole page; nothing is requested from another host."""
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; media-src 'self'; img-src data:"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}{script}</body></html>\n"
    )


def _split(board: Board, dataset: str, split: str) -> str:
    slug = _slug(dataset, split)
    body = f'<h2 id="{slug}">{escape(dataset)}: {escape(split)}</h2>'
    body += f'<p><a href="{slug}.html">{escape(text.SAMPLES)}</a></p>'
    opened = open_split(board, dataset, split)
    if opened is None:
        return body
    rows = choose(board.rows, dataset, split)
    verified = set(rows.loc[rows["verified"], "method"])
    facts = dict(zip(rows["method"], rows["facts"], strict=True))
    for group in groupings(board.rows[(board.rows["dataset"] == dataset) & (board.rows["split"] == split)]):
        inner = overview_html.render(opened.table(group), facts, verified)
        if group[0] == "all":
            body += inner
        else:
            body += f"<details><summary>{escape(format.group(*group))}</summary>{inner}</details>"
    return body + f"<p class='note'>{text.LEGEND} {text.RANKS}</p>"


def _samples_page(board: Board, dataset: str, split: str, out: Path, most: int) -> Path:
    rows = choose(board.rows, dataset, split)
    runs = board.runs_of(rows)
    titles = dict(zip(rows["method"], rows["title"], strict=True))
    metrics = dict(zip(rows["metric"], rows["metric_title"], strict=True))
    judged = seen_by_judges([(run.method, run.folder) for run in runs]).drop_duplicates(["sample_id", "method"])
    seen = {(r["sample_id"], r["method"]): r for r in judged.to_dict("records")}
    body = f'<p><a href="index.html">{escape(text.BOARD)}</a></p><h1>{escape(f"{dataset}: {split}")}</h1>'
    data: dict[str, object] = {}
    for sample in samples_of(read_scores([run.folder for run in runs])).to_dict("records"):
        views = views_of(board, rows, str(sample["sample_id"]))
        if len(data) >= most or not any(view.video and view.method for view in views):
            continue
        shown = []
        for view in views:
            judge = seen.get((sample["sample_id"], view.method))
            words = {"source": text.SOURCE, "target": text.TARGET}.get(view.label, titles.get(view.label, view.label))
            shown.append(
                {
                    "title": words,
                    "video": _copy(view.video, board.folder.parent, out),
                    "reason": view.reason,
                    "seen": text.SEEN.format(seen=judge["seen"], share=judge["probability"]) if judge else "",
                }
            )
        name = str(sample["sample_id"])
        data[name] = shown
        level = text.LEVEL.format(level=sample["intensity"]) if sample["intensity"] else ""
        facts = f"{sample['speaker']}, {sample['emotion']}{level}"
        table = overview_html.render_scores(views, titles, metrics)
        body += (
            f'<section class="sample" data-sample="{escape(name)}"><h2>{escape(name)}</h2><p>{escape(facts)}</p>'
            f'<div class="player"></div><details><summary>{escape(text.SCORES)}</summary>{table}</details></section>'
        )
    if not data:
        body += f"<p>{escape(text.NO_SAMPLES)}</p>"
    safe = json.dumps(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    code = (ASSETS / "player.js").read_text(encoding="utf-8").replace("export default function", "function show")
    css = (ASSETS / "player.css").read_text(encoding="utf-8")
    script = (
        f"<style>{css}</style><script>{code}\nconst data = {safe};\n"
        "document.querySelectorAll('section.sample').forEach((s) => show({ data: { views: data[s.dataset.sample] }, "
        "parentElement: s }));</script>"
    )
    path = out / f"{_slug(dataset, split)}.html"
    write_text(path, page(f"{dataset}: {split}", body, script))
    return path


def _copy(video: Path | None, root: Path, out: Path) -> str | None:
    if video is None:
        return None
    try:
        inside = video.resolve().relative_to(root.resolve())
    except ValueError:
        return None
    target = out / "clips" / re.sub(r"[^A-Za-z0-9_.\-]", "_", "_".join(inside.parts[1:]))
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.stat().st_size != video.stat().st_size:
        shutil.copyfile(video, target)
    return f"clips/{target.name}"


def _papers() -> str:
    found = papers.tables_of("")
    if not found:
        return ""
    inner = "".join(
        f"<h3>{escape(title)}</h3><p class='note'>{escape(how)}</p><div class='board-scroll'>"
        f"{frame.to_html(index=False, border=0, classes='board', escape=True)}</div>"
        for title, how, frame in found
    )
    note = f"<p class='note'>{escape(text.PAPERS_NOTE)}</p>"
    return f"<details><summary>{escape(text.PAPERS)}</summary>{note}{inner}</details>"


def _broken(board: Board) -> str:
    if not board.broken:
        return ""
    frame = tables.broken_table(board).to_html(index=False, border=0, classes="board", escape=True)
    return f"<h2>{escape(text.BROKEN_HEAD)}</h2><div class='board-scroll'>{frame}</div>"


def _slug(dataset: str, split: str) -> str:
    return re.sub(r"[^A-Za-z0-9_\-]", "_", f"{dataset}_{split}")
