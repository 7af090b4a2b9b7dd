"""A good submission is good; every way of being bad is named in one sentence, and none of them harms the checker."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.errors import UsageError
from benchmark.submission import expected as lists
from benchmark.submission.check import check_submission
from benchmark.submission.command import main
from benchmark.submission.limits import Limits, limits
from benchmark.submission.look import look_at
from benchmark.submission.package import name_problem
from media.clip import Clip
from media.video import write_clip

LIMIT = Limits(decode_seconds=20)
IDS = ("s1", "s2", "s3")
CARD = {"name": "mine", "title": "Mine", "cue": "audio", "licence": "MIT"}
MANIFEST = {"dataset": "toy", "split": "test", "method": CARD}


def clip(seed: int, frames: int = 6, side: int = 32, fps: float = 25.0) -> Clip:
    rng = np.random.default_rng(seed)
    return Clip(np.repeat(rng.integers(0, 255, (frames, 4, 4, 3), np.uint8), side // 4, 1).repeat(side // 4, 2), fps)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A good submission of three videos to a split of three."""
    monkeypatch.setattr(lists, "FOLDER", tmp_path / "lists")
    rows = [{"id": name, "frames": 6, "fps": 25.0, "width": 32, "height": 32} for name in IDS]
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/toy__test.json").write_text(json.dumps(rows))
    folder = tmp_path / "submission"
    for seed, name in enumerate(IDS):
        write_clip(folder / f"{name}.mp4", clip(seed))
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    return folder


def zipped(folder: Path, extra: Callable[[zipfile.ZipFile], object] = lambda z: None) -> Path:
    path = folder.parent / "submission.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"mine/{file.name}")
        extra(archive)
    return path


