"""Numbers, dates and groups of samples as people read them."""

from __future__ import annotations

_DIGITS = {"%": 1, "% of eye distance": 2, "points": 1, "dB": 2, "px": 2, "frames": 2, "s": 2, "fps": 1}
"""Units that are written behind the number, and the digits after its point."""


def written(value: float | None, unit: str) -> str:
    """A number as people read it: "83.3 %", "0.912", "31.20 dB"; "-" for none."""
    if value is None:
        return "–"
    return f"{digits(value, unit)} {unit}" if unit in _DIGITS else digits(value, unit)


def digits(value: float, unit: str) -> str:
    """A number without its unit, with the digits that unit deserves; others get three significant ones or more."""
    if unit in _DIGITS:
        return f"{value:.{_DIGITS[unit]}f}"
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.2e}"
    return f"{value:.{0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 10 else 3}f}"


def day(finished: str) -> str:
    """The date of an ISO 8601 time, "" if there is none."""
    return finished[:10]


def group_name(grouping: str, value: str) -> str:
    """A group of samples in words."""
    if grouping == "all":
        return "all emotions"
    if grouping == "group":
        return f"{value} emotions"
    return f"level {value}" if grouping == "intensity" else value
