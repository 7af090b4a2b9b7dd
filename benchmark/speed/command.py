"""Measure how fast things run: `python -m benchmark.speed generation`, `metrics`, `prepare`, `statistics`.

No data and no trained weights are needed. Both sides of a comparison run in turn in one process over the same weights,
so that a busy machine slows both; on the CPU rates are per CPU second (seconds of all cores together).
"""

from __future__ import annotations

import argparse
import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmark.core import entries
from benchmark.core.command_line import Parser, output_file, run_command
from benchmark.core.errors import MissingRequirement, UsageError
from benchmark.core.files import write_text
from benchmark.core.progress import track
from benchmark.core.registry import Registry

Report = Mapping[str, Any]
MEASUREMENTS: Registry[Callable[..., Report]] = Registry(
    "measurement", "emotion_edit_benchmark.speed", entries.MEASUREMENTS
)
"""Functions of some of the flags below that return `setup`, `rows`, `proof`, or a `text` of their own."""

COLUMNS = ("", "frames/CPU s", "frames/s", "ratio", "GFLOP/frame", "peak MiB", "max diff", "p99.9", "mean")


def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """A row of the table as text."""
    apart = row["difference"] or {}
    return (
        row["title"],
        f"{row['frames_per_cpu_second']:.2f}",
        f"{row['frames_per_second']:.2f}",
        f"{row['ratio']:.2f}",
        f"{row['gflop_per_frame']:.1f}",
        f"{row['peak_bytes'] / 2**20:.0f}",
        *(f"{apart[name]:.1e}" if apart else "" for name in ("max", "p99.9", "mean")),
    )


def setup_line(report: Report) -> str:
    """What was measured, in one line."""
    s = report["setup"]
    order = "".join(f", {name.replace('_', ' ')}" for name in ("channels_last", "compiled", "graphs") if s[name])
    threads = "" if s["device"].startswith("cuda") else f", {s['threads']} thread(s)"
    return (
        f"{s['name']}{threads}, torch {s['torch']}: {s['size']} px, width {s['width']:g}, {s['rounds']} x {s['frames']}"
        f" frames, {s['batch']} at a time, {s['precision']}{order}"
    )


def matrix_lines(report: Report) -> list[str]:
    """How near the arithmetic comes to what the card does in matrix products."""
    if report["matrix"] is None:
        return []
    best = max((row for row in report["rows"] if row["name"] == "varying"), key=lambda row: row["frames_per_second"])
    bound = report["matrix"] / (best["gflop_per_frame"] * 1e9)
    return [
        f"products of 8192 x 8192 matrices run at {report['matrix'] / 1e12:.0f} TFLOP/s: {bound:.0f} frames/s at most,"
        f" {bound / best['frames_per_second']:.1f} times what '{best['title']}' reaches"
    ]


def proof_lines(report: Report) -> list[str]:
    """What the float64 run says."""
    proof = report["proof"]
    if proof is None:
        return []
    same, rounding = proof["same"], proof["rounding"]
    loops = {name: value for name, value in rounding.items() if name not in same}
    return [
        f"in float64 ({proof['frames']} frame(s)) ours differ from the loop by at most {max(same.values()):.0e}",
        "rounding, from the float64 loop, at most: "
        f"loop {max(loops.values()):.1e}, ours {max(rounding[name] for name in same):.1e}",
    ]


