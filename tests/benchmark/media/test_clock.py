"""A regular clock from the times of pictures: every picture is kept, near its time, at the rate that the times have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.media.clock import USUAL, in_order, regular


def test_a_stated_rate_that_the_pictures_obey_is_kept_to_the_last_bit() -> None:
    rate = 30000 / 1001
    times = [5.0 + index / rate for index in range(40)]
    clock = regular(times, (rate, 90000.0))
    assert clock.fps == rate and clock.start == 5.0 and clock.shown.tolist() == list(range(40))


def test_a_stated_rate_that_no_picture_obeys_gives_way_to_the_times() -> None:
    rng = np.random.default_rng(0)
    times = [round(index / 25 + late, 3) for index, late in enumerate(rng.uniform(-0.012, 0.012, 50))]
    clock = regular(times, (1000.0, 1000.0))
    assert clock.fps == 25.0 and clock.shown.tolist() == list(range(50))
    assert clock.start == pytest.approx(0.0, abs=0.005)  # not the time of a first picture that came late


def test_a_pause_holds_the_picture_until_the_next_one() -> None:
    clock = regular([0.0, 0.04, 0.08, 0.12, 0.32, 0.36], (15.0,))
    assert clock.fps == 25.0 and clock.shown.tolist() == [0, 1, 2, 3, 3, 3, 3, 3, 4, 5]


def test_two_rates_in_one_file_keep_every_picture() -> None:
    times = [*(index / 30 for index in range(30)), *(1 + index / 60 for index in range(30))]
    clock = regular(times, (40.0,))
    assert clock.fps == pytest.approx(60.0, rel=0.01) and sorted(set(clock.shown.tolist())) == list(range(60))


def test_a_last_picture_that_stays_on_is_held() -> None:
    assert regular([0.0, 0.04], (25.0,), last=0.4).shown.tolist() == [0, *([1] * 10)]
    assert regular([0.0, 0.04], (25.0,), last=0.05).shown.tolist() == [0, 1]  # what muxers write at random


def test_pictures_too_short_to_be_seen_do_not_make_a_clip_twenty_times_as_large() -> None:
    times = sorted([*(index / 25 for index in range(50)), 0.5215, 1.0385])
    clock = regular(times, (26.0,))
    assert clock.fps == 25.0 and len(clock.shown) == 50


def test_a_clock_that_jumps_back_goes_on() -> None:
    times = [*(index / 25 for index in range(20)), *(index / 25 for index in range(20))]
    clock = regular(times, (90.0,))
    assert clock.fps == 25.0 and clock.shown.tolist() == list(range(40))


def test_pictures_without_times_follow_each_other_at_the_stated_rate() -> None:
    clock = regular([None] * 5, (12.0,))
    assert clock.fps == 12.0 and clock.start == 0.0 and clock.shown.tolist() == list(range(5))
    assert regular([0.0, None, None, 0.12], (25.0,)).shown.tolist() == [0, 1, 2, 3]
    assert regular([None, 0.04, 0.08, None], (25.0,)).start == pytest.approx(0.0)


def test_one_picture_has_no_absurd_rate() -> None:
    assert regular([0.0], (90000.0, 25.0)).fps == 25.0
    assert regular([0.0], (90000.0,)).fps == 25.0
    assert regular([0.0], (0.1,)).fps == 0.1  # ten seconds of one picture


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([rate for rate in USUAL if rate >= 10]),
    count=st.integers(40, 120),
    jitter=st.floats(0, 0.3),
    pauses=st.lists(st.tuples(st.integers(0, 119), st.integers(2, 30)), max_size=4),
    seed=st.integers(0, 99),
    start=st.floats(-2, 1000),
)
def test_every_picture_has_a_tick_near_its_time(
    rate: float, count: int, jitter: float, pauses: list[tuple[int, int]], seed: int, start: float
) -> None:
    steps = np.ones(count)
    for place, length in pauses:
        steps[place % count] = length
    true = start + np.concatenate([[0], np.cumsum(steps[1:])]) / rate
    late = np.random.default_rng(seed).uniform(-jitter, jitter, count) / rate
    clock = regular((true + late).tolist(), (1000.0, 90000.0))
    first = np.unique(clock.shown, return_index=True)[1]
    assert len(first) == count, "a picture is lost"
    assert clock.fps == pytest.approx(rate, rel=0.05)
    assert np.abs(clock.start + first / clock.fps - true).max() <= 1.1 / rate


def test_times_that_fall_and_rise_give_way_to_the_order_of_decoding() -> None:
    times = [0.04, 0.12, 0.16, 0.08, 0.24, 0.28]
    stamps = [48, 72, 96, 120, 144, None]
    ordered = in_order(times, stamps, 1 / 600)
    assert ordered[:5] == pytest.approx([0.04, 0.08, 0.12, 0.16, 0.20]) and ordered[5] is None
    assert regular(ordered, (600.0, 25.0)).shown.tolist() == list(range(6))
    assert in_order([0.0, 0.04, 0.08], [0, 24, 48], 1 / 600) == [0.0, 0.04, 0.08]
    assert in_order([0.0, 0.04, 0.0], [None, None, 3], 1 / 600) == [0.0, 0.04, 0.0]
