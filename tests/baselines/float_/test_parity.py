"""The golden values of the public code, through `benchmark.parity`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from benchmark.parity.command import main

GOLDEN = Path(__file__).parents[2] / "golden" / "float"


def only(path: Path, prefix: str, offset: int = 0) -> Path:
    """A copy of the golden folder with the checks of one kind of file, and another seed of the weights."""
    folder = Path(shutil.copytree(GOLDEN, path / prefix.strip("_")))
    index = json.loads((folder / "golden.json").read_text())
    index["checks"] = [check for check in index["checks"] if check["file"].startswith(prefix)]
    index["weights"]["seed_offset"] = offset
    assert index["checks"]
    (folder / "golden.json").write_text(json.dumps(index))
    return folder


@pytest.mark.golden
def test_the_small_network_is_the_public_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(only(tmp_path, "small_"))]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("4 checks: 4 passed, 0 failed (51 comparisons: 51 ")


@pytest.mark.golden
def test_other_weights_are_noticed_in_every_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(only(tmp_path, "small_", offset=1))]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("4 checks: 0 passed, 4 failed")


@pytest.mark.slow
@pytest.mark.golden
def test_the_released_sizes_are_the_public_codes(tmp_path: Path) -> None:
    assert main([str(only(tmp_path, "full_"))]) == 0
