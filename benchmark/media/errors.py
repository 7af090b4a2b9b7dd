"""The one error of the media room."""

from __future__ import annotations

from benchmark.core.errors import BenchmarkError
from benchmark.core.status import Status


class MediaError(BenchmarkError):
    """A video, sound or image can't be read, or is not what the caller needs.

    Attributes:
        status: a word of `Status`.
    """

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = str(status)


def why(error: Exception) -> str:
    """What FFmpeg or the system says went wrong, without the path, which differs from machine to machine."""
    return getattr(error, "strerror", None) or str(error)


def too_large(name: str, limit: int) -> MediaError:
    """The error of a file that would take more than `limit` bytes."""
    return MediaError(Status.TOO_LARGE, f"{name} takes more than {limit / 2**20:.0f} MiB decoded")


def out_of_memory(name: str) -> MediaError:
    """The error of a file that this machine's memory does not hold."""
    return MediaError(Status.OUT_OF_MEMORY, f"{name} takes more memory than this machine gives; cut it shorter")
