"""A sound track at the times that its packets state: silence in its gaps, no sound twice, one rate from end to end.

Stamps of recorders tremble while the sound itself is whole, so a gap counts only when all stamps of the next fifth of a
second agree on it. A plain track is what its packets hold, one after the other.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.container import InputContainer
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from benchmark.media.errors import too_large
from benchmark.media.resample import resample
from benchmark.media.streams import sound_of

GAP = 0.01
"""Seconds: a shorter gap or overlap is none. The shortest packet that gets lost lasts as long."""
AGREED = 0.2
"""Seconds of stamps that must agree on a gap."""
RESTART = 1.0
"""Seconds: stamps that jump back by more start anew, and the sound goes on."""
OPPOSED = 0.1
"""Channels oppose each other if their mean keeps less than this share of the energy that unrelated channels keep."""


class RawSound(NamedTuple):
    """A sound track as it stands in its file."""

    samples: NDArray[np.float32]
    """float32 (N,), mono, in [-1, 1], finite."""
    rate: int
    """Samples per second, Hz; of a track whose rate changes, the rate of most of it."""
    start: float
    """Time of the first sample in the file's own clock, seconds."""


class _Packets(NamedTuple):
    """What was decoded."""

    pieces: list[NDArray[np.float32]]
    """Mono."""
    rates: list[int]
    times: list[float | None]
    opposed: int | None
    """The loudest channel, where the channels' mean is near silence and they are not."""


def decode_sound(container: InputContainer, *, until: float = np.inf, max_bytes: int) -> RawSound | None:
    """Decode the sound of an opened container.

    Args:
        container: at its beginning.
        until: time in the file's own clock after which no more sound is needed, seconds.
        max_bytes: refuse a track that takes more.

    Returns:
        The sound, None if there is none or it is empty.

    Raises:
        MediaError: `too_large`.
    """
    decoded = _decoded(container, None, until, max_bytes)
    if decoded.opposed is not None:
        with av.open(container.name) as again:
            decoded = _decoded(again, decoded.opposed, until, max_bytes)
    return _laid(decoded, max_bytes) if decoded.pieces else None


def _decoded(container: InputContainer, channel: int | None, until: float, max_bytes: int) -> _Packets:
    """Decode to mono: the mean of all channels, or one of them."""
    pieces: list[NDArray[np.float32]] = []
    rates: list[int] = []
    times: list[float | None] = []
    energies = _Energies()
    converter: av.AudioResampler | None = None  # to planar float; rate and channels stay
    taken = 0
    stream = sound_of(container)
    for frame in () if stream is None else container.decode(stream):
        time = frame.time
        if time is not None and time > until:
            break
        try:
            planar = [] if converter is None else converter.resample(frame)
        except ValueError:  # of another form than all before
            converter = None
        if converter is None:
            converter = av.AudioResampler(format="fltp", layout=frame.layout, rate=frame.sample_rate)
            planar = converter.resample(frame)
        for piece in planar:
            channels = np.asarray(piece.to_ndarray(), np.float32)
            if channel is None:
                mono = channels.mean(axis=0, dtype=np.float32)
                energies.add(channels, mono)
            else:
                mono = channels[min(channel, len(channels) - 1)]
            taken += mono.nbytes
            if taken > max_bytes:
                raise too_large(f"the sound of {Path(container.name).name}", max_bytes)
            pieces.append(mono)
            rates.append(frame.sample_rate)
            times.append(time)
    return _Packets(pieces, rates, times, energies.opposed())


class _Energies:
    """How loud the channels are, and how much of that their mean keeps."""

    def __init__(self) -> None:
        self._each: list[float] = []
        self._mean = 0.0

    def add(self, channels: NDArray[np.float32], mono: NDArray[np.float32]) -> None:
        if len(channels) == 1 and len(self._each) <= 1:
            return  # nothing to oppose
        self._each += [0.0] * (len(channels) - len(self._each))
        for place, channel in enumerate(channels):
            self._each[place] += float(channel @ channel)
        self._mean += float(mono @ mono)

    def opposed(self) -> int | None:
        unrelated = sum(self._each) / max(1, len(self._each)) ** 2
        return int(np.argmax(self._each)) if self._mean < OPPOSED * unrelated else None


