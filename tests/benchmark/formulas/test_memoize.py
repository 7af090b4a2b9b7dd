from __future__ import annotations

import numpy as np

from benchmark.formulas.memoize import KEPT, content_of, remembered


def test_equal_arrays_are_computed_once_and_others_anew() -> None:
    asked: list[float] = []

    def total(x: np.ndarray) -> float:
        asked.append(float(np.sum(x)))
        return asked[-1]

    once = remembered(total)
    x = np.arange(6.0)
    assert [once(x), once(x.copy()), once(x + 1)] == [15.0, 15.0, 21.0]
    assert asked == [15.0, 21.0]
    for k in range(KEPT):
        once(x + 10 + k)
    assert once(x) == 15.0 and asked.count(15.0) == 2  # too long ago to be kept


def test_content_tells_type_shape_and_values_apart() -> None:
    x = np.arange(6.0)
    others = [x.reshape(2, 3), x.reshape(3, 2), x.astype(np.float32), x[::-1], np.arange(6), -x]
    assert len({content_of(a) for a in (x, *others)}) == 7
    assert content_of(x[:3], x[3:]) != content_of(x[:2], x[2:])
    assert content_of(x.reshape(2, 3).T) == content_of(np.ascontiguousarray(x.reshape(2, 3).T))
