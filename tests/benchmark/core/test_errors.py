"""Errors that a user can act on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.core.errors import SampleError, UsageError, user_path


@pytest.mark.parametrize(
    ("status", "told", "passing"), [("no_face", False, False), ("no_face", True, True), ("missing_file", False, True)]
)
def test_a_file_that_is_gone_is_asked_for_again(status: str, told: bool, passing: bool) -> None:
    assert SampleError(status, "x", passing=told).passing is passing


def test_a_home_that_nobody_has_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_path("~/runs") == tmp_path / "runs" and user_path("a/~b") == Path("a/~b")
    with pytest.raises(UsageError, match="'~0': no such home folder"):
        user_path("~0")
    done = subprocess.run(
        [sys.executable, "-m", "benchmark.run", "runtime.root=~nobody-has-this"], capture_output=True, text=True
    )
    assert done.returncode == 2 and done.stderr == "error: '~nobody-has-this': no such home folder\n"
