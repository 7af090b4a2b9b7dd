"""Errors that a user can act on."""

from __future__ import annotations

import pytest

import media.errors
from benchmark import errors
from benchmark.errors import SampleError


def test_a_file_that_is_gone_has_one_name_in_both_rooms() -> None:
    assert errors.GONE == media.errors.GONE


@pytest.mark.parametrize(
    ("status", "told", "passing"), [("no_face", False, False), ("no_face", True, True), ("missing_file", False, True)]
)
def test_a_file_that_is_gone_is_asked_for_again(status: str, told: bool, passing: bool) -> None:
    assert SampleError(status, "x", passing=told).passing is passing
