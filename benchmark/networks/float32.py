"""Networks of judges in full float32, on every card.

torch computes convolutions on NVIDIA cards in TF32 (10 bits of mantissa) unless told otherwise, older cards in float32:
features would differ by about 5e-4 between machines, where references are met within 2e-5. Methods may draw as they
like; whoever measures them may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def full_float32() -> Iterator[None]:
    """No TF32 in convolutions and matrix products until the block ends, in all threads of the process."""
    import torch

    convolutions, products = torch.backends.cudnn, torch.backends.cuda.matmul
    before = convolutions.allow_tf32, products.allow_tf32
    convolutions.allow_tf32 = products.allow_tf32 = False
    try:
        yield
    finally:
        convolutions.allow_tf32, products.allow_tf32 = before
