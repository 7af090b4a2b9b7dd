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
