"""How numbers are written."""

from __future__ import annotations

import math

import pytest

from benchmark.analysis import format


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (97.2634, "97.26"),
        (0.12345, "0.1235"),
        (1234.4, "1234"),
        (-3.14159, "-3.142"),
        (0.0, "0"),
        (100.0, "100.0"),
        (math.nan, "-"),
        (None, "-"),
        (2.5e-9, "2.50e-09"),
        (3.2e8, "3.20e+08"),
    ],
)
def test_significant_digits(value: float | None, text: str) -> None:
    assert format.significant(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (83.333, "%", "83.3 %"),
        (0.91234, "cosine", "0.912"),
        (31.2, "dB", "31.20 dB"),
        (329.862, "", "330"),
        (12.345, "px", "12.35 px"),
        (0.00004, "", "0.000040"),
        (0.0, "", "0.0"),
        (None, "%", "–"),
    ],
)
def test_a_number_in_a_sentence_has_the_digits_of_its_unit(value: float | None, unit: str, text: str) -> None:
    assert format.with_unit(value, unit) == text


@pytest.mark.parametrize(
    ("unit", "values", "expected"),
    [
        ("%", [0.001], 1),
        ("", [12.0, 0.5], 1),
        ("", [0.9996, 0.1], 3),
        ("", [0.0123], 4),
        ("", [1234.0], 0),
        ("", [], 1),
        ("", [math.nan, None], 1),
        ("% of the distance", [3.0], 1),
    ],
)
def test_a_column_has_the_digits_of_its_unit_or_of_its_largest_value(
    unit: str, values: list[float | None], expected: int
) -> None:
    assert format.decimals(unit, values) == expected


def test_an_interval_and_a_p_value() -> None:
    assert format.interval(32.41, 71.18, 1) == "[32.4, 71.2]"
    assert format.interval(math.nan, 1.0, 1) == format.interval(None, 1.0, 1) == ""
    assert [format.p_value(p) for p in (0.04, 1e-9, math.nan)] == ["0.040", "<0.001", "-"]


def test_groups_of_samples_in_words() -> None:
    groups = [("all", "all"), ("group", "basic"), ("intensity", "2"), ("emotion", "happy")]
    assert [format.group(*one) for one in groups] == ["all emotions", "basic emotions", "level 2", "happy"]