def test_a_good_folder_and_a_good_zip_are_good(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    assert capsys.readouterr().out == "good: 3 of 3 videos of toy/test by 'mine' can be scored\n"
    assert main([str(zipped(folder)), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["manifest"] == MANIFEST


def card(folder: Path, **changes: Any) -> None:
    (folder / "manifest.json").write_text(json.dumps(MANIFEST | {"method": CARD | changes}))


BAD: list[tuple[Callable[[Path], object], str]] = [
    (lambda f: (f / "s2.mp4").unlink(), "missing: s2.mp4"),
    (lambda f: (f / "s2.mp4").write_bytes(b"GIF89a" * 9), "s2.mp4: not an mp4 (wrong first bytes)"),
    (lambda f: (f / "s2.mp4").write_bytes((f / "s1.mp4").read_bytes()[:300]), "s2.mp4: holds no video"),
    (lambda f: (f / "s2.mp4").write_bytes(b""), "'s2.mp4': 0 bytes"),
    (lambda f: write_clip(f / "s2.mp4", clip(9, frames=4)), "s2.mp4: too short: 4 frames, must be 6"),
    (lambda f: write_clip(f / "s2.mp4", clip(9, frames=8)), "s2.mp4: too long: 8 frames, must be 6"),
    (lambda f: write_clip(f / "s2.mp4", clip(9, side=64)), "s2.mp4: wrong size: 64x64 px, must be 32x32"),
    (lambda f: write_clip(f / "s2.mp4", clip(9, fps=30)), "s2.mp4: wrong frame rate: 30 fps, must be 25"),
    (lambda f: write_clip(f / "s2.mp4", clip(0)), "s2.mp4: duplicated: the same pictures as s1.mp4"),
    (lambda f: write_clip(f / "s9.mp4", clip(9)), "not of this split: s9.mp4"),
    (lambda f: (f / "run.sh").write_text("x"), "'run.sh': only manifest.json and <sample>.mp4 belong here"),
    (lambda f: (f / "s4.mp4").symlink_to("/etc/passwd"), "'s4.mp4': links and special files are refused"),
    (lambda f: (f / "manifest.json").unlink(), "manifest.json is missing"),
    (lambda f: (f / "manifest.json").write_text('{"dataset": NaN}'), "manifest.json is not JSON: NaN is no number"),
    (lambda f: (f / "manifest.json").write_text("[" * 100_000), "manifest.json is not JSON"),
    (lambda f: (f / "manifest.json").write_text('{"dataset": "toy", "split": "tset"}'), "did you mean 'toy/test'?"),
    (lambda f: card(f, title="<script>alert(1)</script>"), "'title' holds control characters or markup"),
    (lambda f: card(f, code="javascript:alert(1)"), "'code' must be a web address"),
    (lambda f: card(f, name="ground_truth"), "taken by the benchmark itself"),
    (lambda f: card(f, name="../x"), "'name' may hold lower-case letters"),
    (lambda f: card(f, year=1e400), "manifest.json is not JSON: Infinity is no number"),
    (lambda f: card(f, score=100), "method card: 'score' is unknown"),
]


@pytest.mark.parametrize(("spoil", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_a_bad_submission_is_refused_with_the_right_sentence(
    spoil: Callable[[Path], object], sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder)
    assert main([str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(sentence in line for line in lines[:-1]), lines
    assert lines[-1].startswith("bad: ")


def link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("s4.mp4")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


HOSTILE: list[tuple[Callable[[zipfile.ZipFile], object], str]] = [
    (lambda z: z.writestr("s4.mp4", bytes(20 << 20)), "a zip bomb?"),
    (lambda z: z.writestr("../../out.mp4", b"x"), "a name that leaves the folder is refused"),
    (lambda z: z.writestr("/etc/out.mp4", b"x"), "an absolute name or a backslash is refused"),
    (lambda z: z.writestr("C:\\out.mp4", b"x"), "names may hold letters"),
    (lambda z: z.writestr("a\x1b[2Jb.mp4", b"x"), "'a?[2Jb.mp4': names may hold letters"),
    (lambda z: z.writestr("<img src=x>.mp4", b"x"), "names may hold letters"),
    (lambda z: z.writestr("s1.mp4", b"x"), "a video of this name is there twice"),
    (link, "links and special files are refused"),
]


@pytest.mark.parametrize(("spoil", "sentence"), HOSTILE, ids=[sentence for _, sentence in HOSTILE])
def test_a_hostile_zip_is_refused_and_writes_nothing_outside(
    spoil: Callable[[zipfile.ZipFile], object], sentence: str, folder: Path
) -> None:
    before = sorted(folder.parent.parent.glob("*"))
    report = check_submission(zipped(folder, spoil), LIMIT)
    assert any(sentence in problem for problem in report.problems), report.problems
    assert sorted(folder.parent.parent.glob("*")) == before and not (folder.parent / "out.mp4").exists()


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (Limits(files=2), "more than 2 files"),
        (Limits(file_mib=0), "larger than 0 MiB"),
        (Limits(unpacked_mib=0), "the files together are larger than 0 MiB"),
        (Limits(archive_mib=0), "the archive is larger than 0 MiB"),
    ],
)
def test_sizes_and_counts_are_settings(limit: Limits, sentence: str, folder: Path) -> None:
    assert any(sentence in p for p in check_submission(zipped(folder), limit).problems)


def test_settings_come_from_the_environment() -> None:
    assert limits({"BENCHMARK_LIMIT_FILES": "7"}).files == 7
    with pytest.raises(UsageError, match="BENCHMARK_LIMIT_FILES must be a whole number"):
        limits({"BENCHMARK_LIMIT_FILES": "-1"})


def test_a_file_that_kills_the_decoder_takes_no_other_along(folder: Path) -> None:
    """With too little memory to start, every answer is a sentence; with enough, the neighbours are seen."""
    starved = look_at([folder / "s1.mp4", folder / "s2.mp4"], Limits(decode_mib=60, decode_seconds=5))
    assert all("MiB to decode, or crashed" in look.problem for look in starved)
    assert [look.frames for look in look_at([folder / "s1.mp4", folder / "s3.mp4"], LIMIT)] == [6, 6]


def test_ten_thousand_names_are_looked_at_quickly() -> None:
    assert all(name_problem(f"P{i}_happy.mp4") is None for i in range(10_000))


@pytest.mark.parametrize("name", ["nothing", "text.zip"])
def test_what_is_no_submission_is_wrong_usage(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.zip").write_text("no zip")
    assert main([str(tmp_path / name)]) == 2
    assert "error: " in capsys.readouterr().err


def test_the_shipped_lists_are_those_of_the_corpus() -> None:
    from benchmark.datasets.puppets import Puppets

    for name in lists.known_splits():
        dataset, split = name.split("/")
        if dataset == "puppets":
            assert list(lists.expected_videos(dataset, split)) == Puppets({}).sample_ids(split)
