"""From the times at which a file shows its pictures to a regular clock that shows every one of them.

A stated frame rate is a claim: it counts where the pictures obey it, and they do in a plain file. Otherwise the rate is
read from the times themselves (their typical distance, with jitter and pauses out of the way), moved to a stated or a
usual rate that every picture fits. Each picture then has a tick of its own near its time, and stays on until the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STILL_FPS = 25.0
"""Frame rate that a still image, or a file that states none, is given."""
USUAL = (5, 6, 8, 10, 12, 12.5, 15, 20, 24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60, 90, 100, 120)
"""Frame rates of cameras, recorders and programs."""
SHORTEST = 1 / 120
"""Seconds: a picture of a faster uneven file that is on for less is dropped; the screens of people do not show it."""
NEAR = 0.75
"""Ticks by which a picture may leave its time to have a tick of its own."""
CLOSE = 0.03
"""A stated or usual rate this near to the typical one may stand for it."""
SEEN = 20.0
"""The pictures of so many seconds tell the rate; what follows makes it finer."""
HELD = 1.5
"""Ticks: a last picture that the file shows for longer stays on; less is what muxers write at random."""


class Clock(NamedTuple):
    """When a file's pictures are shown, on a regular clock."""

    fps: float
    """Ticks per second, > 0."""
    shown: NDArray[np.intp]
    """intp (T,), rising: the picture that each tick shows."""
    start: float
    """Time of tick 0 in the file's own clock, seconds."""


def regular(times: Sequence[float | None], stated: Sequence[float], last: float = 0.0) -> Clock:
    """A regular clock for pictures that are shown at any times.

    Args:
        times: when each picture is shown first, seconds, in the order of showing; None where the file does not say. A
            clock that jumps back is taken to go on.
        stated: rates that the file claims, the most trusted first.
        last: for how long the last picture is shown, seconds; 0 where the file does not say.

    Returns:
        The clock. Where the pictures are within half a frame of the first stated rate, every tick shows the next
        picture, at that rate, from the first picture's time on.
    """
    rate = stated[0] if stated else STILL_FPS
    clock = _completed(times, rate)
    start, count = float(clock[0]), len(clock)
    if count == 1 and rate > 1 / SHORTEST:
        rate = next((other for other in stated if other <= 1 / SHORTEST), STILL_FPS)
    if np.abs(clock - start - np.arange(count) / rate).max() <= 0.5 / rate:
        return Clock(rate, _held(np.arange(count), count, last * rate), start)
    clock = _rising(clock)
    kept = _long_enough(clock)
    rate = _fitting_rate(clock[kept], stated)
    ticks = _ticks(clock[kept], rate)
    return Clock(rate, kept[_held(ticks.places, len(kept), last * rate)], ticks.start)


def in_order(times: Sequence[float | None], stamps: Sequence[int | None], unit: float) -> Sequence[float | None]:
    """Times that rise, where decoding stamps tell them better.

    An AVI has no times for pictures that are coded in another order than shown: what stands for them falls and rises.
    The order of decoding, late by as much for all, is then what is left.

    Args:
        times: as for `regular`.
        stamps: when each picture was decoded, in units of `unit` seconds; None where that is not known.
        unit: seconds of a stamp's step.
    """
    known = [time for time in times if time is not None]
    decoded = [stamp for stamp in stamps if stamp is not None]
    falls = any(after <= before for before, after in pairwise(known))
    if not falls or 2 * len(decoded) <= len(times) or any(after <= before for before, after in pairwise(decoded)):
        return times
    late = decoded[0] * unit - min(known)
    return [None if stamp is None else stamp * unit - late for stamp in stamps]


def _completed(times: Sequence[float | None], fps: float) -> NDArray[np.float64]:
    """The times, those that are missing on a straight line between their neighbours, or a step after the last."""
    values = np.array(times, np.float64)  # None becomes NaN
    known = np.flatnonzero(~np.isnan(values))
    if len(known) in (0, len(values)):
        return values if len(known) else np.arange(len(values)) / fps
    index = np.arange(len(values))
    line = np.interp(index, known, values[known])
    steps = np.diff(line[known[0] : known[-1] + 1])
    step = float(np.median(steps[steps > 0])) if (steps > 0).any() else 1 / fps
    return np.asarray(line + step * (np.minimum(index - known[0], 0) + np.maximum(index - known[-1], 0)))


