"""Real video end to end: bad manifests stop a run before it starts, bad media become rows, and nothing else is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.checkpoints.locate import VARIABLE
from benchmark.datasets.panels import write_manifest
from benchmark.media.audio import write_wav
from benchmark.media.clip import Clip
from benchmark.media.video import read_clip, write_clip
from benchmark.results.store import read_scores
from benchmark.run.command import main
from tests.benchmark.media.made import made_clip, made_frames
from tests.shared_files import MEDIA, WEIGHTS, needs_media, needs_weights


def run(manifest: Path, root: Path, metrics: str, *more: str, method: str = "source_copy") -> int:
    flags = ["--method", method, "--dataset", "clips", "--metrics", metrics]
    return main([*flags, f"dataset.manifest={manifest}", f"runtime.root={root}", *more])


def scores(root: Path, method: str = "source_copy") -> pd.DataFrame:
    (folder,) = (root / "results" / "clips" / "test" / method).iterdir()
    return read_scores(folder)


@pytest.fixture(autouse=True)
def no_weights_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_bad_media_are_rows_and_the_rest_is_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = made_clip(12)
    write_clip(tmp_path / "target.mp4", target)
    whole = (tmp_path / "target.mp4").read_bytes()
    write_clip(tmp_path / "good.mp4", made_clip(12))
    write_clip(tmp_path / "silent.mp4", made_clip(12, sound=False))
    write_clip(tmp_path / "one.mp4", made_clip(1))
    write_clip(tmp_path / "fast.mp4", made_clip(14, fps=30.0))
    write_clip(tmp_path / "wide.mp4", made_clip(12, width=96))
    (tmp_path / "damaged.mp4").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "nothing.mp4").write_bytes(b"")
    names = ["good", "silent", "one", "fast", "wide", "damaged", "nothing"]
    manifest = write_manifest(
        tmp_path / "m.csv",
        [{"id": n, "source": f"{n}.mp4", "target": "target.mp4", "emotion": "happy"} for n in names],
    )
    assert run(manifest, tmp_path / "root", "psnr,ssim") == 1
    found = scores(tmp_path / "root")
    assert len(found) == 2 * len(names)
    table = found[found.metric == "psnr"].set_index("sample_id")
    assert table.status.to_dict() == {
        "good": "ok",
        "silent": "ok",
        "one": "length_differs",
        "fast": "ok",
        "wide": "size_differs",
        "damaged": "unreadable_video",
        "nothing": "unreadable_video",
    }
    assert table.value.notna().sum() == 3 and table.loc["good", "value"] == 60.0
    assert (found[found.status != "ok"].reason.str.len() > 10).all()
    assert not found.reason.str.contains(str(tmp_path)).any()
    assert "3/7" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"emotion": "hapy"}, "error: m.csv, line 3: unknown emotion 'hapy'; did you mean 'happy'?\n"),
        ({"id": "a"}, "error: m.csv, line 3: duplicate id 'a', first in line 2\n"),
        ({"source": "gone.mp4"}, "error: m.csv, line 3: missing file 'gone.mp4'\n"),
        ({"source": "../x.mp4"}, "error: m.csv, line 3: path '../x.mp4' leads out of the dataset's root\n"),
    ],
)
def test_a_bad_manifest_stops_the_run_before_it_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: dict[str, str], message: str
) -> None:
    (tmp_path / "data").mkdir()
    for path in (tmp_path / "data" / "v.mp4", tmp_path / "x.mp4"):
        path.write_bytes(b"x")
    good = {"id": "a", "source": "v.mp4", "emotion": "happy"}
    manifest = write_manifest(tmp_path / "data" / "m.csv", [good, {**good, "id": "b", **row}])
    assert run(manifest, tmp_path / "root", "psnr") == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", message)
    assert not list(tmp_path.glob("root/results/**/*"))


def test_without_weights_every_row_says_where_to_get_them(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(6))
    manifest = write_manifest(tmp_path / "m.csv", [{"id": "a", "source": "a.mp4", "emotion": "happy"}])
    metrics = ["identity_mobilefacenet", "emotion_probability_faceapi", "face_motion", "lse_c"]
    assert run(manifest, tmp_path / "root", ",".join(metrics)) == 1
    found = scores(tmp_path / "root").set_index("metric")
    assert set(found.index) == set(metrics) and set(found.status) == {"missing_checkpoint"}
    assert found.reason.str.startswith("missing checkpoint: ").all() and found.reason.str.contains("get it from").all()


def test_videos_of_another_method_are_scored_and_missing_ones_said(tmp_path: Path) -> None:
    rows = []
    for name in ("a", "b"):
        write_clip(tmp_path / f"{name}.mp4", made_clip(8))
        rows.append({"id": name, "source": f"{name}.mp4", "target": f"{name}.mp4", "emotion": "sad"})
    manifest = write_manifest(tmp_path / "m.csv", rows)
    made = tmp_path / "made"
    write_clip(made / "a.mp4", made_clip(8), crf=40)
    options = [f"method.folder={made}", "method.label=other"]
    assert run(manifest, tmp_path / "root", "psnr", *options, method="videos") == 1
    found = scores(tmp_path / "root", "other").set_index("sample_id")
    assert found.status.to_dict() == {"a": "ok", "b": "missing_video"}
    first = found.loc["a", "value"]
    write_clip(made / "a.mp4", made_clip(8), crf=20)  # a better video under the same name is a new output
    write_clip(made / "b.mp4", made_clip(8))
    assert run(manifest, tmp_path / "again", "psnr", *options, method="videos") == 0
    assert run(manifest, tmp_path / "root", "psnr", *options, method="videos") == 0
    renewed = scores(tmp_path / "root", "other").set_index("sample_id")
    assert renewed.loc["a", "value"] > first
    assert renewed.value.equals(scores(tmp_path / "again", "other").set_index("sample_id").value)


@needs_weights
@needs_media
def test_faces_that_are_not_there_or_too_many_are_rows(tmp_path: Path) -> None:
    real = read_clip(MEDIA / "dreamtalk/mead_clips/M030_front_happy_level3_001.mp4", max_frames=6).frames
    made = {
        "good": real,
        "nobody": made_frames(6, 256, 256),
        "two": np.concatenate([real, real], axis=2),
        "one_frame": real[:1],
    }
    for name, frames in made.items():
        write_clip(tmp_path / f"{name}.mp4", Clip(frames, 25.0))
    write_wav(tmp_path / "silence.wav", np.zeros(3840, np.float32))
    rows = [{"id": n, "source": f"{n}.mp4", "emotion": "happy", "speech": "silence.wav"} for n in made]
    rows.append({"id": "contempt", "source": "good.mp4", "emotion": "contempt", "speech": "silence.wav"})
    manifest = write_manifest(tmp_path / "m.csv", rows)
    metrics = "emotion_probability_xception119,face_motion"
    assert run(manifest, tmp_path / "root", metrics, f"runtime.weights={WEIGHTS}") == 1
    found = scores(tmp_path / "root").set_index(["metric", "sample_id"]).status
    assert found["emotion_probability_xception119"].to_dict() == {
        "good": "ok",
        "nobody": "no_face",
        "two": "several_faces",
        "one_frame": "ok",
        "contempt": "no_class",
    }
    assert found["face_motion"].to_dict() == {
        "good": "ok",
        "nobody": "no_face",
        "two": "several_faces",
        "one_frame": "too_short",
        "contempt": "ok",
    }
