"""The overview as a PNG, for slides and papers' drafts: dark on white, drawn by Pillow with its own font."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from leaderboard.overview import Cell, Overview
from leaderboard.wording import digits

SCALE = 2
SIZE, SMALL = 15 * SCALE, 11 * SCALE
PAD, LINE = 12 * SCALE, 46 * SCALE
INK, FAINT, RULE, TINT = "#16202e", "#6a7686", "#c6ced8", "#f3f5f8"


def draw(table: Overview, caption: str) -> bytes:
    """The table as PNG bytes; best in dark with a bar, second underlined, intervals below the numbers."""
    font, small = ImageFont.load_default(SIZE), ImageFont.load_default(SMALL)

    def width(text: str, used: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> int:
        return int(used.getlength(text))

    heads = [
        (_short(head.title), f"{'higher' if head.higher_is_better else 'lower'} is better") for head in table.heads
    ]
    first = max([width(_plain(line.title), font) for line in table.lines] + [width("Method", font)]) + 2 * PAD
    columns = [
        max([width(a, small), width(b, small)] + [max(width(t, font), width(s, small)) for t, s in _texts(table, i)])
        + 2 * PAD
        for i, (a, b) in enumerate(heads)
    ]
    total = max(first + sum(columns), width(_plain(caption), small) + 2 * PAD)
    image = Image.new("RGB", (total, LINE * (len(table.lines) + 1) + 3 * PAD), "white")
    pen = ImageDraw.Draw(image)
    pen.text((PAD, PAD), "Method", INK, font)
    x = first
    for (name, direction), column in zip(heads, columns, strict=True):
        pen.text((x + column - PAD, PAD // 2), name, INK, small, anchor="ra")
        pen.text((x + column - PAD, PAD // 2 + SMALL + 6), direction, FAINT, small, anchor="ra")
        x += column
    for row, line in enumerate(table.lines):
        y = LINE * (row + 1)
        if line.role:
            pen.rectangle((0, y, total, y + LINE), fill=TINT)
        pen.line((0, y, total, y), fill=RULE, width=SCALE if row else 2 * SCALE)
        pen.text((PAD, y + 8), _plain(line.title), INK, font)
        pen.text((PAD, y + 12 + SIZE), line.role or _plain(line.method), FAINT, small)
        x = first
        for cell, column in zip(line.cells, columns, strict=True):
            right = x + column - PAD
            value, interval = _text(cell)
            pen.text((right, y + 8), value, INK, font, anchor="ra", stroke_width=1 if _place(cell) == 1 else 0)
            if _place(cell) == 2:
                pen.line((right - width(value, font), y + 10 + SIZE, right, y + 10 + SIZE), fill=INK, width=SCALE)
            pen.text((right, y + 14 + SIZE), interval, FAINT, small, anchor="ra")
            x += column
    pen.line((0, LINE * (len(table.lines) + 1), total, LINE * (len(table.lines) + 1)), fill=RULE, width=SCALE)
    pen.text((PAD, LINE * (len(table.lines) + 1) + PAD), _plain(caption), FAINT, small)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _texts(table: Overview, column: int) -> list[tuple[str, str]]:
    return [_text(line.cells[column]) for line in table.lines]


def _text(cell: Cell | None) -> tuple[str, str]:
    if cell is None or cell.value is None:
        return "-", "" if cell is None else cell.status.replace("_", " ")
    interval = (
        ""
        if cell.low is None or cell.high is None
        else (f"{digits(cell.low, cell.unit)} to {digits(cell.high, cell.unit)}")
    )
    return digits(cell.value, cell.unit), interval


def _place(cell: Cell | None) -> int | None:
    return cell.place if cell is not None else None


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:120]


def _short(text: str) -> str:
    return text if len(text) <= 28 else f"{text[:27]}..."
