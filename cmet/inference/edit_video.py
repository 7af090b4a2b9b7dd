"""Edit a decoded video: cut the face out, let the networks draw it anew, put it back if wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmark.media.blank import nearest_seen
from benchmark.media.clip import Clip
from benchmark.media.face_region import Region
from benchmark.media.faces import Detector
from benchmark.media.fps import to_fps
from benchmark.media.reference_frame import reference_frame
from cmet.inference.cmet import CMet
from cmet.inference.editing import PAPER_CUT, WINDOW, Mode, choose_frames, to_unit
from cmet.inference.face_crop import cut, find_region, portrait, whole
from cmet.inference.paste import paste
from cmet.inference.renderer import Progress
from cmet.model.vectors import Array

FPS = 25.0
FRAME_SAMPLES = 640
"""16 kHz samples of a frame at 25 a second."""
PART = 64
"""Frames turned into numbers at a time; bounds memory."""
Lips = Literal["speech", "clip"]


@dataclass(frozen=True)
class EditedVideo:
    """What came out."""

    clip: Clip
    """The edited face, or the source's frames with the face put back; with the speech that the lips follow."""
    region: Region | None
    """What was cut out of the source; None: its whole frames are face crops."""
    source_frames: NDArray[np.int64]
    """(T,): the frame of the source, at `clip.fps`, that each frame takes its pose from."""
    reference: int | None = 0
    """The frame of the source that stands for the person; None: another image does."""
    held: int = 0
    """Blank frames of the source, which take pose and expression from the nearest frame that is not."""


def edit_video(
    model: CMet,
    source: Clip,
    vector: Array,
    *,
    detector: Detector | None,
    identity: NDArray[np.uint8] | None = None,
    speech: Array | None = None,
    lips: Lips = "speech",
    mode: Mode = "clean",
    paste_back: bool = False,
    batch: int = 8,
    progress: Progress | None = None,
) -> EditedVideo:
    """Edit a video.

    Args:
        model: on any device.
        source: the video, of any size and rate; its sound at 16 kHz.
        vector: float32 (D,), emotion vector.
        detector: finds the face; None: the frames are face crops already and are only resized.
        identity: uint8 (H, W, 3), an image of who is to be shown; None: the source's first frame that shows the face
            from the front.
        speech: float32 (N,), 16 kHz; None: the source's own sound.
        lips: `speech`: lips and length follow the speech; `clip`: lips, length and sound are the source's. A source
            without sound keeps its lips.
        mode: `clean` edits at 25 frames a second. `paper` keeps the source's own rate although its lips run at 25, as
            the reference does: at another rate picture and sound part.
        paste_back: put the face back into the source's frames; only without another identity.
        batch: frames at a time on the device.
        progress: called with the frames encoded and drawn so far, and how many that will be.

    Raises:
        ValueError: the vector does not fit the model, the speech is shorter than a frame, the clip is too short for
            mode `paper`, or options contradict each other.
        MediaError: `no_face`, `moving_face`, `not_square`.
    """
    if paste_back and (detector is None or identity is not None):
        raise ValueError("only the source's own face, cut out of it, can be pasted back: no --no-crop, no --identity")
    if lips == "clip" and speech is not None:
        raise ValueError("lips that stay the clip's do not follow another speech")
    if vector.shape != (model.connector.config.speech,):
        raise ValueError(
            f"the networks read embeddings of {model.connector.config.speech} numbers, these have {len(vector)}:"
            " choose the speech encoder that the weights belong to"
        )
    if mode == "clean":
        source = to_fps(source, FPS)
    size, device = model.generator.config.size, next(model.generator.parameters()).device
    sound = source.audio if speech is None else speech
    follow = sound if lips == "speech" else None
    if follow is not None and len(follow) < FRAME_SAMPLES:
        raise ValueError(f"speech must last a frame ({FRAME_SAMPLES} samples at 16 kHz), got {len(follow)} samples")
    if mode == "paper" and len(source.frames) < PAPER_CUT + WINDOW:
        raise ValueError(
            f"mode 'paper' cuts the last {PAPER_CUT} edited frames and so needs {PAPER_CUT + WINDOW} frames, the source"
            f" has {len(source.frames)}; use mode 'clean'"
        )

    region = None if detector is None else find_region(source.frames, detector, mode)
    crops = whole(source.frames, size, mode) if region is None else cut(source.frames, region, size)
    seen = nearest_seen(crops)
    held = int((seen != np.arange(len(crops))).sum())
    crops = crops[seen] if held else crops
    driving = _numbers(crops).to(device)
    reference: int | None = None
    if identity is None:
        reference = reference_frame(source.frames, detector)
        person = driving[reference : reference + 1]
    else:
        face = whole(identity[None], size, mode)[0] if detector is None else portrait(identity, detector, size)
        person = to_unit(face[None]).to(device)

    read = len(crops)
    total = read + (read if follow is None else len(follow) // FRAME_SAMPLES)
    edit = model.edit(
        person,
        driving,
        follow,
        torch.from_numpy(vector).to(device),
        mode,
        batch,
        progress=progress and (lambda done, _: progress(read + done, total)),
        reading=progress and (lambda done, _: progress(done, total)),
    )

    count = len(edit.frames)
    edited = len(crops) - len(crops) % WINDOW if mode == "paper" else len(crops)
    shown = choose_frames(count, len(crops), edited, mode).pose
    frames = edit.frames
    if paste_back and region is not None:
        frames = paste(source.frames[shown], frames, region)
    if follow is not None:
        sound = follow[: count * FRAME_SAMPLES]
    return EditedVideo(Clip(frames, source.fps, sound, source.sample_rate), region, shown, reference, held)


def _numbers(frames: NDArray[np.uint8]) -> Tensor:
    """Frames as the networks read them, see `cmet.inference.editing.to_unit`."""
    return torch.cat([to_unit(frames[start : start + PART]) for start in range(0, len(frames), PART)])
