from __future__ import annotations

import numpy as np

from benchmark.formulas.memoize import KEPT, hash_content, memoize_arrays


def test_equal_arrays_are_computed_once_and_others_anew() -> None:
    asked: list[float] = []

    def total(x: np.ndarray) -> float:
        asked.append(float(np.sum(x)))
        return asked[-1]

    once = memoize_arrays(total)
    x = np.arange(6.0)
    assert [once(x), once(x.copy()), once(x + 1)] == [15.0, 15.0, 21.0]
    assert asked == [15.0, 21.0]
    for k in range(KEPT):
        once(x + 10 + k)
    assert once(x) == 15.0 and asked.count(15.0) == 2  # too long ago to be kept


def test_content_tells_type_shape_and_values_apart() -> None:
    x = np.arange(6.0)
    others = [x.reshape(2, 3), x.reshape(3, 2), x.astype(np.float32), x[::-1], np.arange(6), -x]
    assert len({hash_content(a) for a in (x, *others)}) == 7
    assert hash_content(x[:3], x[3:]) != hash_content(x[:2], x[2:])
    assert hash_content(x.reshape(2, 3).T) == hash_content(np.ascontiguousarray(x.reshape(2, 3).T))
