"""Where the clips of a corpus lie as it is downloaded, or as somebody has prepared it already.

MEAD Part 0: `<id>/video.tar` with `video/front/<emotion>/<level>/NNN.mp4` and `<id>/audio.tar` with
`audio/<emotion>/<level>/NNN.m4a`, or the same unpacked. CREMA-D: `VideoFlash/<name>.flv` and `AudioWAV/<name>.wav`.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterable
from pathlib import Path

from benchmark.core.errors import UsageError
from benchmark.core.foreign_files import is_foreign, list_files, list_folders
from benchmark.prepare.align.mapping import Renumbering
from benchmark.prepare.job import Job, Piece

VIDEO_SUFFIXES = (".mp4", ".flv", ".avi", ".mov", ".mkv")
SOUND_SUFFIXES = (".wav", ".m4a", ".mp3", ".flac")
MEAD_CLIP = re.compile(r"(?P<emotion>[a-z]+)/(?P<level>level_[123])/(?P<number>\d{3})")
PREPARED = re.compile(r"[MW]\d{3}/front/[a-z]+/level_[123]/\d{3}")

Pieces = dict[str, Piece]
"""Clip id -> where its bytes are."""


def mead_pieces(source: Path) -> tuple[Pieces, Pieces]:
    """Videos and sounds of MEAD by clip id, `M003/front/angry/level_1/001`, as numbered there.

    Args:
        source: holds the folders of the identities, with tars, unpacked, or prepared (also under FPS25).

    Raises:
        UsageError: no clip is there, or a tar can't be read.
    """
    if not source.is_dir():
        raise UsageError(f"{source}: no such folder")
    videos: Pieces = {}
    sounds: Pieces = {}
    root = source / "FPS25" if (source / "FPS25").is_dir() else source
    for folder in list_folders(root):
        who = folder.name
        for archive, kind, found in (("video.tar", VIDEO_SUFFIXES, videos), ("audio.tar", SOUND_SUFFIXES, sounds)):
            if (folder / archive).is_file():
                for name, piece in members(folder / archive):
                    _add(found, who, name, piece, kind)
        for part, kind, found in (("video", VIDEO_SUFFIXES, videos), ("audio", SOUND_SUFFIXES, sounds)):
            for path in list_files(folder / part, kind, below=True):
                _add(found, who, f"{part}/{path.relative_to(folder / part).as_posix()}", Piece(path), kind)
        for path in list_files(folder / "front", {*VIDEO_SUFFIXES, *SOUND_SUFFIXES}, below=True):
            name = f"video/{path.relative_to(folder).as_posix()}"
            _add(videos, who, name, Piece(path), VIDEO_SUFFIXES)
            _add(sounds, who, name, Piece(path), SOUND_SUFFIXES)
    if not videos:
        raise UsageError(f"{source}: no clip of MEAD; it must hold <id>/video.tar, <id>/video/front or <id>/front")
    return videos, sounds


def _add(found: Pieces, who: str, name: str, piece: Piece, suffixes: tuple[str, ...]) -> None:
    path, dot, suffix = name.rpartition(".")
    match = MEAD_CLIP.search(path)
    front = "/front/" in f"/{path}" or path.split("/")[0] == "audio"
    if dot and f".{suffix.lower()}" in suffixes and match is not None and match.end() == len(path) and front:
        clip = f"{who}/front/{match['emotion']}/{match['level']}/{match['number']}"
        found[clip] = Piece(piece.path, piece.offset, piece.size, f".{suffix.lower()}")


def members(archive: Path) -> list[tuple[str, Piece]]:
    """Regular files of a tar with their places in it; names that leave the archive's folder are passed over.

    Raises:
        UsageError: it is no tar, or cut off.
    """
    try:
        with tarfile.open(archive, "r:") as tar:
            return [
                (info.name.removeprefix("./"), Piece(archive, info.offset_data, info.size))
                for info in tar
                if info.isreg()
                and ".." not in Path(info.name).parts
                and not info.name.startswith("/")
                and not is_foreign(info.name)
            ]
    except (tarfile.TarError, OSError) as error:
        raise UsageError(f"{archive}: can't be read as a tar: {error}") from error


def crema_d_pieces(source: Path) -> tuple[Pieces, Pieces]:
    """Videos and sounds of CREMA-D by clip name, from VideoFlash and AudioWAV, or prepared (also under FPS25).

    Raises:
        UsageError: no video is there.
    """
    if not source.is_dir():
        raise UsageError(f"{source}: no such folder")
    places = [source / "VideoFlash", source / "FPS25", source]
    folder = next((place for place in places if place.is_dir() and _files(place, VIDEO_SUFFIXES)), None)
    if folder is None:
        raise UsageError(f"{source}: no video of CREMA-D; it must hold VideoFlash/*.flv (and AudioWAV/*.wav)")
    audio = source / "AudioWAV"
    sounds = _files(audio if audio.is_dir() else folder, SOUND_SUFFIXES)
    return _files(folder, VIDEO_SUFFIXES), sounds


def _files(folder: Path, suffixes: tuple[str, ...]) -> Pieces:
    return {path.stem: Piece(path) for path in list_files(folder, suffixes)}


def refuse_pointers(videos: Pieces, source: Path) -> None:
    """Raise UsageError if Git LFS left pointers in place of the videos."""
    some = list(videos.values())[:: max(1, len(videos) // 50)]
    pointers = sum(piece.is_pointer() for piece in some)
    if pointers * 2 > len(some):
        raise UsageError(
            f"{source}: the videos are Git LFS pointers, not media: install git-lfs and run `git lfs pull` there"
        )


def jobs_of(
    clips: Iterable[str], videos: Pieces, sounds: Pieces, renumbered: Renumbering | None = None
) -> tuple[list[Job], dict[str, str]]:
    """Jobs of the clips that are there, and why others are not.

    Args:
        clips: wanted clip ids.
        videos: what is there, by the id it has there.
        sounds: likewise.
        renumbered: what a mapping file says; None: ids are the same.

    Returns:
        The jobs, and clip id -> reason.
    """
    jobs: list[Job] = []
    absent: dict[str, str] = {}
    for clip in dict.fromkeys(clips):
        there = clip
        if renumbered is not None and clip.rpartition("/")[0] in renumbered.folders:
            if clip not in renumbered.clips:
                absent[clip] = "no clip of this folder was recognised as it: in quarantine"
                continue
            there = renumbered.clips[clip]
        if there in videos:
            jobs.append(Job(clip, videos[there], sounds.get(there), folder="FPS25"))
        else:
            absent[clip] = "not in the source" if there == clip else f"{there} is not in the source"
    return jobs, absent
