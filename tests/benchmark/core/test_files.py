"""Files in one step: whole or not at all, by a full disk, several writers and a kill."""

from __future__ import annotations

import hashlib
import json
import math
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmark.core.files import copy_file, file_sha256, replace_file, write_bytes, write_json, write_text
from tests.small_disk import IN_A_NAMESPACE, NO_RIGHT, can_mount

ROOT = Path(__file__).parents[3]


def test_a_file_comes_whole_into_a_folder_that_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    write_text(path, "one\r\ntwo\n")
    assert path.read_bytes() == b"one\r\ntwo\n" and list(path.parent.iterdir()) == [path]
    write_bytes(path, b"\x00\x01")
    assert path.read_bytes() == b"\x00\x01"
    copy_file(path, tmp_path / "c")
    assert (tmp_path / "c").read_bytes() == b"\x00\x01"
    assert file_sha256(path) == hashlib.sha256(b"\x00\x01").hexdigest()


def test_json_refuses_what_others_could_not_read(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": 1.5, "a": None}, sort_keys=True)
    assert (tmp_path / "a.json").read_text() == '{"a": null, "b": 1.5}\n'
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"b": math.nan})
    assert json.loads((tmp_path / "a.json").read_text())["b"] == 1.5
    write_json(tmp_path / "a.json", {"b": math.nan}, allow_nan=True)
    assert math.isnan(json.loads((tmp_path / "a.json").read_text())["b"])


@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, problem: BaseException) -> None:
    path = tmp_path / "state"
    path.write_text("old")
    with pytest.raises(type(problem)), replace_file(path) as temporary:
        temporary.write_text("half")
        raise problem
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileNotFoundError):
        copy_file(tmp_path / "nowhere", path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_threads_that_write_one_file_do_not_meet(tmp_path: Path) -> None:
    path, gate = tmp_path / "file", threading.Barrier(4)

    def write(number: int) -> None:
        with replace_file(path) as temporary:
            temporary.write_text(str(number) * 1000)
            gate.wait(timeout=60)  # all are in the middle at once

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    text = path.read_text()
    assert len(text) == 1000 and len(set(text)) == 1 and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["x" * 255, "\U0001f3ac" * 63])
def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path, name: str) -> None:
    with replace_file(tmp_path / name) as first, replace_file(tmp_path / name) as second:
        assert first != second, "several at once, in one thread too"
        first.write_text("1")
        second.write_text("2")
    assert (tmp_path / name).read_text() == "1" and len(list(tmp_path.iterdir())) == 1


def test_a_kill_in_the_middle_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    code = (
        "import os, pathlib, signal\nfrom benchmark.core.files import replace_file\n"
        f"with replace_file(pathlib.Path({str(path)!r})) as temporary:\n"
        "    temporary.write_text('half')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT)
    assert done.returncode == -signal.SIGKILL and path.read_text() == "old"
    (left,) = (found for found in tmp_path.iterdir() if found != path)
    assert re.fullmatch(r"\.file\.\d+-\d+\.tmp", left.name)


@pytest.mark.skipif(not can_mount(), reason=NO_RIGHT)
def test_a_full_disk_leaves_the_old_file_and_nothing_behind(tmp_path: Path) -> None:
    code = (
        "import pathlib\nfrom benchmark.core.files import write_bytes\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "write_bytes(folder / 'kept', b'old')\n"
        "try:\n    write_bytes(folder / 'kept', bytes(2 << 20))\nexcept OSError as error:\n    print(error.errno)\n"
        "print([(path.name, path.read_bytes()) for path in folder.iterdir()])\n"
    )
    script = f'mount -t tmpfs -o size=1m tmpfs {tmp_path} && "$0" -c "$1"'
    done = subprocess.run([*IN_A_NAMESPACE, script, sys.executable, code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["28", "[('kept', b'old')]"], done.stderr


def test_only_one_file_of_the_house_moves_files_into_place() -> None:
    own = []
    for package in ("benchmark", "baselines", "cmet", "leaderboard"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "wrappers" not in path.parts and re.search(r"\bos\.replace\(|file_digest\(", path.read_text("utf-8")):
                own.append(path.relative_to(ROOT).as_posix())
    assert own == ["benchmark/core/files.py", "leaderboard/submissions.py"], "an upload is moved under the queue's lock"
