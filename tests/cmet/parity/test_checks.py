"""Every golden value of the reference code is met."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchmark.checkpoints.golden import GoldenFolder
from cmet.parity import CHECKS

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "reference" / "cmet"
SLOW = {"edtalk.codes", "edtalk.encoder", "edtalk.decoder", "edtalk.outputs", "train_step"}


@pytest.mark.golden
@pytest.mark.parametrize(
    "check_id", [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in CHECKS]
)
def test_golden_values_are_met(check_id: str) -> None:
    if not (FOLDER / "golden.json").is_file():
        pytest.skip(f"no reference data at {FOLDER}")
    torch.set_num_threads(1)
    folder = GoldenFolder.read(FOLDER)
    chosen = [check for check in folder.checks if check["id"] == check_id]
    assert chosen, f"the folder has no check '{check_id}'"
    for parameters in chosen:
        rows = CHECKS[check_id](folder, parameters)
        assert rows
        assert [row for row in rows if not row.passed] == []


@pytest.mark.golden
def test_the_reference_has_checks_that_we_all_know() -> None:
    if not (FOLDER / "golden.json").is_file():
        pytest.skip(f"no reference data at {FOLDER}")
    assert {check["id"] for check in GoldenFolder.read(FOLDER).checks} == set(CHECKS)
