"""Contact sheet: source, target and every method's output side by side, one PNG to look at.

Each row is a sample, each group of columns a clip at the same moments; a clip that is not there leaves a grey field
with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from benchmark.core.types import Sample
from benchmark.harness.run_result import RunResult
from benchmark.media.errors import MediaError
from benchmark.media.video import read_clip

SIDE = 128
"""Longer side of a picture on the sheet, pixels."""
MOMENTS = (0.1, 0.5, 0.9)
"""Which frames: shares of the clip's length."""
ROWS = 12
"""Samples on a sheet, spread evenly over the run."""
MARGIN, HEAD, LABEL = 6, 22, 150
PAPER, INK, EMPTY = (250, 250, 250), (30, 30, 30), (225, 225, 225)


class Cell(NamedTuple):
    """A clip on the sheet: its file, or why there is none."""

    path: Path | None
    reason: str


def write_sheet(path: Path, runs: Sequence[RunResult], rows: int = ROWS) -> None:
    """Draw the samples of one or more runs on the same split.

    Args:
        path: PNG to write; its folder is made if need be.
        runs: finished runs; their first one chooses the samples.
        rows: at most so many samples.
    """
    samples = runs[0].samples
    chosen = [samples[i] for i in np.unique(np.linspace(0, len(samples) - 1, min(rows, len(samples))).astype(int))]
    titles = ["source", "target", *(run.plan.method for run in runs)]
    group = len(MOMENTS) * SIDE + MARGIN
    sheet = Image.new("RGB", (LABEL + group * len(titles), HEAD + (SIDE + MARGIN) * len(chosen)), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(13)
    for column, title in enumerate(titles):
        draw.text((LABEL + column * group, 4), title, INK, font)
    for row, sample in enumerate(chosen):
        top = HEAD + row * (SIDE + MARGIN)
        draw.multiline_text((MARGIN, top + 4), _label(sample), INK, font)
        for column, cell in enumerate(_cells(sample, runs)):
            _draw_clip(sheet, draw, (LABEL + column * group, top), cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, format="PNG")


def _label(sample: Sample) -> str:
    level = f" {sample.intensity}" if sample.intensity else ""
    return f"{sample.speaker}\n{sample.source_emotion} to\n{sample.emotion}{level}\n{sample.id[:20]}"


def _cells(sample: Sample, runs: Sequence[RunResult]) -> list[Cell]:
    cells = [Cell(sample.source, ""), Cell(sample.target, "no target")]
    for run in runs:
        output = run.outputs.get(sample.id)
        if output is None:
            cells.append(Cell(None, "not in this run"))
        elif not output.ok:
            cells.append(Cell(None, output.status))
        else:
            cells.append(Cell(run.context.video_path(sample.id), ""))
    return cells


def _draw_clip(sheet: Image.Image, draw: ImageDraw.ImageDraw, corner: tuple[int, int], cell: Cell) -> None:
    left, top = corner
    pictures: list[NDArray[np.uint8]] = []
    reason = cell.reason
    if cell.path is not None:
        try:
            frames = read_clip(cell.path).frames
            pictures = [frames[round(moment * (len(frames) - 1))] for moment in MOMENTS]
        except MediaError as error:
            reason = error.status
    for index in range(len(MOMENTS)):
        place = (left + index * SIDE, top)
        if pictures:
            sheet.paste(ImageOps.contain(Image.fromarray(pictures[index]), (SIDE, SIDE)), place)
        else:
            draw.rectangle((*place, place[0] + SIDE - 1, place[1] + SIDE - 1), fill=EMPTY)
    if not pictures:
        draw.text((left + 8, top + SIDE // 2), reason, INK)
