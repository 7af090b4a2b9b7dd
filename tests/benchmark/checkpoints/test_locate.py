"""Finding and verifying weights."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.checkpoints.locate import VARIABLE, folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import MissingCheckpoint
from benchmark.prepare.command import known_checkpoints, main

CONTENT = b"some weights"
RECORD = Checkpoint(
    name="net/weights.bin",
    address="https://example.org/weights.bin",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    size=len(CONTENT),
    licence="MIT",
    belongs_to="a network",
)


@pytest.mark.parametrize("place", ["net/weights.bin", "weights.bin"])
def test_a_file_is_found_with_or_without_its_folder(tmp_path: Path, place: str) -> None:
    path = tmp_path / "second" / place
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    assert locate(RECORD, [tmp_path / "first", tmp_path / "second"]) == path


def test_a_missing_file_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(MissingCheckpoint) as caught:
        locate(RECORD, [tmp_path])
    assert str(caught.value) == "missing checkpoint: net/weights.bin, get it from https://example.org/weights.bin"


def test_another_file_of_that_name_is_refused_and_a_right_one_elsewhere_found(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"other weights")
    with pytest.raises(MissingCheckpoint, match="another or a damaged file"):
        locate(RECORD, [tmp_path])
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "weights.bin").write_bytes(CONTENT)
    assert locate(RECORD, [tmp_path, tmp_path / "good"]).parent.name == "good"


def test_a_changed_file_is_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(CONTENT)
    assert locate(RECORD, [tmp_path]) == path
    path.write_bytes(CONTENT[::-1])  # the same size
    os.utime(path, ns=(1, 1))
    with pytest.raises(MissingCheckpoint):
        locate(RECORD, [tmp_path])


def test_a_record_without_a_hash_takes_the_file_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"anything")
    assert locate(replace(RECORD, sha256=None), [tmp_path]).name == "weights.bin"


def test_weights_that_ship_are_found_where_they_ship(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(CONTENT)
    assert locate(replace(RECORD, directory=tmp_path), []) == tmp_path / "weights.bin"


def test_the_run_s_folder_comes_before_the_environment_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")]))
    assert folders(tmp_path / "run") == (tmp_path / "run", tmp_path / "a", tmp_path / "b")
    monkeypatch.delenv(VARIABLE)
    assert folders() == ()


def test_the_list_names_every_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert main(["checkpoints", "--folder", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(known_checkpoints()) >= 8 and all(line.startswith("missing") for line in lines)
    assert main(["checkpoints", "--get", "yunet"]) == 2
    assert main(["checkpoints", "--get", "yunnet/yunet_n_dynamic.onnx", "--folder", str(tmp_path)]) == 2
    err = capsys.readouterr().err.splitlines()
    assert len(err) == 2 and "did you mean 'yunet/yunet_n_dynamic.onnx'?" in err[1]
