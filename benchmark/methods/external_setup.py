"""Where an external method's checkout and python are, and how one call looks: its options, checked."""

from __future__ import annotations

import os
import string
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from benchmark.core.errors import UsageError, nearest, user_path
from benchmark.methods.options import only_options

CHECKOUTS = "EMOTION_BENCHMARK_CHECKOUTS"
"""Variable that names the folder of all checkouts; without it `checkouts` under the working folder."""
WRAPPERS = Path(__file__).parents[2] / "baselines" / "wrappers"
PLACES = ("python", "wrapper", "checkout", "job")
OPTIONS = ("checkout", "python", "wrapper", "command", "arguments", "gpu", "startup_seconds", "seconds_per_sample")


@dataclass(frozen=True)
class Setup:
    """The options of an external method."""

    checkout: Path
    """Folder of its code; the program runs there."""
    python: Path
    """The python of the program's own environment."""
    wrapper: Path
    """Script that this python runs."""
    command: tuple[str, ...]
    """One call, word by word; `{python}`, `{wrapper}`, `{checkout}` and `{job}` stand for paths. No shell."""
    arguments: Mapping[str, Any]
    """`options` of the job: whatever the wrapper understands."""
    gpu: str | None
    """CUDA_VISIBLE_DEVICES of the program; None: as `--device` says."""
    startup_seconds: float
    seconds_per_sample: float

    @classmethod
    def of(cls, method: str, repository: str, options: Mapping[str, Any]) -> Setup:
        """Check options. `repository` gives the checkout's usual name. Raises UsageError."""
        only_options(method, options, OPTIONS)
        name = PurePosixPath(repository).name or method
        home = user_path(os.environ.get(CHECKOUTS) or "checkouts")
        checkout = user_path(options["checkout"]) if options["checkout"] else home / name
        python = user_path(options["python"]) if options["python"] else checkout / ".venv" / "bin" / "python"
        wrapper = user_path(options["wrapper"] or f"{method}.py")
        own = WRAPPERS / wrapper
        arguments = options["arguments"] or {}
        if not isinstance(arguments, Mapping):
            raise UsageError(f"method.arguments must be a mapping, got {arguments!r}")
        gpu = options["gpu"]
        return cls(
            checkout=checkout,
            python=Path(os.path.abspath(python)),  # not resolved: the python of a venv is a link
            wrapper=(own if len(wrapper.parts) == 1 and own.is_file() else wrapper).absolute(),
            command=_words(options["command"]),
            arguments=arguments,
            gpu=None if gpu is None else str(gpu),
            startup_seconds=_seconds("startup_seconds", options["startup_seconds"]),
            seconds_per_sample=_seconds("seconds_per_sample", options["seconds_per_sample"]),
        )

    def call(self, job: Path) -> list[str]:
        """The words of a call."""
        places = {
            "python": str(self.python),
            "wrapper": str(self.wrapper),
            "checkout": str(self.checkout.resolve()),
            "job": str(job),
        }
        return [word.format(**places) for word in self.command]

    def limit(self, samples: int) -> float:
        """Seconds that a call on so many samples may take."""
        return self.startup_seconds + samples * self.seconds_per_sample

    def commit(self) -> str | None:
        """The commit that is checked out; None: not under git."""
        try:
            asked = ["git", "-C", str(self.checkout), "rev-parse", "--show-toplevel", "HEAD"]
            top, commit = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout.split(
                "\n"
            )[:2]
        except (OSError, subprocess.SubprocessError, ValueError):
            return None
        return commit if Path(top).resolve() == self.checkout.resolve() else None


def _words(command: Any) -> tuple[str, ...]:
    if not isinstance(command, Sequence) or isinstance(command, str) or not command:
        raise UsageError(f"method.command must be a list of words, got {command!r}")
    words = tuple(map(str, command))
    for word in words:
        try:
            fields = [field for _, field, _, _ in string.Formatter().parse(word) if field is not None]
        except ValueError as error:
            raise UsageError(f"method.command: {word!r}: {error}") from None
        for field in fields:
            if field not in PLACES:
                raise UsageError(f"method.command: {{{field}}} stands for nothing{nearest(field, PLACES)}")
    return words


def _seconds(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e9:
        raise UsageError(f"method.{name} must be a number of seconds above 0, got {value!r}")
    return float(value)
