"""A released checkpoint into its network, for extractors: found, verified, read safely, loaded strictly, in eval mode.

Importing this module imports torch; extractors do it inside `load`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from benchmark.checkpoints.errors import WeightsError
from benchmark.checkpoints.load import fill, read_state
from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import CheckpointError, one_line

Module = TypeVar("Module", bound=nn.Module)


def load_state(record: Checkpoint, options: Mapping[str, Any], prefix: str = "") -> tuple[Path, dict[str, Tensor]]:
    """The path of a checkpoint and its tensors.

    Args:
        record: which file.
        options: those of `Extractor.load`; `weights` is the run's folder of checkpoints.
        prefix: what stands before every key of the file and not of the network.

    Raises:
        MissingCheckpoint: it is not here, or another file lies in its place.
        CheckpointError: it is damaged, unsafe or holds no weights.
    """
    path = locate(record, folders(options.get("weights")))
    try:
        state = read_state(path)
    except WeightsError as error:
        raise CheckpointError(f"{path.name} ({record.belongs_to}): {one_line(error)}") from error
    return path, {key.removeprefix(prefix): value for key, value in state.items()}


def load_network(
    network: Module,
    record: Checkpoint,
    options: Mapping[str, Any],
    device: str,
    prefix: str = "",
    ignore: Sequence[str] = (),
) -> Module:
    """Load a checkpoint into `network`, strictly, and move it to `device`.

    Args:
        network: keys must fit; batch norms' counters (`num_batches_tracked`), which files older than torch 0.4.1 lack
            and no output depends on, may be missing.
        record: which file.
        options: as `load_state`.
        device: "cpu", "cuda" or "cuda:1".
        prefix: as `load_state`.
        ignore: first parts of keys that the file may hold and the network does not, e.g. "classifier.".

    Raises:
        MissingCheckpoint: as `load_state`.
        CheckpointError: as `load_state`, or the keys do not fit.
    """
    path, state = load_state(record, options, prefix)
    own = network.state_dict()
    kept = {key: value for key, value in state.items() if key in own or not key.startswith(tuple(ignore))}
    counters = {key: torch.zeros_like(value) for key, value in own.items() if key.endswith(".num_batches_tracked")}
    try:
        fill(network, counters | kept, name=path.name)
    except WeightsError as error:
        kind = type(network).__name__
        raise CheckpointError(
            f"{path.name} does not fit {kind}: {one_line(error)}; get {record.name} from {record.address}"
        ) from error
    return network.to(device)
