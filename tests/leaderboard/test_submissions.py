"""Submissions: what the page says is what the command says; what is kept waits, and twice the same is once."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from benchmark.core.errors import BenchmarkError
from benchmark.submission.limits import Limits
from leaderboard import submissions
from leaderboard.submissions import Checked, check, keep, queue, set_state

MANIFEST = {"dataset": "puppets", "split": "test",
            "method": {"name": "mine", "title": "Mine", "cue": "audio", "licence": "MIT"}}  # fmt: skip
GOOD = Checked(True, ("good: all",), MANIFEST)


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_the_page_says_what_the_command_says(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"manifest.json": json.dumps(MANIFEST).encode(), "x.mp4": b"no video"})
    line = [sys.executable, "-m", "benchmark.validate", "submission", str(path)]
    said = subprocess.run(line, capture_output=True, text=True, check=False)
    checked = check(path)
    assert not checked.good and said.returncode == 1
    assert list(checked.sentences) == said.stdout.splitlines()
    assert any("not of this split: x.mp4" in sentence for sentence in checked.sentences)


def test_a_check_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"manifest.json": b"{}"})
    assert "more than 0.01 s" in check(path, 0.01).sentences[0]


def test_a_kept_submission_waits_and_the_same_bytes_are_one(tmp_path: Path) -> None:
    first, other = zipped(tmp_path / "a.zip", {"a": b"1"}), zipped(tmp_path / "b.zip", {"a": b"2"})
    ids = [keep(path, GOOD, tmp_path / "kept")["id"] for path in (first, first, other)]
    assert ids[0] == ids[1] != ids[2]
    waiting = queue(tmp_path / "kept")
    assert [record["state"] for record in waiting] == ["waiting", "waiting"]
    assert {record["manifest"]["method"]["name"] for record in waiting} == {"mine"}
    record = tmp_path / "kept" / ids[0] / "record.json"
    whole = json.loads(record.read_text())
    for damaged in ("{", "[]", json.dumps(whole | {"manifest": {}}), json.dumps({"manifest": whole["manifest"]})):
        record.write_text(damaged)
        assert [one["id"] for one in queue(tmp_path / "kept")] == [ids[2]]


def test_a_bad_one_is_never_kept(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError):
        keep(zipped(tmp_path / "a.zip", {}), Checked(False, ("bad",)), tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_other_bytes_whose_hash_begins_alike_are_another_submission(tmp_path: Path) -> None:
    first = keep(zipped(tmp_path / "a.zip", {"a": b"1"}), GOOD, tmp_path / "kept")
    record = tmp_path / "kept" / first["id"] / "record.json"
    record.write_text(json.dumps(first | {"sha256": "f" * 64}))
    second = keep(tmp_path / "a.zip", GOOD, tmp_path / "kept")
    assert second["id"] == f"mine-{first['sha256']}" and len(queue(tmp_path / "kept")) == 2


def test_a_kept_archive_is_never_whole_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(200 << 20)
    tracemalloc.start()
    try:
        record = keep(tmp_path / "a.zip", GOOD, tmp_path / "kept")
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    with (tmp_path / "a.zip").open("rb") as file:
        assert record["sha256"] == hashlib.file_digest(file, "sha256").hexdigest()
    assert (tmp_path / "kept" / record["id"] / "submission.zip").stat().st_size == 200 << 20


def test_only_so_many_may_wait_and_a_review_makes_room(tmp_path: Path) -> None:
    kept, limit = tmp_path / "kept", Limits(queue_count=2)
    archives = [zipped(tmp_path / f"{name}.zip", {"a": name.encode()}) for name in "abc"]
    ids = [keep(archive, GOOD, kept, limit)["id"] for archive in archives[:2]]
    with pytest.raises(BenchmarkError, match="2 submissions wait already, and no more may; try again"):
        keep(archives[2], GOOD, kept, limit)
    assert keep(archives[0], GOOD, kept, limit)["id"] == ids[0]  # the same bytes are no further one
    set_state(kept / ids[0], "refused")
    assert keep(archives[2], GOOD, kept, limit)["state"] == "waiting"
    assert not list(kept.glob(".incoming-*"))


def test_the_archives_that_wait_may_only_be_so_large_together(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode() * (3 << 19))
    limit = Limits(queue_mib=2)
    keep(tmp_path / "a", GOOD, tmp_path / "kept", limit)
    with pytest.raises(BenchmarkError, match="would take 3 MiB with this one, 2 are allowed"):
        keep(tmp_path / "b", GOOD, tmp_path / "kept", limit)
    assert [path.name for path in (tmp_path / "kept").glob("[!.]*")] == [queue(tmp_path / "kept")[0]["id"]]


def test_a_full_disk_is_a_sentence_and_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(submissions.shutil, "copyfile", full)
    with pytest.raises(BenchmarkError, match="can't be kept here: the disk is full; nothing was kept"):
        keep(zipped(tmp_path / "a.zip", {"a": b"1"}), GOOD, tmp_path / "kept")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == []
    (tmp_path / "file").write_text("")
    with pytest.raises(BenchmarkError, match="can't be kept here: "):
        keep(tmp_path / "a.zip", GOOD, tmp_path / "file")


def test_a_half_copy_of_a_server_that_was_killed_goes_after_a_day(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    for name, age in (("old", 90_000), ("new", 10)):
        (kept / f".incoming-{name}.tmp").write_bytes(b"half")
        os.utime(kept / f".incoming-{name}.tmp", (time.time() - age,) * 2)
    keep(zipped(tmp_path / "a.zip", {"a": b"1"}), GOOD, kept)
    assert [path.name for path in kept.glob(".incoming-*")] == [".incoming-new.tmp"]


TOGETHER = """
import sys, threading, time
from pathlib import Path
from leaderboard.submissions import Checked, keep
place, begin = Path(sys.argv[1]), float(sys.argv[2])
good = Checked(True, ("good: all",), {"dataset": "puppets", "split": "test", "method": {"name": "mine"}})
def submit(number):
    time.sleep(max(0.0, begin - time.time()))
    keep(place / f"{number}.zip", good, place / "kept")
