"""Samples, clips and provenance of the review packet."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from benchmark.analysis.gather import gather
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError
from benchmark.media.video import write_clip
from benchmark.report.clips import AS_IT_IS, MOMENTS, SIDE, view
from benchmark.report.packet import packet
from benchmark.report.provenance import check_commands, commands, provenance, run_commands
from benchmark.report.samples import draw, show
from benchmark.report.tables import build
from tests.benchmark.report.made import card, write


def clip(seed: int, side: int = 64, frames: int = 12) -> Clip:
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 200, size=(1, side, side, 3), dtype=np.uint8)
    moving = np.concatenate([np.roll(start, k, axis=2) for k in range(frames)])
    sound = 0.1 * np.sin(np.arange(round(frames / 25 * 16000)) / 20, dtype=np.float32)
    return Clip(np.ascontiguousarray(moving), 25.0, sound.astype(np.float32), 16000)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three methods with clips for all samples; one copies the source, one fails on the first sample."""
    root = tmp_path_factory.mktemp("world")
    made = {}
    for seed in (1, 2, 4, 5):
        write_clip(root / f"{seed}.mp4", clip(seed))
        made[seed] = (root / f"{seed}.mp4").read_bytes()
    for method, seed in (("source_copy", 1), ("one", 4), ("two", 5)):
        folder = write(root, method, fails=1 if method == "two" else 0)
        for sample in gather([folder]).entries[0].samples.values():
            for role, which in (("source", 1), ("target", 2), ("output", seed)):
                if sample[role]:
                    (root / sample[role]).parent.mkdir(parents=True, exist_ok=True)
                    (root / sample[role]).write_bytes(made[which])
    return root / "results"


def test_the_draw_depends_on_the_seed_alone_and_covers_every_sample() -> None:
    ids = [f"s{k}" for k in range(20)]
    assert draw(ids, 5, 0) == draw(list(reversed(ids)), 5, 0)
    assert draw(ids, 5, 0) == draw(ids, 8, 0)[:5]
    assert draw(ids, 5, 0) != draw(ids, 5, 1)
    assert sorted(draw(ids, 99, 0)) == sorted(ids)
    counts = np.zeros(20)
    for seed in range(2000):
        counts[[int(name[1:]) for name in draw(ids, 5, seed)]] += 1
    assert np.abs(counts / 2000 - 0.25).max() < 0.05  # 5 standard errors of a fair draw


def test_every_clip_has_a_tile_and_the_same_file_shares_one(world: Path) -> None:
    drawn = show(build(gather([world])), 18, 0)
    assert len(drawn.views) == 18 and drawn.planned == 18
    failed = next(view for view in drawn.views if view.id == "P0_angry_0")
    whole = next(view for view in drawn.views if view.id == "P1_sad_1")
    assert [tile.labels for tile in whole.tiles] == [("source", "Source Copy"), ("target",), ("One",), ("Two",)]
    assert failed.tiles[-1].viewing is None and failed.tiles[-1].reason == "no face was found in frame 3"


def test_samples_that_would_make_the_packet_too_large_are_named(world: Path) -> None:
    tables = build(gather([world]))
    one = sum(
        len(t.viewing.mp4 + t.viewing.strip + t.viewing.poster) for t in show(tables, 1, 0).views[0].tiles if t.viewing
    )
    drawn = show(tables, 6, 0, budget=round(2.5 * one))
    assert len(drawn.views) == 2
    assert len(drawn.views) + len(drawn.dropped) == 6
    assert set(drawn.dropped).isdisjoint(view.id for view in drawn.views)


