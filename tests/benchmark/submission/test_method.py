"""A submission's card becomes a method card, field by field, under its own name and no other's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmark.core.errors import UsageError
from benchmark.methods.base import METHODS
from benchmark.submission.method import VARIABLE, register
from tests.benchmark.submission.made import CARD, MANIFEST
from tests.registries import registries_kept

DIGEST = "a" * 64


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    with registries_kept():
        yield


def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Any) -> None:
    (tmp_path / "card.json").write_text(json.dumps(content))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "card.json"))


def test_every_field_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = CARD | {"version": "3", "year": 2026, "paper": "https://a.org", "code": "https://b.org",
                   "trained_on": ["mead"]}  # fmt: skip
    given(tmp_path, monkeypatch, {"sha256": DIGEST, "manifest": MANIFEST | {"method": card}})
    register()
    register()  # as a worker does for every run
    info = METHODS.get("mine").info
    assert {key: getattr(info, key) for key in card} == card | {"trained_on": ("mead",)}
    assert METHODS.get("videos").info.title == "Videos of a folder"


def test_two_submissions_of_one_name_have_keys_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = []
    for digest in (DIGEST, "b" * 64):
        with registries_kept():
            given(tmp_path, monkeypatch, {"sha256": digest, "manifest": MANIFEST})
            register()
            options.append(METHODS.get("mine").output_options({"folder": "x"}))
    assert options[0] != options[1] and all("folder" not in one for one in options)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"sha256": DIGEST, "manifest": MANIFEST | {"method": CARD | {"name": "cmet"}}}, "taken by the benchmark"),
        ({"sha256": DIGEST, "manifest": MANIFEST | {"method": CARD | {"title": "<b>"}}}, "markup"),
        ({"sha256": "../x", "manifest": MANIFEST}, "'sha256' must be that of the archive"),
        ({"sha256": DIGEST, "manifest": {}}, "method"),
        ([], "card.json"),
    ],
)
def test_what_is_no_good_card_is_no_method(
    content: Any, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(tmp_path, monkeypatch, content)
    before = METHODS.names()
    with pytest.raises(UsageError, match=sentence):
        register()
    assert METHODS.names() == before


def test_without_a_file_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(UsageError, match=VARIABLE):
        register()