threads = [threading.Thread(target=submit, args=(number % 4,)) for number in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_servers_and_threads_that_keep_at_once_lose_nothing(tmp_path: Path) -> None:
    """Two processes of 16 threads submit four archives of one name, each eight times."""
    for number in range(4):
        (tmp_path / f"{number}.zip").write_bytes(bytes([number]) * 1_000_000)
    line = [sys.executable, "-c", TOGETHER, str(tmp_path), str(time.time() + 2)]
    servers = [subprocess.Popen(line, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [server.communicate(timeout=60)[1] for server in servers] == ["", ""]
    records = queue(tmp_path / "kept")
    assert len(records) == 4 and {record["state"] for record in records} == {"waiting"}
    for record in records:
        content = (tmp_path / "kept" / record["id"] / "submission.zip").read_bytes()
        assert hashlib.sha256(content).hexdigest() == record["sha256"]
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == sorted(
        [".lock", *(record["id"] for record in records)]
    )


def test_the_check_has_a_limit_of_time_that_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is ended leaves no process and nothing unpacked behind."""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    monkeypatch.setenv("BENCHMARK_LIMIT_CHECK_SECONDS", "1")
    script = "import subprocess, sys, tempfile, time\ntempfile.mkdtemp()\n"
    script += "p = subprocess.Popen(['sleep', '600'])\nprint(p.pid, file=open(sys.argv[1], 'w'), flush=True)\n"
    script += "time.sleep(600)\n"
    popen = subprocess.Popen

    def slow(line: list[str], **more: Any) -> subprocess.Popen[str]:
        return popen([sys.executable, "-c", script, str(tmp_path / "pid")], **more)

    monkeypatch.setattr(submissions.subprocess, "Popen", slow)
    assert check(zipped(tmp_path / "a.zip", {})).sentences == ("bad: the check took more than 1 s",)
    pid = int((tmp_path / "pid").read_text())
    for _ in range(50):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            break
        time.sleep(0.1)
    else:
        pytest.fail("a process of the check outlived it")
    assert not list((tmp_path / "scratch").iterdir())


def test_a_path_that_looks_like_an_option_is_a_path() -> None:
    assert check(Path("--help")).sentences == (f"{Path('--help').absolute()}: no such folder or zip",)


def test_every_limit_stands_in_the_documents_with_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs/guide/leaderboard.md").read_text()
    for field in fields(Limits):
        assert f"| `BENCHMARK_LIMIT_{field.name.upper()}` | {field.default} |" in page, field.name
