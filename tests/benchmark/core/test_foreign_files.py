"""Files of other programs are passed over wherever a user's folder or archive is read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from baselines.expression_codes import read_expression_codes
from benchmark.core.foreign_files import is_foreign, list_files, list_folders
from benchmark.datasets.recordings import find_recordings
from benchmark.prepare.sources import crema_d_pieces, mead_pieces
from benchmark.submission.limits import Limits
from benchmark.submission.package import open_package
from cmet.corpus.recordings import list_recordings
from cmet.inference.recorded_speech import list_speech

JUNK = (
    "._{name}",
    ".DS_Store",
    "Thumbs.db",
    "__MACOSX/{name}",
    "@eaDir/{name}",
    ".ipynb_checkpoints/{name}",
    "~${name}",
)


def write(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def litter(folder: Path, name: str) -> None:
    """What other programs leave beside a file `name`."""
    write(folder, *(pattern.format(name=name) for pattern in JUNK))


@pytest.mark.parametrize("pattern", JUNK)
def test_what_other_programs_leave_is_foreign_in_any_capitals(pattern: str) -> None:
    path = pattern.format(name="happy.mp4")
    assert is_foreign(path) and is_foreign(path.upper()) and is_foreign(Path("speaker") / path)


@pytest.mark.parametrize(
    "name", ["a.mp4", ".hidden.mp4", "__a.mp4", "macosx/a.mp4", "a._b.mp4", "cache/a.mp4", "~a.mp4"]
)
def test_a_user_s_own_names_are_not(name: str) -> None:
    assert not is_foreign(name)


def test_files_come_sorted_by_ending_and_below_only_if_so_said(tmp_path: Path) -> None:
    write(tmp_path, "b.MP4", "a.mp4", "c.txt", "sub/d.mp4")
    litter(tmp_path, "a.mp4")
    litter(tmp_path / "sub", "d.mp4")
    assert [path.name for path in list_files(tmp_path, {".mp4"})] == ["a.mp4", "b.MP4"]
    below = list_files(tmp_path, {".mp4"}, below=True)
    assert [path.relative_to(tmp_path).as_posix() for path in below] == ["a.mp4", "b.MP4", "sub/d.mp4"]
    assert [path.name for path in list_folders(tmp_path)] == ["sub"]


def test_labelled_recordings_speech_codes_and_corpora_pass_them_over(tmp_path: Path) -> None:
    clips = write(tmp_path / "clips", "happy/M030.mp4")
    litter(clips / "happy", "M030.mp4")
    litter(clips, "sad.mp4")
    assert [row.cells["source"] for row in find_recordings(clips)] == ["happy/M030.mp4"]
    speech = write(tmp_path / "speech", "one.wav")
    litter(speech, "one.wav")
    assert [path.name for path in list_speech([speech])] == ["one.wav"]
    corpus = write(tmp_path / "corpus", "M003/front/happy/level_1/001.mp4")
    litter(corpus / "M003" / "front" / "happy" / "level_1", "002.mp4")
    write(corpus, "@eaDir/front/happy/level_1/001.mp4")
    assert [str(recording.key.identity) for recording in list_recordings(corpus)] == ["M003"]
    videos, _ = mead_pieces(corpus)
    assert list(videos) == ["M003/front/happy/level_1/001"]
    crema = write(tmp_path / "crema", "VideoFlash/1001_DFA_ANG_XX.flv")
    litter(crema / "VideoFlash", "1001_DFA_ANG_XX.flv")
    assert list(crema_d_pieces(crema)[0]) == ["1001_DFA_ANG_XX"]
    codes = tmp_path / "codes"
    codes.mkdir()
    litter(codes, "happy.npy")
    with pytest.raises((ValueError, FileNotFoundError)):
        read_expression_codes(codes)  # nothing is left, and nothing foreign was opened


def test_a_zip_made_on_a_mac_is_read_like_any_other(tmp_path: Path) -> None:
    archive = tmp_path / "mine.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for name in (
            "mine/manifest.json",
            "mine/a.mp4",
            "__MACOSX/mine/._a.mp4",
            "mine/.DS_Store",
            "mine/._manifest.json",
        ):
            made.writestr(name, "{}")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    package = open_package(archive, scratch, Limits())
    assert package.problems == []
