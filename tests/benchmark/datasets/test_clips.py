"""Manifests and folders of real videos: what is read, and every way to be wrong as one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmark.core.errors import BenchmarkError, ManifestError, UsageError
from benchmark.core.types import Sample
from benchmark.datasets.clips import Clips
from benchmark.datasets.panels import pair_recordings, unpack_panels, write_manifest
from benchmark.datasets.recordings import emotion_of
from benchmark.prepare.command import main

GOOD = {"id": "a", "source": "a.mp4", "emotion": "happy"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "more").mkdir(parents=True)
    for name in ("a.mp4", "b.mp4", "s.wav", "more/c.mp4"):
        (folder / name).write_bytes(b"x")
    (tmp_path / "outside.mp4").write_bytes(b"x")
    (folder / "link.mp4").symlink_to(tmp_path / "outside.mp4")
    (folder / "inner.mp4").symlink_to(folder / "a.mp4")
    return folder


def csv_of(root: Path, *rows: dict[str, str]) -> Path:
    return write_manifest(root / "m.csv", rows)


def samples_of(manifest: Path, split: str = "test", **options: Any) -> list[Sample]:
    return Clips({"manifest": str(manifest), "root": None, **options}).samples(split, Path("unused"), 0, 1)


def test_every_column_reaches_the_sample(root: Path) -> None:
    row = {
        **GOOD, "speaker": "W9", "sentence": "038", "source_emotion": "sad", "intensity": "2", "speech": "s.wav",
        "target": "b.mp4", "label": "angry", "reference": "more/c.mp4", "emotional_speech": "s.wav; s.wav",
        "neutral_speech": "s.wav",
    }  # fmt: skip
    (sample,) = samples_of(csv_of(root, row))
    assert (sample.id, sample.speaker, sample.sentence, sample.intensity) == ("a", "W9", "038", 2)
    assert (sample.source_emotion, sample.emotion, sample.cues.label) == ("sad", "happy", "angry")
    assert sample.source == root / "a.mp4" and sample.target == root / "b.mp4" and sample.speech == root / "s.wav"
    assert sample.cues.reference == root / "more/c.mp4" and len(sample.cues.emotional_speech) == 2


@pytest.mark.parametrize("split", ["../../../evil2", "val/2024", "..", ".hidden", "-x", "a b", "C:", "验证", "x" * 121])
def test_a_split_that_can_not_name_a_folder_is_refused_with_its_line(root: Path, split: str) -> None:
    manifest = csv_of(root, GOOD, {**GOOD, "id": "b", "split": split})
    with pytest.raises(ManifestError, match=r"m\.csv, line 3: split .* can't name a folder"):
        Clips({"manifest": str(manifest), "root": None}).splits()


def test_what_is_left_out_has_a_stated_default(root: Path) -> None:
    (sample,) = samples_of(csv_of(root, GOOD))
    assert (sample.split, sample.speaker, sample.source_emotion, sample.intensity) == ("test", "a", "neutral", 0)
    assert sample.cues.label == "happy" and sample.target is None and sample.speech is None
    (extended,) = samples_of(csv_of(root, {**GOOD, "emotion": "sarcastic"}))
    assert extended.cues.label is None


def test_csv_jsonl_and_parquet_say_the_same(root: Path) -> None:
    rows = [{**GOOD, "intensity": "1", "emotional_speech": "s.wav;s.wav"}, {**GOOD, "id": "b", "source": "b.mp4"}]
    csv = csv_of(root, *rows)
    jsonl, parquet = root / "m.jsonl", root / "m.parquet"
    lines = [{**rows[0], "intensity": 1, "emotional_speech": ["s.wav", "s.wav"]}, rows[1]]
    jsonl.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n")
    pd.DataFrame(rows).assign(intensity=[1.0, None]).to_parquet(parquet)
    assert samples_of(csv) == samples_of(jsonl) == samples_of(parquet)


def test_splits_come_in_the_order_of_the_file(root: Path) -> None:
    manifest = csv_of(root, {**GOOD, "split": "dev"}, {**GOOD, "split": "test"}, {**GOOD, "id": "b", "split": "dev"})
    dataset = Clips({"manifest": str(manifest)})
    assert dataset.splits() == ("dev", "test")
    assert dataset.sample_ids("dev") == ["a", "b"]
    assert dataset.split_sha256("dev") != dataset.split_sha256("test")
    assert [s.id for s in dataset.samples("dev", root, 0, 1, limit=1)] == ["a"]
    with pytest.raises(UsageError, match="did you mean 'dev'"):
        dataset.sample_ids("dve")


def test_a_link_inside_the_root_is_fine(root: Path) -> None:
    assert samples_of(csv_of(root, {**GOOD, "source": "inner.mp4"}))[0].source == root / "inner.mp4"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"emotion": "hapy"}, "m.csv, line 3: unknown emotion 'hapy'; did you mean 'happy'?"),
        ({"source_emotion": "calm"}, "unknown emotion 'calm'"),
        ({"label": "anger"}, "unknown emotion 'anger'; did you mean 'angry'?"),
        ({"id": "a"}, "m.csv, line 3: duplicate id 'a', first in line 2"),
        ({"id": "A"}, "duplicate id 'A', first in line 2"),
        ({"id": "x/../y"}, "may hold letters, digits"),
        ({"id": ""}, "'id' is empty"),
        ({"source": "gone.mp4"}, "m.csv, line 3: missing file 'gone.mp4'"),
        ({"target": "gone.mp4"}, "missing file 'gone.mp4'"),
        ({"source": "more"}, "missing file 'more'"),
        ({"source": "../outside.mp4"}, "path '../outside.mp4' leads out of the dataset's root"),
        ({"source": "more/../../outside.mp4"}, "leads out of the dataset's root"),
        ({"source": "link.mp4"}, "path 'link.mp4' leads out of the dataset's root"),
        ({"source": "/etc/hostname"}, "path '/etc/hostname' leads out of the dataset's root"),
        ({"speech": "link.mp4"}, "leads out"),
        ({"emotional_speech": "s.wav;../outside.mp4"}, "leads out"),
        ({"intensity": "4"}, "intensity must be 0, 1, 2 or 3, got '4'"),
        ({"intensity": "high"}, "intensity must be 0, 1, 2 or 3, got 'high'"),
    ],
)
def test_a_wrong_row_is_one_line_that_says_where(root: Path, change: dict[str, str], message: str) -> None:
    manifest = csv_of(root, GOOD, {**GOOD, "id": "b", **change})
    with pytest.raises(ManifestError) as caught:
        samples_of(manifest)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_several_wrong_rows_are_counted(root: Path) -> None:
    wrong = [{**GOOD, "id": f"w{i}", "source": "gone.mp4"} for i in range(3)]
    with pytest.raises(ManifestError, match=r"line 3: missing file 'gone.mp4' \(and 2 more such lines\)"):
        samples_of(csv_of(root, GOOD, *wrong))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.csv", "id,source,emotoin\na,a.mp4,happy\n", "unknown column 'emotoin'; did you mean 'emotion'?"),
        ("m.csv", "id,source\na,a.mp4\n", "no column 'emotion'"),
        ("m.csv", "id,source,emotion\na,a.mp4,happy,sad\n", "line 2: more cells than columns"),
        ("m.csv", "id,source,emotion\n", "holds no sample"),
        ("m.csv", "", "m.csv is empty"),
        ("m.jsonl", '{"id": "a"', "m.jsonl, line 1: no JSON"),
        ("m.jsonl", "[1, 2]\n", "line 1: no JSON object"),
        ("m.parquet", "not parquet", "can't be read"),
        ("m.txt", "a", "a manifest is .csv, .tsv, .jsonl or .parquet"),
        ("absent.csv", None, "no such manifest"),
    ],
)
def test_a_malformed_manifest_is_one_line(root: Path, name: str, text: str | None, message: str) -> None:
    if text is not None:
        (root / name).write_text(text)
    with pytest.raises(ManifestError) as caught:
        samples_of(root / name)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_bytes_that_are_no_text_are_one_line(root: Path) -> None:
    (root / "m.csv").write_bytes(b"id,source,emotion\n\xff\xfe\x00,a.mp4,happy\n")
    with pytest.raises(ManifestError, match="line 2: byte 0xff is not UTF-8"):
        samples_of(root / "m.csv")


def test_neither_manifest_nor_root_is_said(tmp_path: Path) -> None:
    assert Clips().splits() == ("test",)
    with pytest.raises(BenchmarkError, match=r"needs dataset.manifest=FILE, or dataset.root=DIR"):
        Clips().sample_ids("test")
    with pytest.raises(UsageError, match="no such folder"):
        Clips({"root": str(tmp_path / "gone")}).sample_ids("test")


def test_a_folder_of_recordings_tells_by_its_names(tmp_path: Path) -> None:
    names = ["M030_front_sad_level3_001.mp4", "happy/x y.mp4", "W009/W009-anger-level_2.mov"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    samples = Clips({"root": str(tmp_path)}).samples("test", tmp_path, 0, 1)
    told = [(s.id, s.emotion, s.intensity, s.speaker) for s in samples]
    assert told == [
        ("M030_front_sad_level3_001", "sad", 3, "M030"),
        ("W009__W009-anger-level_2", "angry", 2, "W009"),
        ("happy__x_y", "happy", 0, "happy__x_y"),
    ]
    assert all(s.source == s.target and s.source_emotion == s.emotion for s in samples)


@pytest.mark.parametrize("name", ["clip.mp4", "happy_to_sad.mp4", "unhappyish.mp4"])
def test_a_name_without_one_emotion_asks_for_a_manifest(name: str) -> None:
    with pytest.raises(ManifestError, match="write a manifest"):
        emotion_of(name)


def test_panels_become_a_manifest_and_a_folder_for_each_method(tmp_path: Path) -> None:
    for sample in ("one", "two", "other"):
        (tmp_path / "panels" / sample).mkdir(parents=True)
        for name in ("source", "edtalk", "float"):
            (tmp_path / "panels" / sample / f"{name}.mp4").write_bytes(f"{sample} {name}".encode())
    done = unpack_panels(tmp_path / "panels", tmp_path / "out", match="[ot][nw]*")
    assert done.samples == ["one", "two"] and sorted(done.methods) == ["edtalk", "float"]
    assert (done.methods["float"] / "two.mp4").read_bytes() == b"two float"
    samples = samples_of(done.manifest)
    assert [s.source.read_bytes() for s in samples] == [b"one source", b"two source"]
    assert [s.speaker for s in samples] == ["one", "two"]


def test_panels_named_by_emotion_are_samples_of_one_method(tmp_path: Path) -> None:
    (tmp_path / "p" / "clip").mkdir(parents=True)
    for name in ("source", "redirected_happy", "redirected_sad"):
        (tmp_path / "p" / "clip" / f"{name}.mp4").write_bytes(name.encode())
    done = unpack_panels(tmp_path / "p", tmp_path / "out", emotion="name")
    assert [(s.id, s.emotion, s.speaker) for s in samples_of(done.manifest)] == [
        ("clip_redirected_happy", "happy", "clip"),
        ("clip_redirected_sad", "sad", "clip"),
    ]
    assert (done.methods["outputs"] / "clip_redirected_sad.mp4").read_bytes() == b"redirected_sad"


def test_recordings_are_paired_with_a_neutral_one_of_the_same_speaker(tmp_path: Path) -> None:
    for name in ("M001_neutral_level1.mp4", "M001_happy_level3.mp4", "W002_neutral.mp4", "W002_fear_level1.mp4"):
        (tmp_path / name).write_bytes(b"x")
    rows = pair_recordings(tmp_path)
    samples = samples_of(write_manifest(tmp_path / "m.csv", rows), root=str(tmp_path))
    assert [(s.source.name, s.target and s.target.name) for s in samples] == [
        ("M001_neutral_level1.mp4", "M001_happy_level3.mp4"),
        ("W002_neutral.mp4", "W002_fear_level1.mp4"),
    ]
    (tmp_path / "M009_sad.mp4").write_bytes(b"x")
    with pytest.raises(ManifestError, match="M009"):
        pair_recordings(tmp_path)


def test_the_command_prints_what_to_run_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("M001_neutral.mp4", "M001_happy.mp4"):
        (tmp_path / name).write_bytes(b"x")
    assert main(["recordings", str(tmp_path), "--out", str(tmp_path / "m.csv")]) == 0
    assert "dataset.manifest=" in capsys.readouterr().out
    assert main(["panels", str(tmp_path / "gone"), "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"error: no such folder: {tmp_path / 'gone'}\n"
