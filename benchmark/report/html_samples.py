"""Samples of the packet as HTML: a tile a clip, playable, with its strip, the judges' verdicts and scores."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape

from benchmark.analysis import format
from benchmark.report.clips import Viewing
from benchmark.report.plots import tone
from benchmark.report.samples import Drawn, Said, Shown, Tile
from benchmark.report.tables import Tables

_MARKS = {True: "✓", False: "✗", None: ""}


def render(drawn: Drawn, tables: Tables, names: Mapping[str, str]) -> str:
    """All samples, and how they were chosen."""
    chosen = (
        f"{len(drawn.shown)} of {format.plural(drawn.planned, 'planned sample')}, drawn at random by seed {drawn.seed} "
        "from all that were planned, whatever became of them. Strips show the same moments of every clip."
    )
    if drawn.dropped:
        chosen += (
            f" {format.plural(len(drawn.dropped), 'drawn sample')} left out to keep this file small: "
            + ", ".join(drawn.dropped)
            + "."
        )
    text = f"<p>{escape(chosen)}</p>"
    return text + "".join(_sample(shown, tables, names) for shown in drawn.shown)


def _sample(shown: Shown, tables: Tables, names: Mapping[str, str]) -> str:
    facts = " · ".join(escape(f"{label} {value}" if label != "edit" else value) for label, value in shown.facts.items())
    tiles = "".join(_tile(tile, tables, names) for tile in shown.tiles)
    return (
        f'<article class="sample"><header><div><h3>{escape(shown.id)}</h3><p>{facts}</p></div>'
        f'<button type="button" class="together" hidden>▶ Play all</button></header>'
        f'<div class="tiles">{tiles}</div></article>'
    )


def _tile(tile: Tile, tables: Tables, names: Mapping[str, str]) -> str:
    role = {entry.method: entry.role for entry in tables.entries}
    method = next((said.method for said in tile.said if not role[said.method]), "")
    kind = tone(tables, method) if method else "frame"
    label = " = ".join(dict.fromkeys(escape(name[:1].upper() + name[1:]) for name in tile.labels))
    label += "".join(f" <small>{role[said.method]}</small>" for said in tile.said if role[said.method])
    picture = _video(tile.viewing, tile.labels[0]) if tile.viewing else f'<div class="void">{escape(tile.reason)}</div>'
    said = "".join(_said(item, tile, names) for item in tile.said)
    note = f'<p class="faint">{escape(tile.viewing.note)}</p>' if tile.viewing and tile.viewing.note else ""
    return f'<div class="tile {kind}"><h4>{label}</h4><div>{picture}</div><div>{said}{note}</div></div>'


def _video(viewing: Viewing, label: str) -> str:
    name = escape(label, quote=True)
    return (
        f'<div class="screen"><video controls loop playsinline preload="none" width="{viewing.width}" '
        f'height="{viewing.height}" aria-label="{name}" poster="{_data("image/jpeg", viewing.poster)}" '
        f'src="{_data("video/mp4", viewing.mp4)}"></video>'
        f'<button type="button" class="play" aria-label="Play {name}" hidden>▶</button></div>'
        f'<img class="strip" alt="frames of {name}" src="{_data("image/jpeg", viewing.strip)}">'
    )


def _said(said: Said, tile: Tile, names: Mapping[str, str]) -> str:
    lines = [
        f'<li class="{"hit" if right else "miss"}">{escape(sentence)}<span class="mark">{_MARKS[right]}</span></li>'
        for sentence, right in said.judges
    ]
    lines += [f"<li>{escape(title)}<span>{escape(number)}</span></li>" for title, number in said.scores]
    if said.reason and said.reason != tile.reason:
        lines.append(f'<li class="part">{escape(said.reason)}</li>')
    who = f"<h5>{escape(names[said.method])}</h5>" if len(tile.said) > 1 else ""
    return f"{who}<ul>{''.join(lines)}</ul>" if lines else ""


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"
