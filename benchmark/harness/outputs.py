"""Outputs on disk: a video and the note beside it, which says what it was made from or why there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from benchmark.core.files import file_sha256, write_json
from benchmark.core.fingerprint import fingerprint
from benchmark.core.status import Status, current_word
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext
from benchmark.methods.code_hash import method_code_hash
from benchmark.metrics.base import Timing


@dataclass(frozen=True)
class Output:
    """What became of one sample."""

    sample_id: str
    inputs: str
    """Fingerprint of what went in (`hash_inputs`)."""
    status: str
    """It is "ok", or says why there is no video."""
    reason: str = ""
    sha256: str = ""
    """The hash of the video, "" without one."""
    seconds: float | None = None
    """Time the method took, without reading and writing of files it does not do itself."""
    frames: int | None = None
    """How many pictures the video has; None where a finished file was handed over."""
    synchronised: float | None = None
    """Time until the accelerator was idle, too; None as `seconds`."""
    order: int | None = None
    """How many samples the process that made it had edited before; 0: the first after loading the method."""
    peak_bytes: int | None = None
    """Most memory held while it was edited; None: not known."""
    remarks: Mapping[str, float | bool | str] = field(default_factory=dict)
    """What the method says about this edit, see `Method.remarks`."""
    code: str = ""
    """The hash of the method's code when it was made (`method_code_hash`); "" where it is not known."""

    @property
    def ok(self) -> bool:
        """Whether there is a video."""
        return self.status == Status.OK

    @property
    def timing(self) -> Timing:
        """What its editing cost. A method that hands over a finished file was not timed."""
        if self.frames is None:
            return Timing(None, None, None, None, None)
        return Timing(self.seconds, self.synchronised, self.frames, self.order, self.peak_bytes)


def stored_outputs(context: RunContext, samples: Sequence[Sample]) -> dict[str, Output]:
    """The outputs that are there and still right, by sample id.

    With `runtime.remake` those that other code of the method made, or that do not say what made them, are not right.
    """
    found = {}
    for sample in samples:
        output = _read_note(context.video_path(sample.id))
        if output is None or output.inputs != hash_inputs(context, sample):
            continue
        if context.config.runtime.remake and output.code != method_code_hash(context.method):
            continue
        found[sample.id] = output
    return found


def find_outdated(context: RunContext, outputs: Mapping[str, Output]) -> list[str]:
    """The samples whose output was made when the method's code was another, as far as is known."""
    code = method_code_hash(context.method)
    return [name for name, output in outputs.items() if output.code and code and output.code != code]


def hash_inputs(context: RunContext, sample: Sample) -> str:
    """Fingerprint of all that an output depends on beside the method: the sample's words and its files' content."""
    cues = sample.cues
    files: dict[str, Sequence[Path | None]] = {
        "source": [sample.source],
        "speech": [sample.speech],
        "emotional_speech": cues.emotional_speech,
        "neutral_speech": cues.neutral_speech,
        "reference": [cues.reference],
        "target": [sample.target],
        "truth": [sample.truth],
        "method": context.method.inputs(sample, context.plan.method_options),
    }
    words = [sample.id, sample.speaker, sample.sentence, sample.source_emotion, sample.emotion, sample.intensity]
    hashes = {role: [p and context.contents.sha256(p) for p in paths] for role, paths in files.items()}
    label = cues.label if cues.level in (None, sample.intensity) else [cues.label, cues.level]
    return fingerprint([words, label, hashes])


def _read_note(path: Path) -> Output | None:
    """The note beside a video, if it is whole and the video is the one it speaks of."""
    try:
        note = Output(**json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        note = replace(note, status=current_word(note.status))
        if note.ok and file_sha256(path) != note.sha256:
            return None
    except (OSError, ValueError, TypeError):
        return None
    return note


def write_note(path: Path, output: Output) -> None:
    """Write the note beside a video, in one step."""
    write_json(path.with_suffix(".json"), asdict(output), indent=1, allow_nan=True)  # remarks are the method's
