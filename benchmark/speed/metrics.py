"""How fast the metrics are: `python -m benchmark.speed metrics`.

Four parts, the first three with both sides in one process: the exact Frechet distance beside pytorch-fid's matrix
root, at 2,048 dimensions and 80 frames a side; SyncNet's visual tower in one pass beside the published loop over
windows, with equal output; numbers of a whole set with their resamples beside copies of the set; and all metrics of
`cmet-author-v1` and `standard-v1` on made clips, with what decoding, networks and the rest take, and what that comes to
for the 1,143 clips of MEAD's test list.

Networks have seeded weights; YuNet and PFLD are the released files where they are here (`--weights`). On the CPU the
first two parts count CPU seconds, on an accelerator wall time; the third counts both, the fourth wall time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from benchmark.extractors.batched import CPU_ROWS
from benchmark.speed import frechet as speed_frechet
from benchmark.speed import list as speed_list
from benchmark.speed import sets as speed_sets
from benchmark.speed import sync as speed_sync

PARTS = ("frechet", "sync", "sets", "list")


def say(line: str) -> None:
    """Tell how far a long measurement has come."""
    print(line, file=sys.stderr, flush=True)


def measure_metrics(
    *,
    device: str,
    batch: int = 128,
    rounds: int = 1,
    threads: int | None = None,
    clips: int = 2,
    clip_frames: int = speed_frechet.FRAMES,
    weights: Path | None = None,
    parts: str = ",".join(PARTS),
    one_row: bool = False,
    progress: Callable[[Iterator[None], int], Iterator[None]] | None = None,
) -> dict[str, Any]:
    """Measure the parts that are asked for; the report carries its own text.

    Args:
        device: "cpu" or "cuda".
        batch: rows that a network sees at once on an accelerator; a CPU takes at most 16.
        rounds: of the sync part.
        threads: of torch on the CPU; None: torch's own choice.
        clips: made samples of the list part; 1,143 measure the whole list.
        clip_frames: frames of a made clip, 16 or more.
        weights: folder with YuNet's and PFLD's files.
        parts: some of frechet, sync, sets, list, separated by commas.
        one_row: in the list part networks see one row, whose answer stands for all rows of that shape: what is neither
            decoding nor a network can then be measured without an accelerator.
        progress: not used; the list part tells its stages on stderr.

    Raises:
        ValueError: an unknown part, no clip, or clips that are too short.
    """
    chosen = [part.strip() for part in parts.split(",") if part.strip()]
    wrong = sorted(set(chosen) - set(PARTS))
    if wrong or not chosen:
        raise ValueError(f"--parts must be some of {', '.join(PARTS)}, got '{parts}'")
    if clips < 1 or clip_frames < 16:
        raise ValueError(f"needs 1 clip of 16 frames or more, got {clips} of {clip_frames}")
    if threads is not None:
        torch.set_num_threads(threads)
    report: dict[str, Any] = {"device": named(device), "threads": torch.get_num_threads(), "torch": torch.__version__}
    if "frechet" in chosen:
        report["frechet"] = speed_frechet.measure_frechet()
    if "sync" in chosen:
        report["sync"] = speed_sync.measure_sync(device, clip_frames, rounds)
    if "sets" in chosen:
        report["sets"] = speed_sets.measure_sets(say=say)
    if "list" in chosen:
        at_once = batch if device.startswith("cuda") else min(batch, CPU_ROWS)
        found = speed_list.measure_list(device, clips, clip_frames, at_once, weights, say, one_row)
        report["list"] = speed_list.as_json(found)
    report["text"] = text(report)
    return report


def named(device: str) -> str:
    """The device with its name, e.g. "cuda (NVIDIA H100)"."""
    return f"{device} ({torch.cuda.get_device_name(device)})" if device.startswith("cuda") else device


def text(report: Mapping[str, Any]) -> str:
    """The report as Markdown that reads well on a terminal."""
    lines = [f"{report['device']}, {report['threads']} thread(s), torch {report['torch']}"]
    parts = {"frechet": speed_frechet, "sync": speed_sync, "sets": speed_sets, "list": speed_list}
    lines += [part.text(report[name]) for name, part in parts.items() if name in report]
    return "\n\n".join(lines)
