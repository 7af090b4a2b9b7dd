"""Two hundred clips in the official layouts, some broken, through check, align, prepare and a run, killed once."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmark.prepare.align.mapping import read_mapping
from benchmark.prepare.command import main
from benchmark.prepare.expected_clips import wanted_clips
from benchmark.puppets.sentences import SENTENCES
from benchmark.run.command import main as run
from tests.benchmark.prepare.test_align import misheard
from tests.benchmark.prepare.trees import POINTER_FILE, Take, crema_tree, faceless, mead_tree, silent, take, unlike
from tests.shared_files import WEIGHTS, needs_weights

pytestmark = [pytest.mark.slow, needs_weights, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def takes() -> list[Take]:
    return [take(number, sentence) for number, sentence in enumerate(list(SENTENCES)[:28])]


def notes(out: Path) -> dict[str, float]:
    """When each note was written."""
    return {path.name: path.stat().st_mtime_ns for path in (out / ".ledger").glob("*.json")}


def killed_once(words: list[str], out: Path, after: int) -> dict[str, float]:
    """Run a command, kill its whole process group as soon as `after` notes are there; returns the notes left."""
    command = [sys.executable, "-m", "benchmark.prepare", *words]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        until = time.monotonic() + 240
        while len(notes(out)) < after and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        assert process.poll() is None, "it ended before it could be killed"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return notes(out)


def ledger_of(out: Path) -> dict[str, dict[str, str]]:
    with (out / "ledger.csv").open() as file:
        return {row["clip"]: row for row in csv.DictReader(file)}


def finish(
    words: list[str], out: Path, before: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> dict[str, dict[str, str]]:
    """The same command again: what was noted is kept, untouched."""
    assert before
    capsys.readouterr()
    assert main(words) == 1
    said = capsys.readouterr().out
    assert f"({len(before)} kept, " in said, said
    after = notes(out)
    assert {name: after[name] for name in before} == before
    assert not list(out.rglob("*.tmp"))
    return ledger_of(out)


def test_mead(takes: list[Take], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = wanted_clips("mead")
    strong = [c for c in wanted if "/neutral/" in c or "/level_3/" in c]
    clips = [c for who in ("M003", "W009") for c in strong if c.startswith(f"{who}/")][:200]
    assert len(clips) == 200
    numbers = sorted({clip[-3:] for clip in clips})
    says = {clip: takes[numbers.index(clip[-3:])] for clip in clips}
    data = {clip: unlike(one.video, place) for place, (clip, one) in enumerate(says.items())}
    # W009's folders of one emotion are numbered one further, the last one first
    rotated = sorted(c for c in clips if c.startswith("W009/front/happy/level_3"))
    assert len(rotated) > 5
    original = dict(data)
    for here, there in zip(rotated, rotated[1:] + rotated[:1], strict=True):
        data[here] = original[there]
    broken = {
        clips[3]: b"not a video", clips[10]: faceless(data[clips[10]], tmp_path), clips[20]: POINTER_FILE,
        clips[30]: silent(data[clips[30]], tmp_path), clips[40]: data[clips[40]][:3000],
    }  # fmt: skip
    source, out = mead_tree(tmp_path / "mead", data | broken), tmp_path / "out"

    table = tmp_path / "found.csv"
    assert main(["check", str(source), "--csv", str(table), "--weights", str(WEIGHTS), "--workers", "2"]) == 1
    with table.open() as file:
        found = {row["clip"]: row["status"] for row in csv.DictReader(file)}
    assert {clip: found[clip] for clip in broken} == dict(
        zip(broken, ["unreadable_file", "no_face", "lfs_pointer", "silent", "unreadable"], strict=True)
    )
    assert sum(status == "ok" for status in found.values()) == 195
    assert sum(status == "missing" for status in found.values()) == len(wanted) - 200

    texts, mapping = tmp_path / "texts.csv", tmp_path / "mapping.json"
    spoken = {clip: says[clip].text for clip in clips}
    for here, there in zip(rotated, rotated[1:] + rotated[:1], strict=True):
        spoken[here] = says[there].text
    with texts.open("w", newline="") as file:
        csv.writer(file).writerows(
            [("clip", "text"), *((c, misheard(t, i, 0.08)) for i, (c, t) in enumerate(spoken.items()))]
        )
    align = ["align", "mead", "--source", str(source), "--trusted", "M003", "--out", str(mapping)]
    main([*align, "--transcripts", str(texts)])
    recognised = read_mapping(mapping).clips
    for here, there in zip(rotated, rotated[1:] + rotated[:1], strict=True):
        assert recognised.get(there) in (here, None)
    turned = zip(rotated, rotated[1:] + rotated[:1], strict=True)
    assert sum(recognised.get(there) == here for here, there in turned) >= len(rotated) - 2
    wrong = [c for c, there in recognised.items() if c not in rotated and there != c]
    assert not wrong and len(recognised) >= 190

    words = ["mead", "--source", str(source), "--out", str(out), "--mapping", str(mapping), "--weights", str(WEIGHTS)]
    rows = finish([*words, "--workers", "2"], out, killed_once([*words, "--workers", "2"], out, 60), capsys)
    assert set(rows) == set(wanted)
    statuses = [row["status"] for row in rows.values()]
    assert statuses.count("missing_file") == len(wanted) - len(recognised)
    expected = dict(zip(broken, ["unreadable_video", "no_face", "lfs_pointer", "ok", "unreadable_video"], strict=True))
    assert {c: rows[c]["status"] for c in broken if c in recognised} == {
        c: expected[c] for c in broken if c in recognised
    }
    assert statuses.count("ok") >= len(recognised) - 4
    assert len(list(out.rglob("*.mp4"))) == statuses.count("ok")

    words = ["--dataset", "mead", f"dataset.root={out}", "--method", "source_copy", "--limit", "30"]
    code = run([*words, "--suite", "frames", f"runtime.root={tmp_path / 'run'}"])
    assert code in (0, 1)
    record = json.loads(next((tmp_path / "run").rglob("run.json")).read_text())
    assert record["status"] == "complete" and record["counts"]["planned"] == 30
    assert record["counts"]["generated"] > 15


def test_crema_d(takes: list[Take], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clips = wanted_clips("crema_d")[:200]
    source, out = crema_tree(tmp_path / "crema", clips, takes), tmp_path / "out"
    (source / "VideoFlash" / f"{clips[5]}.flv").write_bytes(POINTER_FILE)
    (source / "VideoFlash" / f"{clips[6]}.flv").write_bytes(takes[0].flv[:100])
    (source / "AudioWAV" / f"{clips[7]}.wav").unlink()
    table = tmp_path / "found.csv"
    check = ["check", str(source), "--dataset", "crema_d", "--csv", str(table), "--weights", str(WEIGHTS)]
    assert main([*check, "--workers", "2"]) == 1
    with table.open() as file:
        found = {row["clip"]: row["status"] for row in csv.DictReader(file)}
    assert [found[clips[n]] for n in (5, 6, 7, 8)] == ["lfs_pointer", "unreadable_file", "no_audio", "ok"]

    words = ["crema_d", "--source", str(source), "--out", str(out), "--weights", str(WEIGHTS), "--workers", "2"]
    rows = finish(words, out, killed_once(words, out, 60), capsys)
    assert len(rows) == len(wanted_clips("crema_d"))
    assert [rows[clips[n]]["status"] for n in (5, 6, 7)] == ["lfs_pointer", "unreadable_video", "no_audio"]
    assert sum(row["status"] == "ok" for row in rows.values()) == 197
    words = ["--dataset", "crema_d", f"dataset.root={out}", "--method", "source_copy", "--limit", "20"]
    code = run([*words, "--suite", "frames", f"runtime.root={tmp_path / 'run'}"])
    assert code in (0, 1)
