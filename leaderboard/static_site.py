"""The board as one folder of HTML that any host serves.

`index.html` holds every split's table for every group of samples, floor and ceiling included, what papers print, and
runs that can't be read; `<dataset>_<split>.html` the samples whose clips are here, with the synchronised player. No
server, no other host, no framework; without scripts everything but the player is there.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from benchmark.analysis import format
from benchmark.analysis.html import render
from benchmark.analysis.scores import read_scores
from benchmark.core.files import write_text
from leaderboard import overview_html, papers, tables, text
from leaderboard.clips import View, views_of
from leaderboard.data import Board, open_split
from leaderboard.places import SEEDED
from leaderboard.rows import choose, groupings
from leaderboard.sample_view import samples_of, seen_by_judges

ASSETS = Path(__file__).parent / "assets"
MOST_SAMPLES = 60
"""Samples of a split whose clips are copied, the first in order; --samples changes it."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; media-src 'self'; img-src data:"


def export(board: Board, out: Path, most: int = MOST_SAMPLES) -> list[Path]:
    """Write the pages. Files that are already in `out` stay, those of the same name are replaced.

    Returns:
        The pages written.
    """
    splits = sorted(set(zip(board.rows["dataset"], board.rows["split"], strict=True)))
    written = [_samples_page(board, dataset, split, out, most) for dataset, split in splits]
    page = _page(
        "index.html",
        text.TITLE,
        seeded=board.folder.resolve() == SEEDED.resolve(),
        splits=[_split(board, dataset, split) for dataset, split in splits],
        papers=Markup(papers.as_html("")),
        broken=tables.broken_table(board).to_dict("records"),
    )
    write_text(out / "index.html", page)
    return [out / "index.html", *written]


def _page(template: str, title: str, css: str = "", **values: Any) -> str:
    style = (ASSETS / "site.css").read_text(encoding="utf-8") + css
    return render("leaderboard", template, title=title, policy=POLICY, style=style, text=text, **values)


def _split(board: Board, dataset: str, split: str) -> dict[str, Any]:
    """A split's tables, a group of samples each; the first is of all."""
    rows = choose(board.rows, dataset, split)
    verified = set(rows.loc[rows["verified"], "method"])
    facts = dict(zip(rows["method"], rows["facts"], strict=True))
    opened = open_split(board, dataset, split)
    groups = groupings(board.rows[(board.rows["dataset"] == dataset) & (board.rows["split"] == split)])
    found = [
        (format.group(*group), Markup(overview_html.render(opened.table(group), facts, verified)))
        for group in (groups if opened is not None else ())
        if opened is not None
    ]
    return {"slug": _slug(dataset, split), "dataset": dataset, "name": split, "tables": found}


def _samples_page(board: Board, dataset: str, split: str, out: Path, most: int) -> Path:
    rows = choose(board.rows, dataset, split)
    runs = board.runs_of(rows)
    titles = dict(zip(rows["method"], rows["title"], strict=True))
    metrics = dict(zip(rows["metric"], rows["metric_title"], strict=True))
    judged = seen_by_judges([(run.method, run.folder) for run in runs]).drop_duplicates(["sample_id", "method"])
    shown: list[dict[str, Any]] = []
    clips: dict[str, list[dict[str, Any]]] = {}
    for sample in samples_of(read_scores([run.folder for run in runs])).to_dict("records"):
        name = str(sample["sample_id"])
        views = views_of(board, rows, name)
        if len(shown) >= most or not any(view.video and view.method for view in views):
            continue
        own = judged[judged["sample_id"] == name].set_index("method")
        clips[name] = [_clip(view, titles, own, board.folder.parent, out) for view in views]
        level = text.LEVEL.format(level=sample["intensity"]) if sample["intensity"] else ""
        facts = f"{sample['speaker']}, {sample['emotion']}{level}"
        scores = Markup(overview_html.render_scores(views, titles, metrics))
        shown.append({"name": name, "facts": facts, "scores": scores})
    player = (ASSETS / "player.js").read_text(encoding="utf-8").replace("export default function", "function show")
    css = (ASSETS / "player.css").read_text(encoding="utf-8")
    path = out / f"{_slug(dataset, split)}.html"
    title = f"{dataset}: {split}"
    write_text(path, _page("samples.html", title, css, samples=shown, player=player, views=clips))
    return path


def _clip(view: View, titles: dict[str, str], judged: pd.DataFrame, root: Path, out: Path) -> dict[str, Any]:
    """What the player shows of a clip."""
    title = {"source": text.SOURCE, "target": text.TARGET}.get(view.label, titles.get(view.label, view.label))
    seen = ""
    if view.method in judged.index:
        row = judged.loc[view.method]
        seen = text.SEEN.format(seen=row["seen"], share=row["probability"])
    return {"title": title, "video": _copy(view.video, root, out), "reason": view.reason, "seen": seen}


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


def _slug(dataset: str, split: str) -> str:
    return re.sub(r"[^A-Za-z0-9_\-]", "_", f"{dataset}_{split}")
