"""The manifest of a submission: which split, and the method's card. Every text in it is data, never markup.

{"dataset": "puppets", "split": "test",
"method": {"name": "my-method", "title": "My method", "version": "1", "cue": "audio", "paper": "https://...",
"code": "https://...", "licence": "MIT", "year": 2026, "trained_on": ["MEAD"]}}
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from benchmark.core.errors import one_line
from benchmark.methods.base import METHODS
from benchmark.submission.package import shown

CUES = ("none", "label", "audio", "image")
NAME = re.compile(r"[a-z0-9][a-z0-9_\-]{0,39}")
RESERVED = ("all", "mock")
"""Words of the command line and of the results folder, beside the names of all registered methods."""
_TEXTS = {"title": 80, "version": 20, "cue": 10, "paper": 200, "code": 200, "licence": 60}
_MANIFEST = ("dataset", "split", "method")
_TRAINED_ON = 40
"""Most entries of `trained_on`."""
_REQUIRED = ("name", "title", "cue", "licence")


def read_manifest(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The manifest and its problems, each one sentence."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number, parse_float=_finite)
    except (OSError, ValueError, RecursionError) as error:
        return {}, [f"manifest.json is not JSON: {shown(one_line(error))}"]
    return manifest if isinstance(manifest, dict) else {}, manifest_problems(manifest)


def manifest_problems(manifest: Any) -> list[str]:
    """Problems of what a manifest holds, each one sentence."""
    if not isinstance(manifest, dict):
        return ["manifest.json must hold an object"]
    problems = [
        f"manifest.json: '{key}' is missing or no text"
        for key in ("dataset", "split")
        if not isinstance(manifest.get(key), str)
    ]
    problems += [f"manifest.json: '{shown(str(key))}' is unknown" for key in manifest if key not in _MANIFEST]
    card = manifest.get("method")
    if not isinstance(card, dict):
        return [*problems, "manifest.json: 'method' (the method card) is missing"]
    problems += [f"method card: '{key}' is missing" for key in _REQUIRED if not card.get(key)]
    problems += [f"method card: '{shown(str(key))}' is unknown" for key in card if key not in _known()]
    for key, longest in _TEXTS.items():
        problems += _text_problems(key, card.get(key), longest)
    name = card.get("name")
    if name and (not isinstance(name, str) or not NAME.fullmatch(name)):
        problems.append("method card: 'name' may hold lower-case letters, digits, '_' and '-', up to 40")
    elif name and taken(name):
        problems.append(f"method card: the name '{name}' is taken by the benchmark itself")
    if isinstance(card.get("cue"), str) and card["cue"] not in CUES:
        problems.append(f"method card: 'cue' must be one of {', '.join(CUES)}")
    for key in ("paper", "code"):
        if isinstance(card.get(key), str) and card[key] and not re.fullmatch(r"https?://[!-;=?-~]+", card[key]):
            problems.append(f"method card: '{key}' must be a web address")
    year = card.get("year")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int) or not 1990 <= year <= 2100):
        problems.append("method card: 'year' must be a whole number such as 2026")
    seen = card.get("trained_on", [])
    if not isinstance(seen, list) or not all(isinstance(x, str) for x in seen) or len(seen) > _TRAINED_ON:
        problems.append(f"method card: 'trained_on' must be a list of texts, at most {_TRAINED_ON}")
    else:
        for text in seen:
            problems += _text_problems("trained_on", text, 60)
    return problems


def taken(name: str) -> bool:
    """Whether a name is one of the benchmark's own, so that results of the two would stand under one name.

    `edtalk_audio` is taken as `edtalk-audio` is: nobody should have to look twice.
    """
    return name.replace("_", "-") in {own.replace("_", "-") for own in (*METHODS.names(), *RESERVED)}


def _known() -> tuple[str, ...]:
    return ("name", "year", "trained_on", *_TEXTS)


def _text_problems(key: str, value: object, longest: int) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, str):
        return [f"method card: '{key}' must be text"]
    if len(value) > longest:
        return [f"method card: '{key}' is longer than {longest} characters"]
    if any(not c.isprintable() for c in value) or "<" in value or ">" in value:
        return [f"method card: '{key}' holds control characters or markup"]
    return []


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(shown(text))


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