def _rising(clock: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same times where every jump back goes on by a typical step."""
    steps = np.diff(clock)
    forward = steps[steps > 0]
    typical = float(np.median(forward)) if len(forward) else 1 / STILL_FPS
    steps = np.where(steps > 0, steps, typical)
    return np.asarray(clock[0] + np.concatenate([[0.0], np.cumsum(steps)]), np.float64)


def _long_enough(clock: NDArray[np.float64]) -> NDArray[np.intp]:
    """Indices of the pictures that stay on for a time that can be seen."""
    steps = np.diff(clock)
    least = min(SHORTEST, 0.4 * float(np.median(steps)))
    kept, seen = [], np.inf
    for index in range(len(clock) - 1, -1, -1):  # backwards: of two the later one is what stays
        if seen - clock[index] >= least:
            kept.append(index)
            seen = clock[index]
    return np.asarray(kept[::-1], np.intp)


def _fitting_rate(clock: NDArray[np.float64], stated: Sequence[float]) -> float:
    """The rate that gives every picture a tick of its own near its time."""
    typical = _typical_rate(clock)
    close = [rate for rate in stated if abs(rate / typical - 1) <= CLOSE]
    close += sorted((rate for rate in USUAL if abs(rate / typical - 1) <= CLOSE), key=lambda rate: abs(rate - typical))
    for rate in [*close, typical, *(rate for rate in USUAL if rate > typical)]:
        if _ticks(clock, rate).apart.max() <= NEAR:
            return float(rate)
    return 1 / min(SHORTEST, float(np.diff(clock).min()))


def _typical_rate(clock: NDArray[np.float64]) -> float:
    """Pictures per second where they follow each other without a pause.

    Of the rates near the typical distance, the one whose ticks are nearest to the times (mean fourth power: jitter is
    bounded, and wrong rates leave some times far away); then a line through ticks and times.
    """
    typical = 1 / float(np.median(np.diff(clock)))
    few = clock[clock - clock[0] <= SEEN] - clock[0]
    if len(few) < 4:
        return typical
    rates = np.arange(0.7 * typical, 1.4 * typical, 1 / (8 * few[-1]))
    rate = float(min(rates, key=lambda one: (_ticks(few, one).apart ** 4).mean()))
    size = len(few)
    while True:  # on a line that is fitted to some pictures the next ones find their ticks
        ticks = _ticks(clock[:size], rate).places
        rate = 1 / float(np.polyfit(ticks, clock[:size], 1)[0])
        if size == len(clock):
            return rate
        size = min(2 * size, len(clock))


class _Ticks(NamedTuple):
    """Where pictures begin on a clock."""

    places: NDArray[np.intp]
    """intp (N,), the tick of each picture, strictly rising from 0."""
    start: float
    """Time of tick 0, seconds."""
    apart: NDArray[np.float64]
    """float64 (N,), by how many ticks each picture leaves its time."""


def _ticks(clock: NDArray[np.float64], fps: float) -> _Ticks:
    """A tick of its own for each picture."""
    exact = clock * fps
    # the clock's phase is that of all pictures, not of a first one that may be late
    phase = float(np.angle(np.exp(2j * np.pi * exact).mean()) / (2 * np.pi))
    index = np.arange(len(clock))
    ticks = np.maximum.accumulate(np.rint(exact - phase) - index) + index
    return _Ticks((ticks - ticks[0]).astype(np.intp), float((ticks[0] + phase) / fps), np.abs(ticks - (exact - phase)))


def _held(ticks: NDArray[np.intp], count: int, last: float) -> NDArray[np.intp]:
    """Which of `count` pictures each tick shows, the last one for `last` ticks where that is clearly more than one."""
    stay = max(1, round(last)) if last > HELD else 1
    if stay == 1 and len(ticks) == count and ticks[-1] == count - 1:
        return np.arange(count)
    return np.repeat(np.arange(count), np.diff(ticks, append=ticks[-1] + stay))
