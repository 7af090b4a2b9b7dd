"""Errors that a user can act on.

The command line prints these as one line and exits with their code; every other exception is a bug and keeps its
traceback. A `SampleError` never ends a run: it becomes the status of that sample's rows.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from benchmark.core.status import Status


class BenchmarkError(Exception):
    """Base of all errors that a user can act on. `exit_code` is what the command line returns for it."""

    exit_code = 2


class UsageError(BenchmarkError):
    """The command, an option or a configuration value is wrong."""


class ManifestError(BenchmarkError):
    """A manifest or split file is malformed; raised before anything runs."""


class MissingRequirement(BenchmarkError):
    """A package, checkpoint or dataset is not here. The message says where to get it."""


class MissingCheckpoint(MissingRequirement):
    """A weights file is absent or does not match its record."""


class CheckpointError(BenchmarkError):
    """A weights file is damaged, unsafe, or belongs to another network."""


PASSING = (Status.MISSING_FILE, Status.OUT_OF_MEMORY)
"""Statuses that may be gone tomorrow: nobody should remember them as a property of a clip."""


class SampleError(BenchmarkError):
    """One sample could not be generated, extracted or scored.

    Attributes:
        status: a word of `Status`; a method or metric from outside may bring its own, in `snake_case`.
        passing: whether another try may succeed (a time limit, a crash elsewhere, always for a file that is gone and
            for memory that ran out); the sample is then asked again.
    """

    exit_code = 1

    def __init__(self, status: str, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.status = str(status)
        self.passing = passing or status in PASSING


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory did not suffice: Python's, numpy's, an accelerator's, or torch's on the CPU."""
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or (isinstance(error, RuntimeError) and "can't allocate memory" in str(error))
    )


def one_line(error: BaseException) -> str:
    """The error's message without line breaks, for terminals and result rows."""
    return " ".join(str(error).split()) or type(error).__name__


def user_path(text: object) -> Path:
    """A path that a user wrote, with "~" replaced. Raises UsageError for the home of somebody who is not known here."""
    if not str(text).startswith("~"):  # "./~x" is a file of that name
        return Path(str(text))
    try:
        return Path(str(text)).expanduser()
    except RuntimeError:
        raise UsageError(f"'{text}': no such home folder") from None


def nearest(name: str, legal: Iterable[str]) -> str:
    """A sentence end that names the closest legal name, or lists what is legal: "; did you mean 'cmet'?"."""
    names = sorted(legal)
    close = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(names)}" if names else "; none is registered"
