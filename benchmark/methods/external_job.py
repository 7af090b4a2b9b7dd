"""The job that an external program is given: a JSON file that names every input and output by path.

    {"version": 1, "method": "eat", "task": "edit", "seed": 0, "device": "cuda", "checkout": "...", "work": "...",
     "report": ".../report.jsonl", "options": {...}, "samples": [{"id": "...", "source_video": "...",
     "identity_image": "...", "speech": "...", "emotion_label": "happy", "intensity": 3, "emotional_speech": ["..."],
     "neutral_speech": ["..."], "reference": "...", "codes": null, "output": "....mp4"}, ...]}

The program writes each `output` under another name and then moves it, and may add a line to `report` for each sample:
`{"id": "...", "status": "ok", "reason": "", "seconds": 1.5}`. The target emotion itself is no part of the job: a
program knows it only by the cues.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from benchmark.core.errors import SampleError
from benchmark.core.files import write_bytes, write_json
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.audio import read_audio, write_wav
from benchmark.media.errors import MediaError
from benchmark.media.reference_frame import reference_frame
from benchmark.media.video import read_clip

VERSION = 1
RATE = 16000
OPENING = 5.0
"""Seconds of a source among which a frame that shows a picture is looked for."""
"""Hz of the speech in a job."""


@dataclass(frozen=True)
class Report:
    """What the program says about a sample."""

    status: str
    reason: str = ""
    seconds: float | None = None


def entry(sample: Sample, folder: Path, output: Path, codes: Path | None = None) -> dict[str, Any]:
    """A sample's part of the job; its identity image and speech are written to `folder` where they are no files yet.

    Args:
        sample: the sample.
        folder: of the job.
        output: where the program shall put the result.
        codes: expression codes to show, for programs that draw given codes.

    Raises:
        SampleError: the source can't be read (a status of media), or there is no speech (`no_speech`).
    """
    cues = sample.cues
    return {
        "id": sample.id,
        "source_video": _path(sample.source),
        "identity_image": _path(_identity(sample, folder)),
        "speech": _path(_speech(sample, folder)),
        "emotion_label": cues.label,
        "intensity": sample.intensity if cues.level is None else cues.level,
        "emotional_speech": [_path(path) for path in cues.emotional_speech],
        "neutral_speech": [_path(path) for path in cues.neutral_speech],
        "reference": cues.reference and _path(cues.reference),
        "codes": codes and _path(codes),
        "output": _path(output),
    }


def write_job(path: Path, facts: Mapping[str, Any], samples: Sequence[Mapping[str, Any]]) -> None:
    """Write the job in one step."""
    write_json(path, {"version": VERSION, **facts, "samples": list(samples)}, indent=1)


def read_reports(path: Path) -> dict[str, Report]:
    """Sample id -> the last thing said about it. What is not a line of the form is passed over."""
    reports = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    for line in lines:
        try:
            said = json.loads(line)
            seconds = said.get("seconds")
            reports[str(said["id"])] = Report(
                str(said["status"]), str(said.get("reason", "")), None if seconds is None else float(seconds)
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # half a line of a killed program
    return reports


def _identity(sample: Sample, folder: Path) -> Path:
    """The source's first frame that shows a picture as PNG."""
    path = folder / "identity" / f"{sample.id}.png"
    if not path.is_file():
        try:
            frames = read_clip(sample.source, seconds=OPENING).frames
            frame = frames[reference_frame(frames)]
        except MediaError as error:
            raise SampleError(error.status, str(error)) from error
        write_bytes(path, cv2.imencode(".png", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))[1].tobytes())
    return path


def _speech(sample: Sample, folder: Path) -> Path:
    """What is spoken, as 16 kHz wav: the sample's, or the source's own sound."""
    path = folder / "speech" / f"{sample.id}.wav"
    if not path.is_file():
        try:
            sound = read_audio(sample.speech or sample.source, RATE)
        except MediaError as error:
            status = Status.NO_SPEECH if sample.speech is None and error.status == Status.NO_AUDIO else error.status
            raise SampleError(status, str(error)) from error
        write_wav(path, sound, RATE)
    return path


def _path(path: Path) -> str:
    return str(path.resolve())
