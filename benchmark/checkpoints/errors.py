"""The one error of the weights room."""

from __future__ import annotations

from benchmark.core.errors import BenchmarkError


class WeightsError(BenchmarkError):
    """A weights file is damaged, unsafe to open, or belongs to another network.

    Attributes:
        missing: keys that the network has and the file lacks.
        unexpected: keys that the file has and the network lacks.
        reshaped: keys whose shapes differ.
    """

    def __init__(
        self,
        message: str,
        missing: tuple[str, ...] = (),
        unexpected: tuple[str, ...] = (),
        reshaped: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.missing = missing
        self.unexpected = unexpected
        self.reshaped = reshaped
