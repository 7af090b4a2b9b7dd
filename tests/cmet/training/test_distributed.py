"""Two processes compute what one computes on the whole batch."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from cmet.training.distributed import Processes
from tests.cmet.training.gradient_worker import compute


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_two_processes_have_the_gradient_of_one(tmp_path: Path) -> None:
    port = str(free_port())
    workers = []
    for rank in range(2):
        variables = {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "MASTER_PORT": port}
        workers.append(
            subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("gradient_worker.py")), str(tmp_path / f"{rank}.pt")],
                env=os.environ | variables | {"MASTER_ADDR": "127.0.0.1", "OMP_NUM_THREADS": "1"},
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    single = compute()
    for worker in workers:
        _, errors = worker.communicate(timeout=240)
        assert worker.returncode == 0, errors
    several = [torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2)]
    assert set(single) == set(several[0]) and sum(key.startswith("statistic") for key in single) == 52
    largest = max(float(value.abs().max()) for key, value in single.items() if key.startswith("gradient"))
    assert largest > 0.1
    for key, value in single.items():
        torch.testing.assert_close(
            several[0][key], value, rtol=1e-5, atol=1e-5, msg=lambda text, key=key: f"{key}: {text}"
        )
        torch.testing.assert_close(several[0][key], several[1][key], rtol=0, atol=1e-7)


def test_rows_are_shared_out_evenly_or_refused() -> None:
    assert [Processes(rank, 4).rows(12) for rank in range(4)] == [slice(k, k + 3) for k in (0, 3, 6, 9)]
    with pytest.raises(ValueError, match="schedule.batch=10 can't be shared out evenly to 4 processes"):
        Processes(0, 4).rows(10)
