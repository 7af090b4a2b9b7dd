from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.submission import expected
from tests.benchmark.submission.made import good_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A good submission of three videos to a split of three."""
    monkeypatch.setattr(expected, "FOLDER", tmp_path / "lists")
    return good_folder(tmp_path / "submission", tmp_path / "lists")
