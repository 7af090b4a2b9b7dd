"""A good submission is good, and every way of being bad is named in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmark.core.errors import UsageError
from benchmark.media.video import write_clip
from benchmark.submission.check import check_submission
from benchmark.submission.command import SHOWN, main
from benchmark.submission.limits import Limits, limits
from tests.benchmark.submission.made import LIMIT, MANIFEST, card, clip, zipped


def test_a_good_folder_and_a_good_zip_are_good(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    assert capsys.readouterr().out == "good: 3 of 3 videos of toy/test by 'mine' can be scored\n"
    assert main([str(zipped(folder)), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["manifest"] == MANIFEST


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


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (Limits(files=2), "more than 2 files"),
        (Limits(file_mib=0), "larger than 0 MiB"),
        (Limits(unpacked_mib=0), "the files together are larger than 0 MiB"),
        (Limits(archive_mib=0), "the archive is larger than 0 MiB"),
        (Limits(frames=5), "s1.mp4: more than 5 frames"),
        (Limits(side_px=16), "s1.mp4: 32x32 px: no more than 16 a side are taken"),
    ],
)
def test_sizes_and_counts_are_settings(limit: Limits, sentence: str, folder: Path) -> None:
    assert any(sentence in p for p in check_submission(zipped(folder), limit).problems)


def test_settings_come_from_the_environment() -> None:
    assert limits({"BENCHMARK_LIMIT_FILES": "7", "BENCHMARK_LIMIT_CHECK_SECONDS": "9"}) == Limits(
        files=7, check_seconds=9
    )
    for wrong in ("-1", "0", "1.5", "nan", "", "9" * 30):
        with pytest.raises(UsageError, match="BENCHMARK_LIMIT_FILES must be a whole number"):
            limits({"BENCHMARK_LIMIT_FILES": wrong})


def test_a_thousand_problems_are_not_a_thousand_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(1000):
        (folder / f"{number}.sh").write_text("x")
    assert main([str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == SHOWN + 2 and lines[-2] == f"and {1000 - SHOWN} more problems"


def test_of_videos_without_known_size_the_rare_size_is_wrong(folder: Path) -> None:
    rows = [{"id": name} for name in ("s1", "s2", "s3")]
    (folder.parent / "lists/toy__test.json").write_text(json.dumps(rows))
    report = check_submission(folder, LIMIT)
    assert report.good and report.unmeasured == 3
    write_clip(folder / "s1.mp4", clip(0, side=64))
    write_clip(folder / "s2.mp4", clip(1, frames=1))
    write_clip(folder / "s3.mp4", clip(2, fps=30.0))
    assert check_submission(folder, LIMIT).problems == [
        "s1.mp4: wrong size: 64x64 px, most are 32x32; all must be of one size",
        "s2.mp4: a still: 1 frame",
        "s3.mp4: wrong frame rate: 30 fps, must be 25",
    ]


def test_samples_of_one_task_may_have_the_same_video_others_not(folder: Path) -> None:
    rows = [{"id": "s1", "task": "a angry"}, {"id": "s2", "task": "a angry"}, {"id": "s3", "task": "a happy"}]
    (folder.parent / "lists/toy__test.json").write_text(json.dumps(rows))
    write_clip(folder / "s2.mp4", clip(0))
    assert check_submission(folder, LIMIT).good
    write_clip(folder / "s3.mp4", clip(0))
    assert check_submission(folder, LIMIT).problems == ["s3.mp4: duplicated: the same pictures as s1.mp4"]


@pytest.mark.parametrize("name", ["nothing", "text.zip"])
def test_what_is_no_submission_is_wrong_usage(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.zip").write_text("no zip")
    assert main([str(tmp_path / name)]) == 2
    assert "error: " in capsys.readouterr().err
