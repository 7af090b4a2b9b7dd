"""What a manifest may say: texts and a year, under a name that is nobody else's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmark.methods.base import METHODS
from benchmark.submission.card import manifest_problems, read_manifest, taken
from tests.benchmark.submission.made import CARD, MANIFEST


def problems(**changes: Any) -> list[str]:
    return manifest_problems(MANIFEST | {"method": CARD | changes})


def test_a_whole_card_is_good() -> None:
    assert not problems(
        year=2026, version="2.1", paper="https://arxiv.org/abs/2604.07786", code="https://example.org/x?y=1&z=2",
        trained_on=["mead/train", "\u05de\u05d9\u05d3"],
    )  # fmt: skip
    assert not problems(year=None, paper="", trained_on=[])


@pytest.mark.parametrize("name", [*METHODS.names(), "all", "mock", "edtalk_audio", "source-copy"])
def test_names_of_the_benchmark_are_taken(name: str) -> None:
    assert problems(name=name) == [f"method card: the name '{name}' is taken by the benchmark itself"]
    assert not taken(f"{name}-2")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "two\nlines"}, "'title' holds control characters or markup"),
        ({"title": "left \u202e thgir"}, "'title' holds control characters or markup"),
        ({"title": "\ud800"}, "'title' holds control characters or markup"),
        ({"title": "a\x00b"}, "'title' holds control characters or markup"),
        ({"licence": "<b>MIT</b>"}, "'licence' holds control characters or markup"),
        ({"title": "x" * 81}, "'title' is longer than 80 characters"),
        ({"title": ["Mine"]}, "'title' must be text"),
        ({"cue": "smell"}, "'cue' must be one of none, label, audio, image"),
        ({"cue": ["audio"]}, "'cue' must be text"),
        ({"name": "Mine"}, "'name' may hold lower-case letters"),
        ({"name": "mine\n"}, "'name' may hold lower-case letters"),
        ({"name": 7}, "'name' may hold lower-case letters"),
        ({"paper": "file:///etc/passwd"}, "'paper' must be a web address"),
        ({"code": "https://x.org/a b"}, "'code' must be a web address"),
        ({"year": True}, "'year' must be a whole number"),
        ({"year": 10**400}, "'year' must be a whole number"),
        ({"trained_on": "mead"}, "'trained_on' must be a list of texts"),
        ({"trained_on": ["mead"] * 41}, "'trained_on' must be a list of texts, at most 40"),
        ({"trained_on": ["<i>"]}, "'trained_on' holds control characters or markup"),
        ({"checkpoints": ["x"]}, "'checkpoints' is unknown"),
    ],
)
def test_what_is_no_card_is_refused(changes: dict[str, Any], sentence: str) -> None:
    found = problems(**changes)
    assert any(sentence in problem for problem in found), found
    assert all(problem.isascii() and problem.isprintable() for problem in found)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"dataset": NaN}', "NaN is no number"),
        ('{"dataset": -Infinity}', "-Infinity is no number"),
        ('{"dataset": 1e400}', "1e400 is no number"),
        ('{"dataset": ' + "1" * 5000 + "}", "manifest.json is not JSON"),
        ('{"a":' * 50_000, "manifest.json is not JSON"),
        ("[" * 100_000 + "]" * 100_000, "manifest.json is not JSON"),
        ("\xff\xfe", "manifest.json is not JSON"),
        ("[]", "manifest.json must hold an object"),
        ("null", "manifest.json must hold an object"),
        ('{"dataset": "toy", "split": "test", "method": {}, "scores": {"fid": 1}}', "'scores' is unknown"),
        ('{"dataset": 1, "split": "test"}', "'dataset' is missing or no text"),
    ],
)
def test_json_that_is_hostile_or_says_something_else_is_one_sentence(text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text, encoding="latin-1")
    manifest, found = read_manifest(path)
    assert any(sentence in problem for problem in found), found
    json.dumps(manifest, allow_nan=False)
