"""The overview as a PNG, for slides and papers' drafts: dark on white, drawn by Pillow with its own font."""

from __future__ import annotations

import io
import textwrap

from PIL import Image, ImageDraw, ImageFont

from benchmark.analysis import format, words
from benchmark.analysis.evidence import Entry
from benchmark.analysis.table import Cell, Column, Table, heads

SCALE = 2
SIZE, SMALL = 15 * SCALE, 11 * SCALE
PAD, LINE = 12 * SCALE, 46 * SCALE
INK, FAINT, RULE, TINT = "#16202e", "#6a7686", "#c6ced8", "#f3f5f8"


def draw(table: Table, caption: str) -> bytes:
    """The table as PNG bytes; best in dark with a bar, second underlined, intervals below the numbers."""
    font, small = ImageFont.load_default(SIZE), ImageFont.load_default(SMALL)

    def width(text: str, used: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> int:
        return int(used.getlength(text))

    titles = [
        (_short(title), f"{'higher' if column.facts.higher_is_better else 'lower'} is better")
        for title, column in zip(heads(table.columns), table.columns, strict=True)
    ]
    first = max([width(_plain(entry.title), font) for entry in table.entries] + [width("Method", font)]) + 2 * PAD
    widths = [
        2 * PAD
        + max(
            [width(a, small), width(b, small)]
            + [max(width(t, font), width(s, small)) for t, s in (_text(entry, column) for entry in table.entries)]
        )
        for (a, b), column in zip(titles, table.columns, strict=True)
    ]
    lines = textwrap.wrap(_plain(caption, 2000), max(40, (first + sum(widths)) // (SMALL // 2)))
    total = max([first + sum(widths), *(width(line, small) + 2 * PAD for line in lines)])
    foot = LINE * (len(table.entries) + 1)
    image = Image.new("RGB", (total, foot + 2 * PAD + (SMALL + 8) * len(lines)), "white")
    pen = ImageDraw.Draw(image)
    pen.text((PAD, PAD), "Method", INK, font)
    x = first
    for (name, direction), column_width in zip(titles, widths, strict=True):
        pen.text((x + column_width - PAD, PAD // 2), name, INK, small, anchor="ra")
        pen.text((x + column_width - PAD, PAD // 2 + SMALL + 6), direction, FAINT, small, anchor="ra")
        x += column_width
    for row, entry in enumerate(table.entries):
        y = LINE * (row + 1)
        if entry.role:
            pen.rectangle((0, y, total, y + LINE), fill=TINT)
        pen.line((0, y, total, y), fill=RULE, width=SCALE if row else 2 * SCALE)
        pen.text((PAD, y + 8), _plain(entry.title), INK, font)
        pen.text((PAD, y + 12 + SIZE), entry.role or _plain(entry.method), FAINT, small)
        x = first
        for column, column_width in zip(table.columns, widths, strict=True):
            right, cell = x + column_width - PAD, column.cells.get(entry.method)
            value, below = _text(entry, column)
            place = cell.place if cell is not None else None
            pen.text((right, y + 8), value, INK, font, anchor="ra", stroke_width=1 if place == 1 else 0)
            if place == 2:
                pen.line((right - width(value, font), y + 10 + SIZE, right, y + 10 + SIZE), fill=INK, width=SCALE)
            pen.text((right, y + 14 + SIZE), below, FAINT, small, anchor="ra")
            x += column_width
    pen.line((0, foot, total, foot), fill=RULE, width=SCALE)
    for row, line in enumerate(lines):
        pen.text((PAD, foot + PAD + row * (SMALL + 8)), line, FAINT, small)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _text(entry: Entry, column: Column) -> tuple[str, str]:
    """What stands in a cell: the number, and below it the interval or why there is none."""
    cell: Cell | None = column.cells.get(entry.method)
    if cell is None or cell.value is None:
        return "-", "" if cell is None else format.status(cell.status)
    return format.number(cell.value, column.decimals), words.interval_and_rank(cell, column.decimals)


def _plain(text: str, most: int = 120) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:most]


def _short(text: str) -> str:
    return text if len(text) <= 28 else f"{text[:27]}..."
