"""One of several processes: the gradient of one training step on its rows of the batch. Run by test_distributed.

Usage: python gradient_worker.py OUT.pt, with torchrun's variables in the environment (none: a single process).
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import Tensor

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from cmet.model.transformer import Connector, ConnectorConfig  # noqa: E402
from cmet.training.batches import Batches  # noqa: E402
from cmet.training.distributed import processes, wrap  # noqa: E402
from cmet.training.step import training_step  # noqa: E402
from cmet.training.trainer import Passes, on_device  # noqa: E402
from tests.cmet.made_corpus import made_features  # noqa: E402


def compute() -> dict[str, Tensor]:
    """Loss, gradients, and the statistics of batch norm after the step, in float32."""
    torch.set_num_threads(1)
    with processes("cpu") as here:
        torch.manual_seed(0)
        sizes = ConnectorConfig(10, 16, 12, layers=1, heads=2, feedforward=16, dropout=0.0, positions=8)
        network = Connector(sizes)
        passes = Passes(wrap(network, here, "cpu"), here, "cpu", "float32").train()
        batch = Batches(made_features(), 12, seed=2).batch(0)
        terms = training_step(passes, **on_device(batch, here.rows(12), "cpu")).terms
        terms.total.backward()  # type: ignore[no-untyped-call]
        found = {"loss": terms.total.detach()}
        found |= {
            f"gradient {name}": value.grad for name, value in network.named_parameters() if value.grad is not None
        }
        found |= {f"statistic {name}": value for name, value in network.named_buffers() if "running" in name}
        return found


if __name__ == "__main__":
    result = compute()
    torch.save(result, sys.argv[1])
