"""A block of pictures that grows in place: nothing is lost, nothing is believed, no more is held than needed."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from benchmark.media.errors import MediaError
from benchmark.media.pictures import ROOM, Pictures


def filled(count: int, **options: int) -> Pictures:
    pictures = Pictures("a.mp4", options.pop("max_bytes", 1 << 30), **options)
    for number in range(count):
        pictures.add(np.full((8, 8, 3), number, np.uint8))
    return pictures


@pytest.mark.parametrize("expected", [0, 3, 100, 10_000])
@pytest.mark.parametrize(
    "shown", [list(range(90)), [0, 0, 0, 1, 2, 2, *range(3, 90)], [5, 6, 6, 6, 89, 89], [*([0] * 200), 89], [40]]
)
def test_a_spread_block_is_the_chosen_pictures(expected: int, shown: list[int]) -> None:
    frames = filled(90, expected=expected).spread(np.array(shown))
    assert frames.shape == (len(shown), 8, 8, 3) and frames[:, 0, 0, 0].tolist() == shown
    assert (frames == frames[:, :1, :1, :1]).all()


def test_what_a_header_claims_is_not_reserved() -> None:
    tracemalloc.start()
    filled(1, expected=1 << 40, max_bytes=1 << 50)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= ROOM + 10_000


def test_a_block_that_would_be_too_large_is_refused_when_filled_and_when_spread() -> None:
    size = 8 * 8 * 3
    with pytest.raises(MediaError, match="more than"):
        filled(11, max_bytes=10 * size)
    with pytest.raises(MediaError) as caught:
        filled(10, max_bytes=10 * size).spread(np.array([0] * 11))
    assert caught.value.status == "too_large"
