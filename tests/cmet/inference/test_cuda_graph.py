"""Work that is recorded on a GPU gives what it gives when it is run."""

from __future__ import annotations

import pytest
import torch

from cmet.inference.cuda_graph import WARM_UP, record


@pytest.mark.skipif(not torch.cuda.is_available(), reason="CUDA graphs need a GPU")
def test_a_replay_reads_the_memory_that_was_recorded() -> None:
    x, calls = torch.ones(4, device="cuda"), []

    def work() -> torch.Tensor:
        calls.append(1)
        return 2 * x

    graph, result = record(work)
    assert len(calls) == WARM_UP + 1
    x.fill_(3.0)
    graph.replay()
    assert result.tolist() == [6.0] * 4
