from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.checkpoints.golden import GoldenFolder

FOLDER = Path(__file__).parents[3].parent / "shared" / "reference" / "metrics"


@pytest.fixture(scope="session")
def golden() -> GoldenFolder:
    """The golden values of the evaluation networks and formulas, made by their reference code."""
    if not (FOLDER / "golden.json").is_file():
        pytest.skip(f"the golden values are not beside this checkout ({FOLDER})")
    return GoldenFolder.read(FOLDER)
