"""Several processes, one result: a run under torchrun computes what a single process computes on the whole batch.

Every process holds the same network and some rows of the batch. Batch norm takes its statistics over all rows, and the
objective (whose contrastive term compares every row with every other) is computed from all rows in every process.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class Processes:
    """This process among all."""

    rank: int = 0
    count: int = 1
    local: int = 0
    """Number on this machine: which GPU."""

    @property
    def first(self) -> bool:
        """Whether this process writes files and talks."""
        return self.rank == 0

    def rows(self, batch: int) -> slice:
        """Which rows of a batch are this process's. Raises ValueError if they can't be shared out evenly."""
        if batch % self.count:
            raise ValueError(f"schedule.batch={batch} can't be shared out evenly to {self.count} processes")
        share = batch // self.count
        return slice(self.rank * share, (self.rank + 1) * share)


@contextmanager
def processes(device: str) -> Iterator[Processes]:
    """Join the processes that torchrun started; a single one without torchrun. Leaves the group at the end."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Processes()
        return
    here = Processes(int(os.environ["RANK"]), count, int(os.environ["LOCAL_RANK"]))
    if device == "cuda":
        torch.cuda.set_device(here.local)
    dist.init_process_group("nccl" if device == "cuda" else "gloo", timeout=timedelta(minutes=10))
    try:
        yield here
    finally:
        dist.destroy_process_group()


class _Gather(torch.autograd.Function):
    """Rows of all processes. Each computes the same loss from them, so a row's gradient is there without a message."""

    @staticmethod
    def forward(ctx: Any, own: Tensor) -> Tensor:
        ctx.count = len(own)
        parts = [torch.empty_like(own) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, own.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        start = dist.get_rank() * ctx.count
        # DDP divides the sum over processes by their number; each row's gradient is in one process only
        return gradients[0][start : start + ctx.count] * dist.get_world_size()


def gather(own: Tensor) -> Tensor:
    """(b, ...) of every process -> (B, ...), in order of rank, with gradients for DDP."""
    return cast(Tensor, _Gather.apply(own))  # type: ignore[no-untyped-call]


class _Sum(torch.autograd.Function):
    """Sum over processes; the gradient is the sum of theirs."""

    @staticmethod
    def forward(ctx: Any, own: Tensor) -> Tensor:
        total = own.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        total = gradients[0].contiguous().clone()
        dist.all_reduce(total)
        return total


class SharedBatchNorm(nn.BatchNorm1d):
    """Batch norm over the rows of all processes, each with the same number (torch's own runs on GPUs only)."""

    def forward(self, input: Tensor) -> Tensor:
        """(b, channels, length) -> the same."""
        if not self.training or self.running_mean is None or self.running_var is None or self.momentum is None:
            return super().forward(input)
        count = input.shape[0] * input.shape[2] * dist.get_world_size()
        wide = input.float()
        mean = cast(Tensor, _Sum.apply(wide.sum(dim=(0, 2)))) / count  # type: ignore[no-untyped-call]
        centred = wide - mean[:, None]
        squares = cast(Tensor, _Sum.apply(centred.square().sum(dim=(0, 2))))  # type: ignore[no-untyped-call]
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(squares / (count - 1), self.momentum)
            if self.num_batches_tracked is not None:
                self.num_batches_tracked.add_(1)
        out = centred * torch.rsqrt(squares / count + self.eps)[:, None]
        return (out * self.weight[:, None] + self.bias[:, None]).to(input.dtype)


def share_batch_norms(network: nn.Module) -> None:
    """Replace every BatchNorm1d of a network by one over all processes, in place; the state's keys stay."""
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if type(child) is nn.BatchNorm1d:
                shared = SharedBatchNorm(child.num_features, eps=child.eps, momentum=child.momentum)
                shared.load_state_dict(child.state_dict())
                setattr(module, name, shared.to(child.weight.device))


def wrap(network: nn.Module, here: Processes, device: str) -> nn.Module:
    """The network as this process trains it: itself, or with gradients averaged over all processes."""
    if here.count == 1:
        return network
    share_batch_norms(network)
    # the statistics of batch norm are equal by construction and must not be overwritten between two passes
    parallel = nn.parallel.DistributedDataParallel
    newer = "forward_sync_buffers" in inspect.signature(parallel).parameters  # torch's new name for the option
    keep: dict[str, Any] = {"forward_sync_buffers" if newer else "broadcast_buffers": False}
    return parallel(network, device_ids=[here.local] if device == "cuda" else None, **keep)
