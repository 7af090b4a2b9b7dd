"""Pictures of one size in one block of memory that grows in place, so that no more is held than will be returned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.media.errors import too_large

FEW = 32
"""Room for so many pictures where a header says nothing."""
ROOM = 1 << 30
"""Bytes that are reserved at once at most: a number in a header is a claim. What is reserved and not filled is never
touched; growing beyond it may copy."""


class Pictures:
    """A stack of pictures that is filled one by one and then spread over a regular clock.

    Args:
        name: of the file, for the errors.
        max_bytes: refuse more.
        expected: how many the header claims, 0 if it does not say. Only a hint.
    """

    def __init__(self, name: str, max_bytes: int, expected: int = 0) -> None:
        self._name, self._max_bytes, self._expected = name, max_bytes, expected
        self._block = np.empty((0, 0, 0, 3), np.uint8)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Add a picture uint8 (H, W, 3) of the size of all others. Raises MediaError `too_large`."""
        most = self._max_bytes // picture.nbytes
        if self._count >= most:
            raise too_large(self._name, self._max_bytes)
        if self._count == 0:
            room = min(most, self._expected or FEW, max(FEW, ROOM // picture.nbytes))
            self._block = np.empty((room, *picture.shape), np.uint8)
        elif self._count == len(self._block):
            more = self._count + max(FEW, self._count // 4)
            self._room_for(min(most, max(more, self._expected)))
        self._block[self._count] = picture
        self._count += 1

    def spread(self, shown: NDArray[np.intp]) -> NDArray[np.uint8]:
        """The pictures of a clock's ticks, uint8 (T, H, W, 3). The stack is used up.

        Args:
            shown: intp (T,), rising, which picture each tick shows.

        Raises:
            MediaError: `too_large`.
        """
        if len(shown) * self._block[0].nbytes > self._max_bytes:
            raise too_large(self._name, self._max_bytes)
        if len(shown) == self._count and (np.diff(shown) == 1).all():
            self._room_for(self._count)
            return self._block
        kept, runs = np.unique(shown, return_counts=True)
        for place, index in enumerate(kept):  # those before were moved already: places only fall
            if place != index:
                self._block[place] = self._block[index]
        self._room_for(len(shown))
        end = len(shown)
        if end > len(kept):
            for place in range(len(kept) - 1, -1, -1):  # from the end, as places only rise
                self._block[end - runs[place] : end] = self._block[place].copy()
                end -= runs[place]
        return self._block

    def _room_for(self, count: int) -> None:
        if count != len(self._block):
            self._block.resize((count, *self._block.shape[1:]), refcheck=False)  # moves pages, copies nothing
