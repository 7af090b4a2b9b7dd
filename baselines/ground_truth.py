"""`ground_truth`: returns the recording that shows the target emotion. The ceiling of every score."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.methods.base import Method, MethodInfo
from benchmark.methods.options import no_options


class GroundTruth(Method):
    """The target video, byte for byte."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="ground_truth", title="Ground truth (ceiling)", version="1", cue="none", licence="Apache-2.0"
    )

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Nothing to load. Raises UsageError for any option."""
        no_options(self.info.name, options)

    def edit(self, sample: Sample, seed: int) -> Path:
        """The path of the target. Raises SampleError: `no_target` in the corpus, or `missing_file` on this disk."""
        if sample.target is None:
            raise SampleError(
                Status.NO_TARGET, f"{sample.dataset} has no recording of {sample.emotion} for {sample.id}"
            )
        if not sample.target.is_file():
            raise SampleError(Status.MISSING_FILE, f"no target video {sample.target.name}")
        return sample.target
