"""Corpora as they are downloaded become clips that a run reads; what can't be made ends as a row that says why."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import MissingRequirement, UsageError
from benchmark.media.audio import read_audio
from benchmark.media.video import probe, read_clip
from benchmark.media.yunet import YUNET, YuNet
from benchmark.prepare import run as preparing
from benchmark.prepare.align.mapping import Renumbering
from benchmark.prepare.clip import Recipe, cropped, make_clip
from benchmark.prepare.command import main
from benchmark.prepare.expected_clips import facts_of, wanted_clips, wanted_recordings
from benchmark.prepare.job import Job, Piece
from benchmark.prepare.ledger import Ledger, preparing_lock
from benchmark.prepare.pool import outcomes
from benchmark.prepare.sources import jobs_of, mead_pieces
from tests.benchmark.prepare.trees import POINTER_FILE, Take, crema_tree, faceless, mead_tree, take, unlike
from tests.shared_files import WEIGHTS, needs_weights

SENTENCES = ("s29", "s30")
DETECTOR = WEIGHTS / YUNET.name


@pytest.fixture(scope="module")
def takes() -> list[Take]:
    return [take(number, SENTENCES[number % 2]) for number in range(3)]


def ledger_of(out: Path) -> dict[str, dict[str, str]]:
    with (out / "ledger.csv").open() as file:
        return {row["clip"]: row for row in csv.DictReader(file)}


def some(count: int) -> list[str]:
    return wanted_clips("mead")[:count]


@needs_weights
def test_mead_becomes_face_clips_and_every_wanted_clip_has_a_row(
    takes: list[Take], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = some(6)
    data = {clip: takes[number % 3].video for number, clip in enumerate(clips)}
    data[clips[1]] = b"not a video"
    data[clips[2]] = faceless(takes[0].video, tmp_path)
    data[clips[3]] = POINTER_FILE
    data[clips[4]] = takes[1].mute
    source, out = mead_tree(tmp_path / "mead", data), tmp_path / "out"
    flags = ["mead", "--source", str(source), "--out", str(out), "--weights", str(WEIGHTS), "--workers", "1"]
    assert main(flags) == 1  # most wanted clips are not in this small tree
    rows = ledger_of(out)
    assert set(rows) == set(wanted_clips("mead"))
    assert [rows[clip]["status"] for clip in clips] == [
        "ok", "unreadable_video", "no_face", "lfs_pointer", "no_audio", "ok",
    ]  # fmt: skip
    assert rows[wanted_clips("mead")[-1]]["status"] == "missing_file"
    made = out / "FPS25" / f"{clips[0]}.mp4"
    info, clip, sound = probe(made), read_clip(made), read_audio(made.with_suffix(".wav"))
    assert (info.width, info.height, info.fps) == (256, 256, 25.0) and len(clip.frames) == takes[0].frames
    assert abs(len(sound) - 640 * len(clip.frames)) <= 640
    assert made.with_suffix(".jpg").read_bytes()[:2] == b"\xff\xd8"
    assert not (out / "FPS25" / f"{clips[2]}.wav").exists()
    said = capsys.readouterr().out
    assert "2 ok" in said and f"dataset.root={out}" in said
    # nothing is done twice; a clip whose source changes is
    assert main(flags) == 1
    assert "(6 kept, 0 made now)" in capsys.readouterr().out
    data[clips[1]] = takes[2].video
    mead_tree(source, {c: d for c, d in data.items() if c.split("/")[0] == clips[1].split("/")[0]})
    main([*flags, "--retry"])
    assert ledger_of(out)[clips[1]]["status"] == "ok"


@needs_weights
def test_the_crop_shows_the_face_as_large_as_the_frame_allows(takes: list[Take], tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(takes[0].video)
    frames = read_clip(tmp_path / "a.mp4").frames
    made, region, share = cropped(frames, Recipe(), YuNet(DETECTOR))
    assert made.shape[1:] == (256, 256, 3) and share == 1.0
    assert region is not None and region.width == region.height
    detector = YuNet(DETECTOR)
    before, after = detector.detect(frames[0]).boxes[0], detector.detect(made[0]).boxes[0]
    scale = 256 / region.width
    expected = (before - np.array([region.left, region.top] * 2)) * scale
    np.testing.assert_allclose(after, expected, atol=0.06 * 256)


def test_sound_of_a_mute_video_is_cut_to_the_pictures_interval(takes: list[Take], tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(takes[0].mute)
    long = np.concatenate([read_audio_of(takes[0], tmp_path), np.full(16000, 0.5, np.float32)])
    from benchmark.media.audio import write_wav

    write_wav(tmp_path / "a.wav", long)
    job = Job("a", Piece(tmp_path / "a.mp4"), Piece(tmp_path / "a.wav"))
    done = make_clip(job, tmp_path / "out", Recipe(crop="whole"), None)
    assert done.status == "not_square"  # 192 x 160 is no face crop
    squared = make_square(tmp_path)
    done = make_clip(Job("b", squared, Piece(tmp_path / "a.wav")), tmp_path / "out", Recipe(crop="whole"), None)
    assert done.status == "ok" and done.sound_from == "file"
    sound = read_audio(tmp_path / "out" / "b.wav")
    assert len(sound) == 640 * done.frames
    np.testing.assert_allclose(sound[:8000], long[:8000], atol=2e-3)


def read_audio_of(one: Take, folder: Path) -> np.ndarray:
    (folder / "take.wav").write_bytes(one.wav)
    return read_audio(folder / "take.wav")


def make_square(folder: Path) -> Piece:
    from benchmark.media.clip import Clip
    from benchmark.media.video import write_clip

    frames = read_clip(folder / "a.mp4").frames[:, :, :160]
    write_clip(folder / "square.mp4", Clip(np.ascontiguousarray(frames), 30.0))
    return Piece(folder / "square.mp4")


@needs_weights
def test_crema_d_takes_the_sound_beside_its_flash_videos(
    takes: list[Take], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = wanted_clips("crema_d")[:3]
    source, out = crema_tree(tmp_path / "crema", clips, takes), tmp_path / "out"
    (source / "VideoFlash" / f"{clips[2]}.flv").write_bytes(takes[0].flv[:200])
    main(["crema_d", "--source", str(source), "--out", str(out), "--weights", str(WEIGHTS), "--workers", "1"])
    rows = ledger_of(out)
    assert rows[clips[0]]["status"] == rows[clips[1]]["status"] == "ok" and rows[clips[2]]["status"] != "ok"
    assert rows[clips[0]]["sound_from"] == "file"
    assert "2 ok" in capsys.readouterr().out and (out / "FPS25" / f"{clips[0]}.wav").is_file()


def test_lfs_pointers_are_said_in_one_line(
    takes: list[Take], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = crema_tree(tmp_path / "crema", wanted_clips("crema_d")[:5], takes, pointers=True)
    assert main(["crema_d", "--source", str(source), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "Git LFS pointers, not media" in error and "git lfs pull" in error


@needs_weights
def test_the_extended_set_gets_its_recordings_beside_the_clips(
    takes: list[Take], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = wanted_clips("extended")
    source = mead_tree(tmp_path / "mead", {clip: takes[0].video for clip in clips[:2]})
    speech = tmp_path / "gemini"
    for name in wanted_recordings()[:4]:
        (speech / name).parent.mkdir(parents=True, exist_ok=True)
        (speech / f"{name}.wav").write_bytes(takes[1].wav)
    out = tmp_path / "out"
    flags = ["extended", "--source", str(source), "--speech", str(speech), "--out", str(out)]
    assert main([*flags, "--weights", str(WEIGHTS), "--workers", "1"]) == 1
    assert "6 ok" in capsys.readouterr().out
    assert len(list((out / "speech").rglob("*.wav"))) == 4


def test_a_clip_that_kills_its_process_harms_no_other(
    takes: list[Take], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREPARE_TEST_DIES", "c2")
    for number in range(5):
        (tmp_path / f"c{number}.mp4").write_bytes(takes[0].video)
    jobs = [Job(f"c{number}", Piece(tmp_path / f"c{number}.mp4")) for number in range(5)]
    (tmp_path / "c2.mp4").write_bytes(takes[0].video)
    import benchmark.prepare.pool as pool

    monkeypatch.setattr(pool, "work", dying)
    done = {o.clip: o.status for o in outcomes(jobs, tmp_path / "out", Recipe(crop="whole"), None, 2)}
    assert done == {"c0": "not_square", "c1": "not_square", "c2": "crashed", "c3": "not_square", "c4": "not_square"}
    assert Ledger(tmp_path / "out").of("c2") is not None


def dying(job: Job, out: Path, recipe: Recipe):  # noqa: ANN201 - as `pool.work`
    """`pool.work`, whose process ends at one clip."""
    import os

    if job.clip == os.environ.get("PREPARE_TEST_DIES"):
        os._exit(9)
    outcome = make_clip(job, out, recipe, None)
    Ledger(out).note(outcome)
    return outcome


def test_two_runs_on_one_folder_and_a_full_disk_are_refused(
    takes: list[Take], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        preparing_lock(tmp_path / "out"),
        pytest.raises(UsageError, match="another run prepares this folder"),
        preparing_lock(tmp_path / "out"),
    ):
        pass
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(preparing.shutil, "disk_usage", lambda path: usage._replace(free=10_000_000))
    with pytest.raises(MissingRequirement, match="1000 clips need about 0.7 GB, 0.0 GB are free; nothing was made"):
        preparing.check_space(tmp_path, 1000)


def test_a_damaged_note_or_output_is_made_again(takes: list[Take], tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(takes[0].wav)
    job, out = Job("x/a", None, Piece(tmp_path / "a.wav"), folder="speech"), tmp_path / "out"
    ledger = Ledger(out)
    ledger.note(make_clip(job, out, Recipe(), None))
    assert ledger.done(job) is not None
    (out / "speech/x/a.wav").write_bytes(b"short")
    assert ledger.done(job) is None
    ledger.note(make_clip(job, out, Recipe(), None))
    next((out / ".ledger").glob("*.json")).write_text("{")
    assert ledger.done(job) is None


def test_members_of_a_tar_and_files_are_found_alike(takes: list[Take], tmp_path: Path) -> None:
    data = {clip: unlike(takes[0].video, number) for number, clip in enumerate(some(3))}
    packed, _ = mead_pieces(mead_tree(tmp_path / "tar", data))
    for clip, content in data.items():
        who, _, rest = clip.partition("/front/")
        path = tmp_path / "files" / who / "video" / "front" / f"{rest}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    unpacked, _ = mead_pieces(tmp_path / "files")
    assert {c: p.read() for c, p in packed.items()} == {c: p.read() for c, p in unpacked.items()} == data
    with pytest.raises(UsageError, match="no clip of MEAD"):
        mead_pieces(tmp_path / "tar" / some(1)[0].split("/")[0])
    (tmp_path / "tar" / "M009").mkdir()
    (tmp_path / "tar" / "M009" / "video.tar").write_bytes(b"x" * 2000)
    with pytest.raises(UsageError, match="can't be read as a tar"):
        mead_pieces(tmp_path / "tar")


def test_a_mapping_gives_clips_their_numbers_and_keeps_quarantine_out(tmp_path: Path) -> None:
    piece = Piece(tmp_path / "a.mp4")
    half, none, other = "M003/front/angry/level_1", "M003/front/happy/level_1", "W009/front/angry/level_1"
    videos = dict.fromkeys([f"{half}/001", f"{half}/002", f"{half}/003", f"{none}/001", f"{other}/001"], piece)
    # of one folder one clip was recognised, of another none; a third is not in the mapping
    renumbered = Renumbering({f"{half}/001": f"{half}/002"}, frozenset([half, none]))
    jobs, absent = jobs_of([*videos], videos, {}, renumbered)
    assert [job.clip for job in jobs] == [f"{half}/001", f"{other}/001"]
    assert set(absent) == {f"{half}/002", f"{half}/003", f"{none}/001"}
    assert all("in quarantine" in reason for reason in absent.values())


def test_wanted_clips_are_those_of_the_split_files() -> None:
    mead, crema = wanted_clips("mead"), wanted_clips("crema_d")
    assert len(mead) == 1143 + 56 and len(crema) == 1546 + 523  # targets and distinct sources; cues are among them
    assert len(wanted_recordings()) == 150
    assert facts_of("mead", mead[0]).keys() == facts_of("crema_d", crema[0]).keys()
    assert facts_of("crema_d", "1001_IEO_ANG_HI") == {
        "identity": "1001", "emotion": "ANG", "level": "HI", "sentence": "IEO",
    }  # fmt: skip
    with pytest.raises(UsageError, match="has no split 'tset'; did you mean 'test'"):
        wanted_clips("mead", "tset")
