"""Features of a corpus: motion codes of its videos and embeddings of its speech, in the authors' layout.

    extract(list_recordings(root), root, face_model=Path("EDTalk.pt"), speech="emotion2vec")

What is written is described in `cmet.corpus`. Clips whose files are there are left alone, so the same command completes
an interrupted one. `features.json` says with which networks they were made, `features.csv` what came of every clip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.core.status import Status
from benchmark.media.audio import read_audio
from benchmark.media.errors import MediaError
from benchmark.media.faces import Detector
from benchmark.media.fps import to_fps
from benchmark.media.video import read_clip
from benchmark.media.yunet import YuNet
from cmet.corpus.ledger import Ledger, Outcome
from cmet.corpus.prepared import PARTS, SPEECH_FOLDER, code_file, speech_file, write_clip
from cmet.corpus.recordings import Recording, list_recordings, read_table
from cmet.corpus.sampler import Array
from cmet.edtalk.generator import Generator
from cmet.inference.motion import Crop, face_crops, load_face_model, motion_codes
from cmet.inference.speech import SpeechEncoder, load_speech_encoder

FPS = 25.0
PUPPETS_FACE_MODEL = Path(__file__).parents[1] / "puppets" / "face_model.safetensors"
Track = Callable[[Iterable[Any], str, int], Iterator[Any]]
"""Yields the items while showing progress: (items, title, total)."""


def extract(
    recordings: Sequence[Recording],
    out: Path,
    *,
    face_model: Path | None = None,
    speech: str | None = None,
    speech_folder: str | None = None,
    crop: Crop = "whole",
    detector: Detector | None = None,
    batch: int = 32,
    device: str = "cpu",
    track: Track = lambda items, title, total: iter(items),
) -> list[Outcome]:
    """Write the features of a corpus.

    Args:
        recordings: see `cmet.corpus.recordings`.
        out: corpus folder; may be the one that holds the videos.
        face_model: EDTalk.pt (or its safetensors), or a small one that ships with a manifest; None: no codes.
        speech: name of a speech encoder (see `cmet.inference.speech`); None: no embeddings.
        speech_folder: where embeddings go; None: named after the encoder.
        crop: `whole`: the clips show the face only; `face`: cut it out first.
        detector: needed for `face`.
        batch: frames at a time.
        device: "cpu" or "cuda".
        track: shows progress.

    Returns:
        One outcome for each recording, in the order of their keys.

    Raises:
        ValueError: nothing to do, or `out` holds features that other networks made.
        WeightsError: the face model's file does not fit.
    """
    if face_model is None and speech is None:
        raise ValueError("neither a face model nor a speech encoder is chosen")
    if crop == "face" and detector is None:
        raise ValueError("crop 'face' needs a face detector")
    folder = None if speech is None else speech_folder or folder_name(speech)
    ledger = Ledger(out)
    ledger.state_origin(face_model, crop, speech, folder)
    items = sorted(recordings)
    work = [item for item in items if not complete(out, item, face_model is not None, folder)]
    network = load_face_model(face_model, device) if face_model is not None and work else None
    encoder = load_speech_encoder(speech, device) if speech is not None and work else None
    for item, media in track(_opened(work, network, crop, detector), "features", len(work)):
        ledger.add(_process(item, media, out, network, encoder, folder, batch))
    for item in items:
        ledger.add_if_new(Outcome(item.key, 0 if item.video is None else frames_there(out, item), Status.OK))
    ledger.finish()
    return [ledger.rows[item.key] for item in items]


def prepare(
    videos: Path,
    out: Path,
    *,
    face_model: str | None,
    speech: str | None,
    speech_folder: str | None,
    crop: Crop,
    detector: Path | None,
    batch: int,
    device: str,
    track: Track,
) -> dict[str, int]:
    """`extract` for a command line: plain values in, number of clips by status out.

    Args:
        videos: folder in the authors' layout, or a table .csv (see `cmet.corpus.recordings`).
        out: corpus folder.
        face_model: path, or "puppets" for the small one that ships with the project.
        speech: see `extract`.
        speech_folder: see `extract`.
        crop: see `extract`.
        detector: YuNet's file, for crop `face`.
        batch: frames at a time.
        device: "cpu" or "cuda".
        track: shows progress.

    Raises:
        ValueError, OSError, ImportError, WeightsError: see `extract`; the message is for the user.
    """
    outcomes = extract(
        read_table(videos) if videos.suffix == ".csv" else list_recordings(videos),
        out,
        face_model=PUPPETS_FACE_MODEL if face_model == "puppets" else Path(face_model) if face_model else None,
        speech=speech,
        speech_folder=speech_folder,
        crop=crop,
        detector=YuNet(detector) if detector is not None else None,
        batch=batch,
        device=device,
        track=track,
    )
    return dict(Counter(outcome.status for outcome in outcomes))


def complete(out: Path, item: Recording, codes: bool, folder: str | None) -> bool:
    """Whether all wanted files of a clip are there. A clip without video has no codes."""
    files = [code_file(out, item.key, part) for part in PARTS] if codes and item.video is not None else []
    files += [] if folder is None else [speech_file(out, item.key, folder)]
    return all(path.is_file() for path in files)


def frames_there(out: Path, item: Recording) -> int:
    """Frames of the codes of a clip that were made before; 0 if there are none."""
    path = code_file(out, item.key)
    return len(np.load(path, mmap_mode="r", allow_pickle=False)) if path.is_file() else 0


def folder_name(speech: str) -> str:
    """Where the embeddings of an encoder go: emotion2vec's into the authors' folder."""
    if speech == "emotion2vec":
        return SPEECH_FOLDER
    name = Path(speech).stem if speech.endswith(".safetensors") else speech.replace("/", "_")
    return f"{name}_features"


Media = tuple[NDArray[np.uint8] | MediaError | None, Array | MediaError | None]
"""Crops and sound of a recording, or why there are none; None where not wanted."""


def _opened(
    work: Sequence[Recording], network: Generator | None, crop: Crop, detector: Detector | None
) -> Iterator[tuple[Recording, Media]]:
    """Recordings with their media, the next one read while the last one is worked on."""
    size = None if network is None else network.config.size
    with ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(_open, item, size, crop, detector) for item in work[:1]]
        for index, item in enumerate(work):
            media = waiting.pop().result()
            if index + 1 < len(work):
                waiting.append(pool.submit(_open, work[index + 1], size, crop, detector))
            yield item, media


def _open(item: Recording, size: int | None, crop: Crop, detector: Detector | None) -> Media:
    crops: NDArray[np.uint8] | MediaError | None = None
    sound: Array | MediaError | None = None
    try:
        if size is not None and item.video is not None:
            crops = face_crops(to_fps(read_clip(item.video), FPS).frames, size, crop, detector)
    except MediaError as error:
        crops = error
    try:
        origin = item.audio or item.video
        sound = None if origin is None else read_audio(origin)
    except MediaError as error:
        sound = error
    return crops, sound


def _process(
    item: Recording,
    media: Media,
    out: Path,
    network: Generator | None,
    encoder: SpeechEncoder | None,
    folder: str | None,
    batch: int,
) -> Outcome:
    """Compute and write what is wanted of one clip."""
    crops, sound = media
    frames = 0
    status, reason = str(Status.OK), ""
    if network is not None and isinstance(crops, np.ndarray):
        lip, pose, expression = motion_codes(network, crops, batch)
        write_clip(out, item.key, lip=lip, pose=pose, expression=expression)
        frames = len(expression)
    if encoder is not None and folder is not None and isinstance(sound, np.ndarray):
        try:
            write_clip(out, item.key, speech=encoder.embed([sound])[0], speech_folder=folder)
        except ValueError as error:
            status, reason = Status.UNUSABLE_SPEECH, str(error)
    for needed, value in ((network is not None, crops), (encoder is not None, sound)):
        if needed and isinstance(value, MediaError):
            status, reason = value.status, str(value)
            break
    return Outcome(item.key, frames, status, " ".join(reason.split()))
