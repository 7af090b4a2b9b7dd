"""Downloads a checkpoint, by pooch: over https alone, under a temporary name, verified, then moved.

What lies there already and is right is not fetched again. An interrupted download starts over: pooch does not resume.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pooch

from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import MissingCheckpoint, one_line
from benchmark.core.progress import Progress, show_progress

MEGABYTE = 1_000_000
PATIENCE = 60.0
"""Seconds without a byte after which a server is given up."""


def fetch(checkpoint: Checkpoint, folder: Path) -> Path:
    """Download a checkpoint.

    Args:
        checkpoint: must have an https address and a sha256.
        folder: becomes `folder / checkpoint.name`.

    Returns:
        The verified file.

    Raises:
        MissingCheckpoint: it can't be had this way, or what came is not the right file. Nothing of it is left behind,
            and what lay there before stays.
    """
    if not checkpoint.address.startswith("https://") or checkpoint.sha256 is None:
        raise MissingCheckpoint(f"{checkpoint.name} can't be downloaded by itself, get it from {checkpoint.address}")
    path = folder / checkpoint.name
    pooch.get_logger().setLevel("WARNING")
    try:
        with show_progress(f"{path.name}, MB") as progress:
            transfer = pooch.HTTPDownloader(
                progressbar=_Megabytes(progress),
                chunk_size=MEGABYTE,
                timeout=PATIENCE,
                hooks={"response": _refuse_all_but_https},
            )
            pooch.retrieve(
                checkpoint.address, f"sha256:{checkpoint.sha256}", path.name, path.parent, downloader=transfer
            )
        path.chmod(0o666 & ~_umask())  # pooch's temporary files are their owner's alone
    except OSError as error:
        raise MissingCheckpoint(f"{checkpoint.name} could not be downloaded: {one_line(error)}") from error
    except ValueError as error:
        raise MissingCheckpoint(
            f"{checkpoint.name}: {checkpoint.address} sent another file: {one_line(error)}"
        ) from error
    return path


class _Megabytes:
    """What pooch tells its progress to, in the manner of tqdm."""

    total = 0
    """Bytes; 0: not known."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.bytes = progress, 0

    def update(self, count: int) -> None:
        self.bytes += count
        total = -(-self.total // MEGABYTE) if self.total else None
        self.progress.show(min(self.bytes // MEGABYTE, total or self.bytes), total)

    def reset(self) -> None:
        self.bytes = 0

    def close(self) -> None:
        pass


def _refuse_all_but_https(response: Any, *_: Any, **__: Any) -> None:
    """Called with every answer, redirections among them."""
    if not response.url.startswith("https://"):
        raise OSError(f"it leads away from https, to {response.url}")


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