def test_a_small_clip_goes_in_byte_for_byte_with_a_strip_of_its_frames(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", clip(5))
    found = view(tmp_path / "a.mp4")
    assert found.mp4 == (tmp_path / "a.mp4").read_bytes() and not found.note
    strip = Image.open(BytesIO(found.strip))
    assert strip.width == len(MOMENTS) * strip.height


@pytest.mark.parametrize(("name", "side", "crf"), [("large.mp4", 640, 1), ("rgb.mp4", 64, 0)])
def test_a_clip_that_is_large_or_that_browsers_refuse_is_encoded_again(
    tmp_path: Path, name: str, side: int, crf: int
) -> None:
    noise = np.random.default_rng(0).integers(0, 255, size=(8, side, side, 3), dtype=np.uint8)
    write_clip(tmp_path / name, Clip(noise, 25.0), crf=crf)
    assert side < 640 or (tmp_path / name).stat().st_size > AS_IT_IS
    found = view(tmp_path / name)
    assert "encoded again" in found.note
    with av.open(BytesIO(found.mp4)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264" and stream.codec_context.pix_fmt == "yuv420p"
        assert max(stream.codec_context.width, stream.codec_context.height) == min(side, SIDE)
        assert stream.frames == 8


def test_a_file_that_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    with pytest.raises(MediaError, match="not a video"):
        view(tmp_path / "secret.txt")


def test_the_packet_embeds_clips_and_says_what_failed(world: Path) -> None:
    text = packet(build(gather([world])), samples=2, seed=0, command=["python", "-m", "benchmark.report", "a b"])
    embedded = text.split('src="data:video/mp4;base64,')[1:]
    assert len(embedded) >= 6
    with av.open(BytesIO(b64decode(embedded[0].split('"')[0]))) as container:
        assert sum(1 for _ in container.decode(video=0)) == 12
    assert "no face was found in frame 3" in text and "benchmark.report &#39;a b&#39;" in text
    assert "Content-Security-Policy" in text and "default-src 'none'" in text


def test_provenance_states_commits_weights_seeds_and_the_command_as_noted(tmp_path: Path) -> None:
    noted = {"command": ["python", "-m", "benchmark.run", "--method", "one,two"], "seeds": {"run": 4}}
    more = {
        "code": {"version": "1", "commit": "c" * 40, "dirty": True},
        "weights": [{"name": "w.pt", "sha256": "f" * 64, "licence": "MIT", "belongs_to": "one"}],
        "provenance": noted,
    }
    write(tmp_path, "one", more=more)
    write(tmp_path, "two", more=more)
    write(tmp_path, "three")
    runs = provenance(gather([tmp_path / "results"]))
    one = next(run for run in runs if run.method == "one")
    assert one.facts["commit"] == "c" * 40 + ", with uncommitted changes"
    assert one.facts["seeds"] == "run 4" and one.weights[0]["sha256"] == "f" * 64
    assert sorted(commands(runs)) == [
        "python -m benchmark.run --method one,two",
        "python -m benchmark.run --method three --dataset puppets --split test "
        "--metrics emotion_accuracy,unit_error,identity,frechet seed=0",
    ]


def test_the_headline_is_about_the_primary_metric_and_says_how_sure_it_is(tmp_path: Path) -> None:
    cards = [card("frechet", level="set"), card("edit_success")]
    for k, method in enumerate(("a", "b", "c")):
        values = 10.0 * k + np.random.default_rng(k).normal(size=12 * 6)
        write(tmp_path, method, {"edit_success": values}, cards=cards, speakers=12)
    text = packet(build(gather([tmp_path / "results"])), samples=0, seed=0, command=[])
    assert f"Edit success: C leads with {values.mean():.1f} [" in text
    assert "and every other method differs significantly (p &lt; 0.05)." in text
    assert 'id="samples"' not in text


def test_every_run_is_made_again_at_its_own_commit(tmp_path: Path) -> None:
    for method, commit, dirty in (("one", "a" * 40, False), ("two", "b" * 40, True), ("three", None, None)):
        write(tmp_path, method, more={"code": {"commit": commit, "dirty": dirty}})
    runs = provenance(gather([tmp_path / "results"]))
    text = run_commands(runs)
    for method, before in (
        ("one", f"git checkout {'a' * 40}\n"),
        ("two", f"git checkout {'b' * 40}   # the runs were made with uncommitted changes\n"),
        ("three", "# commit not recorded: three\n"),
    ):
        install = "python -m pip install -c constraints.txt -e .\n"
        assert f"{before}{install}python -m benchmark.run --method {method} " in text
        assert f"--reproduce results/puppets/test/{method}/run/run.json" in check_commands(runs)
