"""The method of a run, loaded when it is first needed: a run whose outputs are all there loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmark.methods.base import Method


class LazyMethod:
    """Loads a method on demand, and counts what it edits.

    Args:
        method: the method's class.
        device: where its networks run.
        options: the method's own.
    """

    def __init__(self, method: type[Method], device: str, options: Mapping[str, Any]) -> None:
        self._method, self._device, self._options = method, device, options
        self._loaded: Method | None = None
        self.was_loaded = False
        """Whether it was loaded at any time, so that it may have made something."""
        self.edits = 0
        """How many samples the loaded method has edited; the first pays for warming up."""

    def load(self) -> Method:
        """The loaded method. Raises MissingRequirement if a checkpoint or package is not here."""
        if self._loaded is None:
            method = self._method()
            method.load(self._device, self._options)
            self._loaded, self.was_loaded, self.edits = method, True, 0
        return self._loaded

    def unload(self) -> None:
        """Let its networks go; `load` loads it again."""
        self._loaded = None
