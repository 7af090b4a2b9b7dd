"""The results that ship: `python -m leaderboard.seed` makes them again from real runs on the embedded corpus.

Every method of the benchmark is run on the puppets splits by `benchmark.run`; the tables of the runs are kept as they
are, with the clips of a few samples (one for each emotion, drawn by a seed) and their curves over time. The board
shows them where no other results folder is named. Nothing is chosen by hand.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.core.command_line import DONE, FAILURES, Parser, leave, name_list, output_folder, run_command
from benchmark.core.errors import UsageError
from benchmark.core.interpreter import module_command, module_environment
from leaderboard.places import SEEDED

if TYPE_CHECKING:
    from benchmark.results.store import StoredRun

SPLITS = ("test", "extended")
LARGEST_MIB = 12.0
"""All that ships, MiB."""


def draw(record: Mapping[str, Any], seed: int) -> list[str]:
    """One sample id for each target emotion of a run, drawn; above level 1 where there are such, which show more."""
    import numpy as np

    rng = np.random.default_rng(seed)
    by_emotion: dict[str, list[str]] = {}
    for card in sorted(record["samples"], key=lambda card: str(card["id"])):
        by_emotion.setdefault(str(card.get("emotion", "")), []).append(str(card["id"]))
    level = {str(card["id"]): int(card.get("intensity") or 0) for card in record["samples"]}
    drawn = []
    for _, ids in sorted(by_emotion.items()):
        strong = [name for name in ids if level[name] != 1] or ids
        drawn.append(strong[int(rng.integers(len(strong)))])
    return sorted(drawn)


def take(root: Path, out: Path, seed: int) -> list[str]:
    """Copy the run of each method that counts with the drawn samples' clips to `out`, which is replaced.

    Args:
        root: the root of the runs: results and cache.
        out: becomes a root: results, cache (clips) and curves.
        seed: of the draw.

    Returns:
        The drawn samples.
    """
    from benchmark.analysis.selection import select
    from benchmark.results.store import list_runs
    from leaderboard.curves import write_curves

    fresh = out.with_name(f".{out.name}.tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    drawn: dict[tuple[str, str], list[str]] = {}
    selections = select(list_runs(root / "results").runs)
    runs = [run for selection in selections.values() for run in selection.runs]
    for run in runs:
        shutil.copytree(run.folder, fresh / run.folder.relative_to(root), ignore=shutil.ignore_patterns(".*"))
        split = (str(run.record["dataset"]), str(run.record["split"]))
        chosen = drawn.setdefault(split, draw(run.record, seed))
        for clip in _clips(run, chosen):
            if (root / clip).is_file():
                (fresh / clip).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / clip, fresh / clip)
    for split, names in drawn.items():
        own = [run for run in runs if (str(run.record["dataset"]), str(run.record["split"])) == split]
        write_curves(root, own, names, fresh)
    samples = sorted(name for names in drawn.values() for name in names)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    return samples


def _clips(run: StoredRun, chosen: Sequence[str]) -> list[str]:
    cards = [card for card in run.record["samples"] if card["id"] in chosen]
    paths = [card[what] for card in cards for what in ("source", "target", "output")]
    return [path for path in paths if isinstance(path, str) and not Path(path).is_absolute()]


def parser() -> Parser:
    """The command line."""
    p = Parser("leaderboard.seed", __doc__)
    p.add_argument("--root", type=Path, default=Path("cache/seed"), help="where the runs are made (kept)")
    p.add_argument("--out", type=output_folder, default=SEEDED.parent, help="what ships (default: in the package)")
    p.add_argument("--splits", type=name_list, default=SPLITS, metavar="s1,s2", help=f"default: {','.join(SPLITS)}")
    p.add_argument("--seed", type=int, default=0, help="of the draw of samples with clips")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the methods and take what ships. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> int:
    given.root.mkdir(parents=True, exist_ok=True)
    for split in given.splits:
        # in the root, not with its name: the command that ships in run.json holds no path of this machine
        line = module_command("benchmark.run", "--method", "all", "--split", split)
        code = subprocess.run(line, cwd=given.root, env=module_environment(), check=False).returncode
        if code not in (DONE, FAILURES):
            return code
    samples = take(given.root, given.out, given.seed)
    size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file()) / 2**20
    print(json.dumps({"samples": samples, "MiB": round(size, 2)}))
    if size > LARGEST_MIB:
        raise UsageError(f"{size:.1f} MiB is more than {LARGEST_MIB:g} MiB may ship")
    return DONE


if __name__ == "__main__":
    leave(main())
