"""Modules of a user's own that add methods, datasets or metrics without being installed: EMOTION_BENCHMARK_PLUGINS.

    EMOTION_BENCHMARK_PLUGINS=my_lab.methods python -m benchmark.run --method mine

Each module named (commas between) is imported, and its `register()` called if it has one: by the command, and by every
worker process. Installed packages use entry points instead (docs/extend/method.md).
"""

from __future__ import annotations

import importlib
import os

from benchmark.core.errors import UsageError, one_line

VARIABLE = "EMOTION_BENCHMARK_PLUGINS"


def load_plugins() -> None:
    """Import the modules that the variable names. Raises UsageError for one that can't be imported."""
    for name in filter(None, (part.strip() for part in os.environ.get(VARIABLE, "").split(","))):
        try:
            module = importlib.import_module(name)
        except Exception as error:  # somebody's module may fail in any way
            raise UsageError(f"{VARIABLE}: module '{name}' can't be imported: {one_line(error)}") from error
        register = getattr(module, "register", None)
        if callable(register):
            register()