def _laid(decoded: _Packets, max_bytes: int) -> RawSound:
    """All packets on one time line."""
    pieces, start = decoded.pieces, next((time for time in decoded.times if time is not None), 0.0)
    rates = _true_rates(decoded)
    samples = np.array([len(piece) for piece in pieces])
    changes = len(set(decoded.rates)) > 1
    rate = int(max(np.unique(rates), key=lambda one: samples[rates == one].sum())) if changes else int(rates[0])
    lengths = samples / rates
    ends = np.cumsum(lengths)
    late = np.nan_to_num(np.array(decoded.times, np.float64) - start - (ends - lengths))  # a time that is None is 0
    gaps = _gaps(late, AGREED / max(1e-3, float(np.median(lengths))))
    if not gaps and not changes:
        return RawSound(_clean(np.concatenate(pieces)), rate, start)
    return RawSound(_assembled(pieces, rates, rate, gaps, max_bytes), rate, start)


def _true_rates(decoded: _Packets) -> NDArray[np.int64]:
    """The rate of each packet. Some decoders state a new rate one packet late, which the packets' times tell."""
    rates = np.asarray(decoded.rates, np.int64)
    if len(set(decoded.rates)) == 1:
        return rates
    for index in np.flatnonzero(np.diff(rates)):
        here, after = decoded.times[index], decoded.times[index + 1]
        if here is None or after is None or after <= here:
            continue
        lasts, length = after - here, len(decoded.pieces[index])
        if abs(length / rates[index + 1] - lasts) < 0.1 * abs(length / rates[index] - lasts):
            rates[index] = rates[index + 1]
    return rates


def _gaps(late: NDArray[np.float64], packets: float) -> dict[int, float]:
    """Before which packets the time line is torn, and by how many seconds; below 0: sound that was heard before.

    Args:
        late: float64 (P,), by how much each packet's stamp is after the end of all before it.
        packets: how many must agree.
    """
    if np.abs(late).max(initial=0.0) < GAP:
        return {}
    window = max(1, round(packets))
    ahead = sliding_window_view(np.pad(late, (0, window - 1), mode="edge"), window)
    least, most = ahead.min(axis=1), ahead.max(axis=1)
    gaps: dict[int, float] = {}
    base = 0.0
    for index in range(len(late)):
        step = 0.0
        if least[index] - base >= GAP:
            step = float(least[index] - base)
        elif most[index] - base <= -GAP:
            step = float(most[index] - base)
        if step:
            base += step
            if step > -RESTART:
                gaps[index] = step
    return gaps


def _assembled(
    pieces: list[NDArray[np.float32]], rates: NDArray[np.int64], rate: int, gaps: dict[int, float], max_bytes: int
) -> NDArray[np.float32]:
    """The pieces at one rate, with silence in the gaps; where stamps overlap, what was there first stays."""
    torn = sorted({0, *gaps, *(np.flatnonzero(np.diff(rates)) + 1).tolist()})
    line: list[NDArray[np.float32]] = []
    end, place = 0, 0.0
    for first, after in zip(torn, [*torn[1:], len(pieces)], strict=True):
        run = resample(np.concatenate(pieces[first:after]), int(rates[first]), rate)
        place += gaps.get(first, 0.0) * rate
        begin = round(place)
        place += sum(len(piece) for piece in pieces[first:after]) / rates[first] * rate
        if 4 * (begin + len(run)) > max_bytes:
            raise too_large("a sound with such gaps", max_bytes)
        if begin < end:
            run = run[end - begin :]
        elif begin > end:
            line.append(np.zeros(begin - end, np.float32))
            end = begin
        line.append(run)
        end += len(run)
    return _clean(np.concatenate(line))


def _clean(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """In [-1, 1], numbers all of it."""
    clipped: NDArray[np.float32] = np.clip(samples, -1.0, 1.0)
    return clipped if np.isfinite(clipped).all() else np.nan_to_num(clipped, nan=0.0)
