"""A full disk is an error of the disk, not of the clip that was to be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_disk import IN_A_NAMESPACE, NO_RIGHT, can_mount

ROOT = Path(__file__).parents[3]
CODE = """
import errno, sys
from pathlib import Path
import numpy as np
from benchmark.media.audio import write_wav
from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
noise = np.random.default_rng(0).integers(0, 256, (25, 64, 64, 3), dtype=np.uint8)
for write in (lambda: write_clip(Path(sys.argv[1]) / "a.mp4", Clip(noise, 25.0)),
              lambda: write_wav(Path(sys.argv[1]) / "a.wav", np.zeros(160000, np.float32))):
    try:
        write()
    except OSError as error:
        assert error.errno == errno.ENOSPC, error
        print("full")
assert not list(Path(sys.argv[1]).iterdir())
"""


def test_neither_video_nor_sound_is_to_blame_and_no_half_file_stays(tmp_path: Path) -> None:
    script = f'mount -t tmpfs -o size=32k tmpfs {tmp_path} && exec "$0" -c "$1" {tmp_path}'
    if not can_mount():
        pytest.skip(NO_RIGHT)
    done = subprocess.run(
        [*IN_A_NAMESPACE, script, sys.executable, CODE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and done.stdout.split() == ["full", "full"], done.stderr
