"""`source_copy`: returns the source. The floor of every emotion score and the ceiling of every identity score."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.methods.base import Method, MethodInfo
from benchmark.methods.options import no_options


class SourceCopy(Method):
    """The source video, byte for byte."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="source_copy", title="Source (floor)", version="1", cue="none", licence="Apache-2.0"
    )

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Nothing to load. Raises UsageError for any option."""
        no_options(self.info.name, options)

    def edit(self, sample: Sample, seed: int) -> Path:
        """The path of the source. Raises SampleError `missing_file`."""
        if not sample.source.is_file():
            raise SampleError(Status.MISSING_FILE, f"no source video {sample.source.name}")
        return sample.source
