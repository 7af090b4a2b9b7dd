"""A file system of so many bytes, for tests of a full disk: a tmpfs in a mount namespace of one command."""

from __future__ import annotations

import shutil
import subprocess

IN_A_NAMESPACE = ("unshare", "--map-root-user", "--mount", "sh", "-c")
"""Runs a shell script that may mount; what it mounts goes with it."""
NO_RIGHT = "no right to mount a small file system (unshare --mount)"


def can_mount() -> bool:
    """Whether this process may."""
    if shutil.which("unshare") is None:
        return False
    line = [*IN_A_NAMESPACE, "mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(line, capture_output=True, check=False).returncode == 0
