"""Make all small networks of the puppets anew, in their order: `python -m tools.train.all --work DIR`.

Each step is a command of its own that resumes, so the same command goes on after an interruption; a step that ended
well is not run again (`DIR/done/NAME.json`). Nothing that ships is touched: weights and judges lie in `DIR/weights` and
`DIR/judges` until somebody copies them to `cmet/puppets` and `benchmark/networks/puppets`; `--dry-run` lists the steps
and what they cost. Then come the numbers: `python -m leaderboard.seed`, and the tables that quote them.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.errors import BenchmarkError
from benchmark.core.files import write_json
from benchmark.core.interpreter import module_command, module_environment


class Step(NamedTuple):
    """One command."""

    name: str
    module: str
    arguments: str
    """After `python -m module`; {work} stands for the folder."""
    minutes: float
    """Of one free core: number of steps times the processor time of one, drawing included."""


STEPS: tuple[Step, ...] = (
    Step("frames", "tools.train.make_frames", "--out {work}/data --workers 1", 20),
    Step("faces", "tools.train.flow_bank", "--out {work}/faces --shards 30", 15),
    Step("expression", "tools.train.judges", "expression --data {work}/data --work {work} --out {work}/judges", 40),
    Step("identity", "tools.train.judges", "identity --data {work}/data --work {work} --out {work}/judges", 12),
    Step("sync", "tools.train.judges", "sync --data {work}/data --work {work} --out {work}/judges", 20),
    Step("read", "tools.train.face_model", "--data {work}/data --work {work}/read --out {work}/read", 100),
    Step(
        "move",
        "tools.train.moving_face",
        "--data {work}/faces --work {work}/move --start {work}/read/face_model.safetensors --centred"
        " --reader {work}/read/face_model.safetensors --out {work}/move/face_model.safetensors --steps 6000",
        60,
    ),
    Step(
        "sharpen",
        "tools.train.moving_face",
        "--data {work}/faces --work {work}/sharpen --start {work}/move/face_model.safetensors --size 128"
        " --reader {work}/read/face_model.safetensors --out {work}/weights/face_model.safetensors --steps 6000",
        140,
    ),
    Step("audio2lip", "tools.train.audio2lip", "--data {work}/data --work {work} --out {work}/weights", 6),
    Step("speech", "tools.train.speech", "--work {work} --out {work}/weights", 25),
    Step(
        "labels",
        "tools.train.recognised_labels",
        "--judge {work}/weights/speech.safetensors --out {work}/recognised.json",
        1,
    ),
    Step("features", "tools.train.features", "--data {work}/data --weights {work}/weights --out {work}/corpus", 4),
    Step(
        "connector",
        "cmet.train",
        "--config puppets --data {work}/corpus --out {work}/connector --ship {work}/weights",
        10,
    ),
    Step("codes", "tools.train.expression_codes", "--data {work}/corpus --out {work}/weights", 1),
    Step("regression", "tools.train.edtalk_audio", "--data {work}/corpus --work {work}/audio --out {work}/weights", 2),
)


def is_done(step: Step, work: Path) -> bool:
    """Whether the step ended well, with the same arguments."""
    try:
        kept = json.loads((work / "done" / f"{step.name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(kept == {"module": step.module, "arguments": step.arguments})


def plan(steps: Sequence[Step], work: Path) -> str:
    """The steps that are left, a line each, and their cost."""
    left = [step for step in steps if not is_done(step, work)]
    lines = [f"{step.minutes:5.0f} min  {step.name:<11} python -m {step.module}" for step in left]
    total = sum(step.minutes for step in left)
    return "\n".join([*lines, f"{total:5.0f} min of one core for {len(left)} of {len(steps)} steps"])


def run(steps: Sequence[Step], work: Path) -> None:
    """Run what is left. Raises BenchmarkError for a command that fails."""
    for step in steps:
        if is_done(step, work):
            continue
        print(f"{step.name}: python -m {step.module} {step.arguments}", flush=True)
        arguments = [word.format(work=work) for word in shlex.split(step.arguments)]
        ended = subprocess.run([*module_command(step.module), *arguments], env=module_environment(), check=False)
        if ended.returncode:
            raise BenchmarkError(f"step {step.name} ended with code {ended.returncode}; the same command goes on there")
        write_json(work / "done" / f"{step.name}.json", {"module": step.module, "arguments": step.arguments})


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.all", __doc__)
    p.add_argument("--work", type=Path, required=True, help="folder for everything that is made")
    p.add_argument("--dry-run", action="store_true", help="only say what is left and what it costs")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments, interrupted="interrupted; the same command goes on")


def _work(args: argparse.Namespace) -> None:
    print(plan(STEPS, args.work), file=sys.stderr)
    if not args.dry_run:
        run(STEPS, args.work.resolve())


if __name__ == "__main__":
    leave(main())
