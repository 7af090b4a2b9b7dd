"""The hash of a checkout moves with every file that may change what its program makes, under git and without."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmark.methods.checkout_hash import checkout_hash


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


@pytest.fixture(params=[True, False], ids=["git", "no git"])
def checkout(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    (folder / "models").mkdir(parents=True)
    (folder / "run.py").write_text("import models.net\n")
    (folder / "models" / "net.py").write_text("WIDTH = 64\n")
    (folder / "config.yaml").write_text("scale: 1\n")
    (folder / ".gitignore").write_text("results/\n")
    if request.param:
        git(folder, "init")
        git(folder, "add", "-A")
        git(folder, "commit", "-m", "first")
    return folder


@pytest.mark.parametrize("file", ["run.py", "models/net.py", "config.yaml"])
def test_a_change_of_a_file_moves_it_and_taking_it_back_brings_it_back(checkout: Path, file: str) -> None:
    before, text = checkout_hash(checkout), (checkout / file).read_text()
    (checkout / file).write_text(text + "# more\n")
    assert checkout_hash(checkout) != before
    (checkout / file).write_text(text)
    assert checkout_hash(checkout) == before


def test_a_new_module_moves_it_and_what_the_program_writes_does_not(checkout: Path) -> None:
    before = checkout_hash(checkout)
    (checkout / "results").mkdir()
    (checkout / "results" / "job.json").write_text("{}")
    (checkout / "results" / "a.mp4").write_bytes(b"video")
    environment = checkout / "venv"
    (environment / "lib").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text("home = /usr\n")
    if not (checkout / ".git").exists():
        (environment / "lib" / "torch.py").write_text("")
    assert checkout_hash(checkout) == before
    (checkout / "models" / "more.py").write_text("")
    assert checkout_hash(checkout) != before


def test_another_commit_of_the_same_files_is_another_state(tmp_path: Path) -> None:
    git(tmp_path, "init")
    (tmp_path / "run.py").write_text("1\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-m", "first")
    before = checkout_hash(tmp_path)
    (tmp_path / "run.py").write_text("2\n")
    git(tmp_path, "commit", "-a", "-m", "second")
    assert checkout_hash(tmp_path) != before


def test_a_folder_that_is_not_there_has_a_hash_too(tmp_path: Path) -> None:
    assert checkout_hash(tmp_path / "nowhere") == checkout_hash(tmp_path / "neither")
