"""`videos`: reads what any other method made, `<sample_id>.mp4` in a folder. How every outside method enters.

python -m benchmark.run --method videos --dataset clips method.folder=outputs/edtalk method.label=edtalk
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from benchmark.core.errors import SampleError, UsageError, user_path
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.methods.base import Method, MethodInfo
from benchmark.methods.options import only_options

SUFFIX = ".mp4"


class Videos(Method):
    """Finished videos in a folder, taken byte for byte. Option `folder`: holds `<sample_id>.mp4`."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="videos", title="Videos of a folder", version="1", cue="none", licence="of whoever made them"
    )

    @classmethod
    def inputs(cls, sample: Sample, options: Mapping[str, Any]) -> tuple[Path, ...]:
        """The sample's video: when its content changes, the stored output is no longer right."""
        folder = options.get("folder")
        return () if not folder else (user_path(folder) / f"{sample.id}{SUFFIX}",)

    @classmethod
    def output_options(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """None: `folder` only tells where the files lie, their content is what counts (`inputs`)."""
        return {name: value for name, value in options.items() if name != "folder"}

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Look at the folder. Raises UsageError if it is not given or not there, or another option is."""
        only_options(self.info.name, options, ("folder",))
        if not options.get("folder"):
            raise UsageError("method 'videos' needs method.folder=DIR, which holds <sample_id>.mp4")
        self._folder = user_path(options["folder"])
        if not self._folder.is_dir():
            raise UsageError(f"method.folder: no such folder: {self._folder}")

    def edit(self, sample: Sample, seed: int) -> Path:
        """The path of the sample's video. Raises SampleError `missing_video`."""
        path = self._folder / f"{sample.id}{SUFFIX}"
        if not path.is_file():
            raise SampleError(Status.MISSING_VIDEO, f"no {path.name} in the folder {self._folder.name}")
        return path
