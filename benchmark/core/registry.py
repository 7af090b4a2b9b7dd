"""Name -> object, or name -> "module:attribute" that is imported when asked for.

A taken name is refused, an unknown one is answered with the nearest. What ships is named in `core/entries.py`; other
packages add entries through Python entry points of the group that a registry names (see docs/extend/method.md).
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from benchmark.core.errors import MissingRequirement, UsageError, nearest

T = TypeVar("T")


class Registry(Generic[T]):
    """A mapping from names to objects of one kind.

    Args:
        kind: what the entries are, for messages: "method".
        group: entry-point group that other packages may fill: "emotion_edit_benchmark.methods".
        addresses: the entries that ship: name -> "module:attribute".
        modules: modules that offer several entries each; they are imported when a name is asked for.
        offer: the name of the mapping in which a module offers its entries: "METRICS".
    """

    def __init__(
        self,
        kind: str,
        group: str,
        addresses: Mapping[str, str] | None = None,
        *,
        modules: Sequence[str] = (),
        offer: str = "",
    ) -> None:
        self.kind = kind
        self.group = group
        self._entries: dict[str, T | str] = dict(addresses or {})
        self._modules = list(modules)
        self._offer = offer
        self._plugins_read = False
        self._from_points: set[str] = set()
        self._reading = threading.RLock()

    def add(self, name: str, entry: T | str) -> None:
        """Register an object, or the address "package.module:attribute" of one. Raises UsageError if taken."""
        if name in self._entries:
            raise UsageError(f"{self.kind} '{name}' is registered twice")
        self._entries[name] = entry

    def add_module(self, module: str) -> None:
        """Register everything that a module offers; it is imported when the next name is asked for."""
        self._modules.append(module)

    def get(self, name: str) -> T:
        """The object of that name, imported now if need be.

        Raises:
            UsageError: unknown name; the message has the nearest.
            MissingRequirement: a module that it needs is not installed.
        """
        self._read_plugins()
        if name not in self._entries:
            raise UsageError(f"unknown {self.kind} '{name}'{nearest(name, self._entries)}")
        entry = self._entries[name]
        if isinstance(entry, str):
            module, _, attribute = entry.partition(":")
            try:
                entry = getattr(importlib.import_module(module), attribute)
            except ModuleNotFoundError as error:
                raise MissingRequirement(f"{self.kind} '{name}' needs the Python module '{error.name}'") from error
            self._entries[name] = entry
        return entry

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(self.declared())

    def declared(self) -> list[str]:
        """All names in the order in which they were registered."""
        self._read_plugins()
        return list(self._entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __contains__(self, name: object) -> bool:
        self._read_plugins()
        return name in self._entries

    @contextmanager
    def isolated(self) -> Iterator[None]:
        """What is added inside is gone afterwards, and entry points are read anew: for tests."""
        before = self._entries, list(self._modules), self._plugins_read, self._from_points
        self._entries = {name: entry for name, entry in self._entries.items() if name not in self._from_points}
        self._plugins_read, self._from_points = False, set()
        try:
            yield
        finally:
            self._entries, self._modules, self._plugins_read, self._from_points = before

    def _read_plugins(self) -> None:
        with self._reading:
            while self._modules:
                offered: Mapping[str, T] = getattr(importlib.import_module(self._modules[0]), self._offer)
                for name, entry in offered.items():
                    self.add(name, entry)
                del self._modules[0]
            if self._plugins_read:
                return
            self._plugins_read = True
            for point in entry_points(group=self.group):
                self.add(point.name, point.value)
                self._from_points.add(point.name)
