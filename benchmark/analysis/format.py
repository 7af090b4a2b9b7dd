"""How numbers are written: digits, units, intervals, p values, counts, groups of samples; the same in every format."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

NONE = "–"
"""Where there is no number."""

ROUNDING = 1e-9
"""What is smaller is the rounding of float64 sums, and written as 0."""

UNIT_DECIMALS: Mapping[str, int] = {
    "%": 1,
    "% of clips": 1,
    "% of full intensity": 1,
    "% of eye distance": 2,
    "points": 1,
    "dB": 2,
    "px": 2,
    "frames": 2,
    "s": 2,
    "fps": 1,
    "frames/s": 1,
}
"""Digits after the point that a unit deserves. Other units get three significant ones of a column's largest value."""

SHOWN_UNITS = frozenset({"%", "% of eye distance", "points", "dB", "px", "frames", "s", "fps"})
"""Units that are written behind a number in a sentence."""


def decimals(unit: str, values: Iterable[float | None]) -> int:
    """Digits after the point for a column of numbers, the same in all of its cells."""
    if unit in UNIT_DECIMALS:
        return UNIT_DECIMALS[unit]
    largest = max((abs(value) for value in values if value is not None and math.isfinite(value)), default=0.0)
    if unit.startswith("%"):
        return 1
    return max(0, min(6, 2 - math.floor(math.log10(0.999 * largest)))) if largest > ROUNDING else 1


def number(value: float | None, places: int) -> str:
    """A number with so many digits after the point; as a power of ten where that would be long or show nothing."""
    if value is None or math.isnan(value):
        return NONE
    value = 0.0 if abs(value) < ROUNDING else value
    if value != 0 and (abs(value) >= 1e6 or abs(value) < 0.5 * 10.0**-places):
        return f"{value:.1e}"
    text = f"{value:.{places}f}"
    return text.lstrip("-") if float(text) == 0 else text


def alone(value: float | None, unit: str) -> str:
    """A number that stands in no column, with the digits that its unit and size deserve."""
    return number(value, decimals(unit, [value]))


def with_unit(value: float | None, unit: str) -> str:
    """A number in a sentence: "83.3 %", "0.912", "31.20 dB"."""
    text = alone(value, unit)
    return f"{text} {unit}" if unit in SHOWN_UNITS and text != NONE else text


def interval(low: float | None, high: float | None, places: int) -> str:
    """An interval, such as "[32.4, 71.2]"; "" where there is none."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return ""
    return f"[{number(low, places)}, {number(high, places)}]"


def significant(value: float | None, digits: int = 4) -> str:
    """So many significant digits (four: 97.26, 0.1234, 1234), "-" for none; very small or large ones as 2.50e-09."""
    if value is None or math.isnan(value):
        return "-"
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e6:
        return f"{value:.2e}"
    return f"{value:.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"


def p_value(p: float) -> str:
    """A p value: three digits, "-" for none."""
    return "-" if not math.isfinite(p) else "<0.001" if p < 0.001 else f"{p:.3f}"


def coverage(scored: int, planned: int) -> str:
    """Scored of planned samples, such as "54/56"."""
    return f"{scored}/{planned}"


def plural(count: int, noun: str) -> str:
    """A count with its noun: "1 sample", "56 samples"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def status(word: str) -> str:
    """A status as people read it: "missing checkpoint"."""
    return word.replace("_", " ")


def group(grouping: str, value: str) -> str:
    """A group of samples in words."""
    if grouping == "all":
        return "all emotions"
    if grouping == "group":
        return f"{value} emotions"
    return f"level {value}" if grouping == "intensity" else value


def day(finished: str) -> str:
    """The date of an ISO 8601 time, "" if there is none."""
    return finished[:10]
