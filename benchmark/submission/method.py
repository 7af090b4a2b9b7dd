"""A reviewed submission as a method: `videos` under the submission's name, with the submission's own method card.

`EMOTION_BENCHMARK_PLUGINS=benchmark.submission.method` and `EMOTION_BENCHMARK_SUBMISSION=FILE` make it known to
`benchmark.run` and its workers (see `benchmark.core.plugins`). FILE is JSON: `sha256` of the archive, and `manifest`.
The card is checked once more; nothing in it is more than a text or a number of `MethodInfo`.

Two submissions of one name are two runs: the archive's hash is part of their keys.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmark.core.errors import UsageError, one_line
from benchmark.methods.base import METHODS, Method, MethodInfo
from benchmark.submission.card import manifest_problems

VARIABLE = "EMOTION_BENCHMARK_SUBMISSION"
PLUGIN = "benchmark.submission.method"


def register() -> None:
    """Add the submission that the variable names to the registry of methods; once, however often it is called.

    Raises:
        UsageError: there is no such file, its card is not good, or its name is another method's.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        raise UsageError(f"{PLUGIN} needs {VARIABLE}=FILE")
    try:
        given = json.loads(Path(path).read_text(encoding="utf-8"))
        digest, manifest, name = given["sha256"], given["manifest"], str(given["manifest"]["method"]["name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{VARIABLE}: {path}: {one_line(error)}") from error
    if not isinstance(digest, str) or not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise UsageError(f"{VARIABLE}: {path}: 'sha256' must be that of the archive")
    if name in METHODS and getattr(METHODS.get(name), "submission", None) == digest:
        return
    if problems := manifest_problems(manifest):
        raise UsageError(f"{VARIABLE}: {path}: {problems[0]}")
    METHODS.add(name, method_of(manifest["method"], digest))


def method_of(card: Mapping[str, Any], digest: str) -> type[Method]:
    """The method of a submission.

    Args:
        card: a method card without problems.
        digest: sha256 of the archive.
    """
    info = MethodInfo(
        name=card["name"],
        title=card["title"],
        version=card.get("version") or "1",
        cue=card["cue"],
        paper=card.get("paper") or "",
        year=card.get("year"),
        code=card.get("code") or "",
        licence=card["licence"],
        trained_on=tuple(card.get("trained_on") or ()),
    )

    def output_options(cls: type[Method], options: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"submission": digest}

    members = {"info": info, "submission": digest, "output_options": classmethod(output_options)}
    return type("Submitted", (METHODS.get("videos"),), {**members, "__module__": __name__})
