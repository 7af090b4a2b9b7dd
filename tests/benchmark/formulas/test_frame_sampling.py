from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.formulas.frame_sampling import pair_frames, spread_frames, spread_frames_repeating, stride_frames

LENGTHS = st.integers(1, 2000)
COUNTS = st.integers(1, 64)


@given(LENGTHS, COUNTS)
def test_indices_are_legal_ordered_and_start_at_the_first_frame(frames: int, count: int) -> None:
    for choose in (spread_frames, spread_frames_repeating, stride_frames):
        index = choose(frames, count)
        assert index[0] == 0
        assert (np.diff(index) >= 0).all()
        assert index[-1] < frames
    assert len(spread_frames(frames, count)) == min(frames, count)
    assert len(spread_frames_repeating(frames, count)) == len(stride_frames(frames, count)) == count


@given(LENGTHS, st.integers(2, 64))
def test_spread_reaches_the_last_frame(frames: int, count: int) -> None:
    assert spread_frames(frames, count)[-1] == frames - 1
    assert spread_frames_repeating(frames, count)[-1] == frames - 1


@given(LENGTHS, LENGTHS)
def test_pairs_have_the_shorter_length_and_keep_the_shorter_clip_whole(first: int, second: int) -> None:
    pairing = pair_frames(first, second)
    assert len(pairing.first) == len(pairing.second) == min(first, second)
    shorter = pairing.first if first <= second else pairing.second
    assert shorter.tolist() == list(range(min(first, second)))


def test_known_tables() -> None:
    assert spread_frames(17, 16).tolist() == [*range(15), 16]
    assert stride_frames(17, 16).tolist() == list(range(16))
    assert spread_frames_repeating(5, 15).tolist() == [0, 1, 2, 3, *[4] * 11]
    assert stride_frames(15, 16).tolist() == [*range(15), 14]
    assert pair_frames(10, 8).first.tolist() == [0, 1, 2, 3, 5, 6, 7, 8]


@pytest.mark.parametrize(("frames", "count"), [(0, 5), (5, 0), (-1, 5)])
def test_nothing_to_choose_from_is_refused(frames: int, count: int) -> None:
    for choose in (spread_frames, spread_frames_repeating, stride_frames, pair_frames):
        with pytest.raises(ValueError, match="at least one"):
            choose(frames, count)
