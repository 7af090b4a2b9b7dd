"""A package that can be called: `benchmark.run(...)` and `import benchmark.run.command` live under one name.

What is imported as a sub-package replaces an attribute of the same name on its parent, so the package itself has to be
the function. The function's module is imported at the first call.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class CallablePackage(ModuleType):
    """A module whose call is the call of a function that it names in `CALLED`: "package.module:function"."""

    def _function(self) -> Callable[..., Any]:
        module, _, name = str(self.__dict__["CALLED"]).partition(":")
        function: Callable[..., Any] = getattr(importlib.import_module(module), name)
        return function

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """The function's own."""
        return self._function()(*arguments, **options)

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """The function, for `inspect.signature` and what shows it."""
        return self._function()


def make_callable(package: str) -> None:
    """Let a package that names its function in `CALLED` be called. For the package's own `__init__`."""
    sys.modules[package].__class__ = CallablePackage
