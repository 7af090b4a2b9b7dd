"""The files that extractors look at: which clip a role of a sample is, and the key of its content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.core.errors import SampleError
from benchmark.core.fingerprint import ABSENT, ContentIndex, fingerprint
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext
from benchmark.harness.features import pair_key
from benchmark.harness.outputs import Output
from benchmark.metrics.base import CUE_ROLES, PAIR_ROLES, Need


@dataclass(frozen=True)
class ClipFile:
    """A clip that takes part: where it lies and what it holds."""

    path: Path
    content: str
    """sha256 of the file; of several, a fingerprint of theirs."""
    more: tuple[Path, ...] = ()
    """The other files of a set."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files."""
        return (self.path, *self.more)


def find_clip(context: RunContext, sample: Sample, role: str, output: Output) -> ClipFile:
    """The clip of a sample in a role.

    Args:
        context: the run.
        sample: one of its samples.
        role: "output", "source", "target", "speech" or a cue's.
        output: what generation made of the sample.

    Raises:
        SampleError: it has none; the status says why: that of the generation, `no_target`, `no_cue`, `missing_file`.
    """
    if role == "output":
        if not output.ok:
            raise SampleError(output.status, output.reason)
        return ClipFile(context.video_path(sample.id), output.sha256)
    if role in CUE_ROLES:
        cues = sample.cues
        return _find_cue_clips(
            cues.emotional_speech if role == "emotional_cue" else cues.neutral_speech, context.contents
        )
    files = {"source": sample.source, "target": sample.target, "speech": sample.speech or sample.source}
    file = files[role]
    if file is None:
        raise SampleError(Status.NO_TARGET, "the dataset has no recording of this sample's target")
    return ClipFile(file, _content(file, context.contents))


def _find_cue_clips(files: Sequence[Path], contents: ContentIndex) -> ClipFile:
    if not files:
        raise SampleError(Status.NO_CUE, "the dataset has no recordings that tell this sample's emotion")
    return ClipFile(files[0], fingerprint(["set", *(_content(file, contents) for file in files)]), tuple(files[1:]))


def _content(file: Path, contents: ContentIndex) -> str:
    content = contents.sha256(file)
    if content == ABSENT:
        raise SampleError(Status.MISSING_FILE, f"no such file: {file}")
    return content


def content_key(need: Need, clip: Callable[[str], ClipFile]) -> str:
    """The content key under which a need's features are stored. Raises SampleError as `clip` does."""
    if need.role in PAIR_ROLES:
        first, second = need.role.split("~")
        return pair_key(clip(first).content, clip(second).content)
    return clip(need.role).content
