"""C-MET with the faults of `faulty`; imported only by runs that ask for it."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import Any

import torch

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from cmet.inference.optimized import OptimizedGenerator
from cmet.method import CMet
from tests.benchmark.harness import toy
from tests.benchmark.harness.executors.faulty import suffer


class FaultyCMet(CMet):
    """C-MET, with faults."""

    info = replace(CMet.info, name="faulty_cmet", title="Faulty C-MET")

    def edit(self, sample: Sample, seed: int) -> Clip:
        time.sleep(float(os.environ.get(toy.SLOW, "0")))
        suffer(sample)
        return super().edit(sample, seed)


def small_card(frames: int) -> None:
    """Let the renderer need more memory than there is for more than so many frames at a time."""
    decode = OptimizedGenerator.decode

    def limited(self: OptimizedGenerator, source: Any, lip: Any, *rest: Any) -> Any:
        if len(lip) > frames:
            raise torch.OutOfMemoryError(f"CUDA out of memory: {len(lip)} frames")
        return decode(self, source, lip, *rest)

    OptimizedGenerator.decode = limited  # type: ignore[method-assign]


if "FAULTY_CARD" in os.environ:
    small_card(int(os.environ["FAULTY_CARD"]))
