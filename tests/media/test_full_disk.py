"""A full disk is an error of the disk, not of the clip that was to be written."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = """
import errno, sys
from pathlib import Path
import numpy as np
from media.audio import write_wav
from media.clip import Clip
from media.video import write_clip
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
    mount = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    script = f'mount -t tmpfs -o size=32k tmpfs {tmp_path} && exec "$0" -c "$1" {tmp_path}'
    if shutil.which("unshare") is None or subprocess.run([*mount, f"mount -t tmpfs tmpfs {tmp_path}"]).returncode:
        pytest.skip("no right to mount a small file system (unshare --mount)")
    done = subprocess.run([*mount, script, sys.executable, CODE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.split() == ["full", "full"], done.stderr
