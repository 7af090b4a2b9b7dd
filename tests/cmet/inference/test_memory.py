"""A batch that is too large for memory is halved; one frame that is too large fails by itself."""

from __future__ import annotations

import pytest
import torch

from cmet.inference.memory import retry_with_smaller_batch


@pytest.mark.parametrize(("fits", "tried"), [(8, [8]), (3, [8, 4, 2]), (1, [8, 4, 2, 1])])
def test_the_batch_halves_until_it_fits(fits: int, tried: list[int]) -> None:
    seen: list[int] = []

    def work(batch: int) -> str:
        seen.append(batch)
        if batch > fits:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return "done"

    assert retry_with_smaller_batch(work, 8) == "done" and seen == tried


def test_one_at_a_time_that_does_not_fit_is_said() -> None:
    def work(batch: int) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(torch.OutOfMemoryError):
        retry_with_smaller_batch(work, 4)
