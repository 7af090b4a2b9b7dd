"""Names that people give their files and folders work for every command, as input and as output."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.__main__ import main
from benchmark.datasets.panels import write_manifest
from benchmark.media.audio import read_audio, write_wav
from benchmark.media.video import probe, read_clip, write_clip
from benchmark.results.load import load_results
from tests.benchmark.media.made import made_clip
from tests.made_runs import write_world

NAMES = (
    "T22:57:44", "file:x", "concat:a|b", "50%", "%03d", "run #3", '"q"', "it's", " a ", "x: y", "a=b", "new\nline",
    "-a", "Zoé", "010", "2024_05_01", "null", "~x", "[a]", "*",
)  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Names are relative: nothing stands before them."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_a_clip_and_a_sound_are_written_and_read(name: str, here: Path) -> None:
    clip = made_clip(6)
    write_clip(f"{name}.mp4", clip)
    assert {path.name for path in here.iterdir()} == {f"{name}.mp4"}
    again = read_clip(f"{name}.mp4")
    assert again.frames.shape == clip.frames.shape and again.audio is not None and probe(f"{name}.mp4").frames == 6
    assert clip.audio is not None
    write_wav(Path(f"{name}.wav"), clip.audio)
    assert np.abs(read_audio(f"{name}.wav", 16000) - clip.audio).max() < 1e-3


@pytest.mark.parametrize("name", ["T22:57:44", 'run #3 "q"\n', "-a"])
def test_a_run_takes_and_makes_files_of_that_name(name: str, here: Path) -> None:
    write_clip(f"{name}.mp4", made_clip(6))
    outputs = Path(f"{name} videos")
    outputs.mkdir()
    write_clip(outputs / "one.mp4", made_clip(6))
    row = {"id": "one", "source": f"{name}.mp4", "target": f"{name}.mp4", "emotion": "happy"}
    manifest = write_manifest(Path(f"{name}.csv"), [row])
    command = ["run", "--dataset", "clips", f"dataset.manifest={manifest}", f"runtime.root={name} root"]
    written = ["--sheet", f"{name}.png", "--markdown", f"./{name}.md"]
    words = ["--method", "videos,source_copy", "--metrics", "psnr", f"method.folder={outputs}"]
    assert main([*command, *words, *written, "statistics.n_resamples=50"]) == 0
    results = load_results(f"./{name} root")
    assert list(results.scores["value"]) == [60.0, 60.0]
    assert Path(f"{name}.png").is_file() and "PSNR" in Path(f"{name}.md").read_text()
    assert main(["validate", "-q", "--videos", f"./{name} root/results"]) == 0


@pytest.mark.parametrize("name", ["T22:57:44", "%(prog)s", 'run #3 "q"', "new\nline"])
def test_reports_are_made_of_and_written_to_that_name(name: str, here: Path) -> None:
    results = write_world(here / name)
    assert main(["compare", str(results), "--methods", "cmet,edtalk", "--format", "csv", f"--out={name}.csv"]) == 0
    assert main(["report", str(results), "--out", f"./{name}.md"]) == 0
    assert main(["report", str(results), "--format", "html", "--out", f"./{name}.html", "--samples", "0"]) == 0
    for ending in ("csv", "md", "html"):
        assert Path(f"{name}.{ending}").stat().st_size > 100


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--limit", "1", "--sheet", "folder"],
        ["run", "--limit", "1", "--markdown", "file/x.md"],
        ["compare", "folder", "--out", "folder"],
        ["report", "folder", "--out", ""],
        ["edit", "--source", "file", "--emotion-speech", "file", "--out", "file/out.mp4"],
        ["selftest", "--out", "file"],
        ["sensitivity", "folder", "--out", "file"],
        ["prepare", "mead", "--source", "folder", "--out", "file/x"],
        ["fid", "folder", "folder", "--save", "x" * 300],
        ["convert", "file", "file/x.safetensors"],
    ],
    ids=lambda words: " ".join(words)[:60],
)
def test_where_nothing_can_be_written_is_said_before_the_work(
    words: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "file").write_text("a file")
    (here / "folder").mkdir()
    assert main(words) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and ("must name a" in err or "can't be written" in err or "longer than" in err)
    assert sorted(path.name for path in here.iterdir()) == ["file", "folder"]