def table(report: Report) -> str:
    """The report for the terminal."""
    if "text" in report:
        return str(report["text"])
    rows = [COLUMNS, *(cells(row) for row in report["rows"])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    pad = [str.ljust, *[str.rjust] * (len(COLUMNS) - 1)]
    lines = ["  ".join(p(text, w) for p, text, w in zip(pad, row, widths, strict=True)) for row in rows]
    return "\n".join([setup_line(report), *lines, *matrix_lines(report), *proof_lines(report)])


def markdown(reports: Sequence[Report]) -> str:
    """The reports for docs/reference/performance.md."""
    parts = []
    for report in reports:
        if "text" in report:
            parts += [str(report["text"]), ""]
            continue
        parts += [setup_line(report) + ".", ""]
        parts += ["| " + " | ".join(COLUMNS) + " |", "| --- " + "| ---: " * (len(COLUMNS) - 1) + "|"]
        parts += ["| " + " | ".join(cells(row)) + " |" for row in report["rows"]]
        parts += ["", *(line[0].upper() + line[1:] + "." for line in (*matrix_lines(report), *proof_lines(report))), ""]
    return "\n".join(parts)


def devices(requested: str | None) -> list[str]:
    """The device asked for, or the CPU and a GPU if there is one. Raises UsageError, MissingRequirement."""
    import torch

    if requested is None:
        return ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
    if requested != "cpu" and not requested.startswith("cuda"):
        raise UsageError(f"--device must be cpu or cuda, got '{requested}'")
    if requested != "cpu" and not torch.cuda.is_available():
        raise MissingRequirement(f"--device {requested}: this machine, or its build of torch, has no CUDA")
    return [requested]


def progress(items: Iterator[None], count: int) -> Iterator[None]:
    """A bar over pieces of work."""
    return track(items, "measure", count)


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.speed", __doc__)
    p.add_argument("measurement", metavar="|".join(MEASUREMENTS.names()), help="what to measure")
    p.add_argument("--size", type=int, default=256, help="of the pictures, pixels (default: 256)")
    p.add_argument("--width", type=float, default=1.0, help="factor on the networks' channels (default: 1)")
    p.add_argument("--frames", type=int, default=8, help="frames in a round (default: 8)")
    p.add_argument("--batch", type=int, help="frames of ours at a time (default: 1; metrics: 128, on a CPU 16)")
    p.add_argument("--rounds", type=int, default=1, help="how often (default: 1)")
    p.add_argument("--threads", type=int, help="of torch on the CPU (default: torch's own)")
    p.add_argument("--device", help="cpu, cuda (default: the CPU, and a GPU if there is one)")
    p.add_argument("--precision", default="float32", help="of ours: float32, bfloat16, float16 (default: float32)")
    p.add_argument("--channels-last", action="store_true", help="memory order of ours")
    p.add_argument("--compiled", action="store_true", help="ours through torch.compile")
    p.add_argument("--graphs", action="store_true", help="ours as CUDA graphs")
    p.add_argument("--proof-frames", type=int, default=1, help="frames drawn once more in float64; 0: none")
    p.add_argument("--clips", type=int, help="made clips (default: metrics 2, harness 200)")
    p.add_argument("--clip-frames", type=int, default=80, help="frames of a made clip (default: 80)")
    p.add_argument("--parts", help="of metrics: frechet,sync,sets,list; of harness: overhead,workers (default: all)")
    p.add_argument(
        "--one-row",
        action="store_true",
        help="of metrics' list: networks see one row, whose answer stands for all, so that the rest can be measured",
    )
    p.add_argument("--samples", type=int, default=10_000, help="of harness (default: 10000)")
    p.add_argument("--weights", type=Path, metavar="DIR", help="checkpoints, for the face detector")
    p.add_argument("--json", type=output_file, metavar="FILE", help="write all figures")
    p.add_argument(
        "--markdown", type=output_file, metavar="FILE", help="write the table for docs/reference/performance.md"
    )
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments, also=(ValueError,))


def _work(given: argparse.Namespace) -> None:
    options = vars(given)
    name, device = options.pop("measurement"), options.pop("device")
    files = {kind: options.pop(kind) for kind in ("json", "markdown")}
    reports = []
    measure = MEASUREMENTS.get(name)
    for place in devices(device):
        taken = inspect.signature(measure).parameters
        chosen = {flag: value for flag, value in options.items() if flag in taken and value is not None}
        reports.append(measure(**chosen, device=place, progress=progress))
        print(table(reports[-1]), flush=True)
    for kind, text in (("json", json.dumps(reports, indent=1) + "\n"), ("markdown", markdown(reports))):
        if files[kind]:
            write_text(files[kind], text)
