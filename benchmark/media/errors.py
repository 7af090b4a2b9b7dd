"""The one error of the media room."""

from __future__ import annotations

GONE = "missing_file"
"""Status of a file that is not there: it may be back tomorrow, so nobody should remember it as a property of a clip."""


class MediaError(Exception):
    """A video, sound or image can't be read, or is not what the caller needs.

    Attributes:
        status: short machine-readable reason, `snake_case`: `unreadable_video`, `no_frames`, `no_audio`, `no_face`, ...
    """

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


def why(error: Exception) -> str:
    """What FFmpeg or the system says went wrong, without the path, which differs from machine to machine."""
    return getattr(error, "strerror", None) or str(error)


def too_large(name: str, limit: int) -> MediaError:
    """The error of a file that would take more than `limit` bytes."""
    return MediaError("too_large", f"{name} takes more than {limit / 2**20:.0f} MiB decoded")


def out_of_memory(name: str) -> MediaError:
    """The error of a file that this machine's memory does not hold."""
    return MediaError("too_large", f"{name} takes more memory than this machine gives: cut it into shorter clips")
