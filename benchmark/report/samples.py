"""Samples of the packet: drawn by a seed from all that were planned, whatever became of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmark.analysis import format, words
from benchmark.analysis.evidence import Entry
from benchmark.analysis.failures import failed
from benchmark.core.status import Status
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.media.errors import MediaError
from benchmark.report.clips import Viewing, view
from benchmark.report.tables import Tables

BUDGET = 20_000_000
"""Bytes of video, strips and posters in a packet; in base64 27 MB. Samples beyond it are named, not shown."""
SCORES = 3
"""Per-sample metrics that stand under a clip."""


@dataclass(frozen=True)
class MethodOutput:
    """What is known of one method's output."""

    method: str
    judges: tuple[tuple[str, bool | None], ...]
    """Verdicts of the judges of emotion: sentence, and whether it is the expected emotion; None: no such class."""
    scores: tuple[tuple[str, str], ...]
    """Title, number."""
    reason: str
    """Why numbers or the clip are missing; ""."""


@dataclass(frozen=True)
class Tile:
    """One clip of a sample and all that have it: methods that returned the very same file share a tile."""

    labels: tuple[str, ...]
    """`source`, `target`, names of methods."""
    viewing: Viewing | None
    outputs: tuple[MethodOutput, ...]
    reason: str = ""


@dataclass(frozen=True)
class SampleView:
    """A sample of the packet."""

    id: str
    facts: Mapping[str, str]
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class SampleDraw:
    """The samples of the packet and how they were chosen."""

    views: tuple[SampleView, ...]
    requested: int
    planned: int
    seed: int
    dropped: tuple[str, ...] = field(default=())
    """Drawn, and left out because the packet would have become too large."""


def draw(ids: Sequence[str], count: int, seed: int) -> list[str]:
    """`count` of the ids, each set as likely as any other; the same seed and ids give the same ones, same order."""
    ordered = sorted(ids)
    chosen = np.random.default_rng(seed).permutation(len(ordered))[:count]
    return [ordered[index] for index in chosen]


def show(tables: Tables, count: int, seed: int, budget: int = BUDGET) -> SampleDraw:
    """Draw samples and read their clips. A clip that can't be read is a tile with the reason."""
    ids = tables.evidence.sample_ids
    chosen = draw(ids, count, seed)
    views: list[SampleView] = []
    used = 0
    for index, sample in enumerate(chosen):
        found = _sample(tables, sample)
        used += sum(_size(tile.viewing) for tile in found.tiles)
        if used > budget:
            return SampleDraw(tuple(views), len(chosen), len(ids), seed, tuple(chosen[index:]))
        views.append(found)
    return SampleDraw(tuple(views), len(chosen), len(ids), seed)


def _size(viewing: Viewing | None) -> int:
    return 0 if viewing is None else len(viewing.mp4) + len(viewing.strip) + len(viewing.poster)


def _sample(tables: Tables, sample: str) -> SampleView:
    entries = tables.entries
    first = entries[0]
    card = first.samples[sample]
    names = words.method_names(tables.entries)
    tiles: list[Tile] = []
    for role in ("source", "target"):
        viewing, reason = _read(first, card.get(role), "there is none")
        tiles = _with_tile(tiles, Tile((role,), viewing, (), reason))
    for entry in entries:
        output_facts = _output(tables, entry, sample)
        output = entry.samples.get(sample, {}).get("output")
        viewing, reason = _read(entry, output, output_facts.reason or "no output")
        tiles = _with_tile(tiles, Tile((names[entry.method],), viewing, (output_facts,), reason))
    rows = tables.evidence.scores
    rows = rows[rows["sample_id"] == sample]
    facts = {}
    if len(rows):
        row = rows.iloc[0]
        level = f", level {row['intensity']}" if int(row["intensity"]) else ""
        facts = {
            "speaker": str(row["speaker"]),
            "edit": f"{row['source_emotion']} → {row['emotion']}{level}",
        }
    if card.get("sentence"):
        facts["sentence"] = str(card["sentence"])
    return SampleView(sample, facts, tuple(tiles))


def _with_tile(tiles: list[Tile], new: Tile) -> list[Tile]:
    """The tiles with one more; the very same file as another's joins it."""
    for index, old in enumerate(tiles):
        if old.viewing is not None and new.viewing is not None and old.viewing.sha256 == new.viewing.sha256:
            joined = Tile((*old.labels, *new.labels), old.viewing, (*old.outputs, *new.outputs))
            return [*tiles[:index], joined, *tiles[index + 1 :]]
    return [*tiles, new]


def _read(entry: Entry, written: object, otherwise: str) -> tuple[Viewing | None, str]:
    if not isinstance(written, str) or not written:
        return None, otherwise
    try:
        return view(entry.root / Path(written)), ""
    except (MediaError, OSError) as error:
        return None, f"the clip can't be shown: {error}"


def _output(tables: Tables, entry: Entry, sample: str) -> MethodOutput:
    judged = tables.evidence.judgements
    judged = judged[(judged["method"] == entry.method) & (judged["sample_id"] == sample)]
    verdicts: list[tuple[str, bool | None]] = []
    for row in judged.to_dict("records"):
        if row["status"] == Status.OK:
            sure = f" {100 * float(row['probability']):.0f}\u00a0%" if row["probability"] == row["probability"] else ""
            right = row["seen"] == row["emotion"] if row["emotion"] in BASIC_EMOTIONS else None
            verdicts.append((f"{row['judge']}: {row['seen']}{sure}", right))
    scores = tables.evidence.scores
    scores = scores[(scores["method"] == entry.method) & (scores["sample_id"] == sample)]
    values = dict(zip(scores["measure"], scores["value"].where(scores["status"] == Status.OK), strict=True))
    numbers: list[tuple[str, str]] = []
    for column in tables.overall:
        value = float(values.get(column.facts.measure.key, math.nan))
        if math.isfinite(value) and len(numbers) < SCORES:
            numbers.append((column.facts.title, format.number(value, column.decimals)))
    missing = failed(scores)
    reason = str(missing["reason"].iloc[0] or missing["status"].iloc[0]) if len(missing) else ""
    return MethodOutput(entry.method, tuple(verdicts), tuple(numbers), reason)
