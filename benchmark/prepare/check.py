"""The corpus doctor: a user's copy, compared with what a split needs. Every clip ends with a status and findings."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.analysis.text_table import aligned
from benchmark.core.errors import one_line
from benchmark.core.files import write_text
from benchmark.core.pool import Lost, run_in_processes
from benchmark.core.progress import track
from benchmark.core.status import Status
from benchmark.media.audio import read_audio
from benchmark.media.errors import MediaError
from benchmark.media.faces import track_face
from benchmark.media.video import probe, read_clip
from benchmark.prepare.clip import FPS, RATE, SIZE
from benchmark.prepare.expected_clips import facts_of
from benchmark.prepare.job import Job

FINDINGS = {
    Status.MISSING_FILE: "not there",
    Status.LFS_POINTER: "a Git LFS pointer lies in place of the media",
    Status.CRASHED: "reading it ends the process",
    Status.UNREADABLE_FILE: "the video or its sound can't be decoded",
    Status.NO_AUDIO: "neither the video nor a file beside it has sound",
    Status.SILENT: "the sound is quieter than -60 dBFS throughout",
    Status.TOO_SHORT: "less than a second",
    Status.WRONG_FPS: "not 25 frames a second",
    Status.WRONG_SIZE: "not 256 x 256 pixels",
    Status.NO_FACE: "no face in any frame looked at",
    Status.SEVERAL_FACES: "more than one face of nearly the same size",
    Status.AUDIO_LONGER: "the sound file lasts over 0.1 s longer than the picture",
}
"""Findings, the worst first: the first one of a clip is its status. Frame rate and size count for prepared copies."""
SILENCE = 1e-3
"""Largest absolute sample of a silent clip, of full scale."""
SHORTEST = 1.0
"""Seconds; LSE-C needs 30 frames, FVD 16."""
SLACK = 0.1
"""Seconds by which sound may outlast the picture: an AAC frame and a frame of video."""

_state: dict[str, Any] = {}


@dataclass(frozen=True)
class Finding:
    """One clip."""

    clip: str
    status: str
    """`ok` or the first of `FINDINGS`."""
    findings: str = ""
    """All of them, with spaces between."""
    detail: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    frames: int = 0
    seconds: float = 0.0
    audio_seconds: float = 0.0
    face_share: float = 0.0


def look(job: Job, prepared: bool, detector: Any) -> Finding:
    """Look at one clip.

    Args:
        job: where it lies.
        prepared: whether it should have 25 frames a second and 256 pixels.
        detector: finds faces; None: not looked for.
    """
    assert job.video is not None
    if job.video.is_pointer():
        return Finding(job.clip, Status.LFS_POINTER, Status.LFS_POINTER)
    with tempfile.TemporaryDirectory(prefix="check-") as folder:
        path = Path(folder) / f"video{job.video.kind}"
        try:
            path.write_bytes(job.video.read())
            info, clip = probe(path), read_clip(path, audio_rate=RATE)
            sound = clip.audio
            if job.sound is not None:
                beside = Path(folder) / f"sound{job.sound.kind}"
                beside.write_bytes(job.sound.read())
                sound = read_audio(beside, RATE)
        except (MediaError, OSError) as error:
            return Finding(job.clip, Status.UNREADABLE_FILE, Status.UNREADABLE_FILE, one_line(error))
    seconds = len(clip.frames) / clip.fps
    audio_seconds = 0.0 if sound is None else len(sound) / RATE
    found, share = faces(clip.frames, detector)
    loud = 0.0 if sound is None or not len(sound) else float(np.abs(sound).max())
    tests = {
        Status.NO_AUDIO: sound is None,
        Status.SILENT: sound is not None and loud < SILENCE,
        Status.TOO_SHORT: seconds < SHORTEST,
        Status.WRONG_FPS: prepared and abs(info.fps - FPS) > 0.01,
        Status.WRONG_SIZE: prepared and clip.frames.shape[1:3] != (SIZE, SIZE),
        Status.NO_FACE: found == Status.NO_FACE,
        Status.SEVERAL_FACES: found == Status.SEVERAL_FACES,
        Status.AUDIO_LONGER: audio_seconds > seconds + SLACK,
    }
    faults = [name for name in FINDINGS if tests.get(name)]
    return Finding(
        job.clip, faults[0] if faults else Status.OK, " ".join(faults), "", clip.frames.shape[2], clip.frames.shape[1],
        round(info.fps, 3), len(clip.frames), round(seconds, 3), round(audio_seconds, 3), share,
    )  # fmt: skip


def faces(frames: Any, detector: Any) -> tuple[str, float]:
    """`ok`, `no_face` or `several_faces`, and the share of looked-at frames with a face."""
    if detector is None:
        return Status.OK, 0.0
    try:
        return Status.OK, round(track_face(frames, detector).found_share, 4)
    except MediaError as error:
        return error.status, 0.0


def findings(
    jobs: Sequence[Job], absent: Mapping[str, str], *, prepared: bool, detector: Path | None, workers: int
) -> pd.DataFrame:
    """A row for every clip, sorted, absent ones among them: the fields of `Finding`."""
    rows = list(track(_looked(jobs, prepared, detector, workers), "check", len(jobs)))
    rows += [Finding(clip, Status.MISSING_FILE, Status.MISSING_FILE, reason) for clip, reason in absent.items()]
    return pd.DataFrame([asdict(row) for row in sorted(rows, key=lambda row: row.clip)])


def _looked(jobs: Sequence[Job], prepared: bool, detector: Path | None, workers: int) -> Iterator[Finding]:
    if workers <= 1 or len(jobs) < 2:
        _open(detector)
        for job in jobs:
            yield _look(job, prepared)
        return
    function, setup = partial(_look, prepared=prepared), partial(_open, detector)
    for job, found in run_in_processes(function, jobs, workers=workers, setup=setup):
        if isinstance(found, Lost):
            found = Finding(job.clip, Status.CRASHED, Status.CRASHED, f"reading it ends the process ({found.how})")
        yield found


def _open(detector: Path | None) -> None:
    from benchmark.media.yunet import YuNet

    _state["detector"] = None if detector is None else YuNet(detector)


def _look(job: Job, prepared: bool) -> Finding:
    return look(job, prepared, _state["detector"])


def tables(name: str, found: pd.DataFrame) -> str:
    """Counts by status for each identity, emotion and level, for the terminal."""
    facts = pd.DataFrame([facts_of(name, clip) for clip in found["clip"]], index=found.index)
    whole = found.join(facts)
    statuses = [status for status in (Status.OK, *FINDINGS) if (found["status"] == status).any()]
    parts = []
    for group in ("identity", "emotion", "level"):
        counts = whole.groupby(group)["status"].value_counts().unstack(fill_value=0)
        rows = [(group, *statuses)]
        rows += [(str(key), *(str(int(row.get(status, 0))) for status in statuses)) for key, row in counts.iterrows()]
        parts.append(aligned(rows))
    meaning = [f"{status}: {FINDINGS[status]}" for status in statuses if status != Status.OK]
    good = int((found["status"] == Status.OK).sum())
    return "\n\n".join([*parts, "\n".join([*meaning, f"{good} of {len(found)} clips are good"])])


def write_findings(name: str, found: pd.DataFrame, path: Path) -> None:
    """Write the rows as CSV, with what each clip id says."""
    facts = pd.DataFrame([facts_of(name, clip) for clip in found["clip"]], index=found.index)
    table = found[["clip"]].join(facts).join(found.drop(columns="clip"))
    write_text(path, table.to_csv(index=False, lineterminator="\n"))
