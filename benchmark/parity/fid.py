"""FID of two sets as pytorch-fid counts it: `python -m benchmark.parity.fid A B`.

A and B are folders of videos or pictures (every frame counts), single files, or `.npz` statistics as pytorch-fid writes
them (`mu`, `sigma`); `--save FILE` keeps the statistics of A for pytorch-fid and for later. The number is that of the
command `pytorch_fid A B`, without its matrix root. With `--backend pytorch-fid` the package itself takes the root
(extra `fid`; it needs a torchvision that works). Runs use the same network and distance under named protocols; this
command is for those who have statistics files, and names no protocol.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.core.command_line import Parser, leave, output_file, run_command
from benchmark.core.errors import MissingRequirement, UsageError, one_line
from benchmark.core.foreign_files import list_files
from benchmark.core.progress import track

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from benchmark.formulas.frechet import Moments

BACKENDS = ("exact", "pytorch-fid")
ENDINGS = (".mp4", ".avi", ".mov", ".mkv", ".webm", ".flv", ".png", ".jpg", ".jpeg", ".bmp", ".webp")
STATISTICS = ".npz"


def files_of(place: Path) -> list[Path]:
    """Videos and pictures of a folder, or the file itself. Raises UsageError if there is none."""
    if place.is_file():
        return [place]
    found = list_files(place, ENDINGS, below=True)
    if not found:
        raise UsageError(f"{place}: no video and no picture there")
    return found


def features_of(paths: Sequence[Path], device: str, batch: int, weights: Path | None) -> Iterator[NDArray[np.float32]]:
    """pool3 of every frame, (T, 2048) a file. Raises MissingCheckpoint; SampleError for a file that does not decode."""
    from benchmark.extractors.inception_pool3 import InceptionFrames
    from benchmark.extractors.lazy_clip import LazyClip

    extractor = InceptionFrames()
    extractor.load(device, {"batch_size": batch, "weights": weights})
    for path in track(paths, "frames", len(paths)):
        yield extractor.extract(LazyClip(path))["pool3"]


def moments_of(place: Path, device: str, batch: int, weights: Path | None) -> Moments:
    """Mean and covariance of a statistics file, or of all frames of a folder."""
    import numpy as np

    from benchmark.formulas.frechet import Moments

    try:
        if place.suffix == STATISTICS:
            return Moments.read(place)
        return Moments.of(np.concatenate(list(features_of(files_of(place), device, batch, weights))))
    except (ValueError, OSError) as error:
        raise UsageError(f"{place}: {one_line(error)}") from error


def distance(first: Moments, second: Moments, backend: str) -> float:
    """The Frechet distance of two sets.

    Args:
        first: of one set.
        second: of the other.
        backend: "exact", or "pytorch-fid".

    Raises:
        UsageError: the dimensions differ, or the package's matrix root fails on these sets.
        MissingRequirement: the package, or its torchvision, does not load.
    """
    if backend == "exact":
        from benchmark.formulas.frechet import frechet_between

        try:
            return frechet_between(first, second).distance
        except ValueError as error:
            raise UsageError(one_line(error)) from error
    try:
        from pytorch_fid.fid_score import calculate_frechet_distance
    except Exception as error:  # absent, or torchvision breaks while it is imported
        raise MissingRequirement(
            f"pytorch-fid does not load here ({one_line(error)}): pip install 'emotion-edit-benchmark[fid]' on a "
            "machine where torchvision works, or leave --backend out"
        ) from error
    try:
        value = calculate_frechet_distance(first.mean, first.covariance, second.mean, second.covariance)
    except (ValueError, TypeError, AssertionError) as error:
        raise UsageError(f"pytorch-fid fails on these sets: {one_line(error)}") from error
    return float(value)


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.parity.fid", description="FID of two sets as pytorch-fid counts it.")
    p.add_argument("sets", nargs="+", type=Path, metavar="SET", help="folder, file, or .npz statistics; one or two")
    p.add_argument("--save", type=output_file, metavar="FILE", help="write the statistics of the first set")
    p.add_argument("--backend", choices=BACKENDS, default="exact", help="who takes the distance (default: exact)")
    p.add_argument("--weights", type=Path, metavar="DIR", help="folder of checkpoints")
    p.add_argument("--device", default="cpu", help="cpu, cuda (default: cpu)")
    p.add_argument("--batch-size", type=int, default=32, help="frames at a time (default: 32)")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(options: argparse.Namespace) -> None:
    if len(options.sets) > 2 or (len(options.sets) == 1 and options.save is None):
        raise UsageError("give two sets, or one and --save FILE")
    given = (options.device, options.batch_size, options.weights)
    found = [moments_of(place, *given) for place in options.sets]
    if options.save is not None:
        found[0].write(options.save)
        print(f"statistics of {options.sets[0]}: {options.save}")
    if len(found) == 2:
        print(f"FID {distance(found[0], found[1], options.backend):.6f}")


if __name__ == "__main__":
    leave(main())
