"""`emotion-bench`: every command by its name, from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from benchmark.__main__ import COMMANDS, GROUPS, main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The console script as an installer writes it."""
    entry = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]["emotion-bench"]
    module, _, function = entry.partition(":")
    path = tmp_path / "bin" / "emotion-bench"
    path.parent.mkdir()
    path.write_text(f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n")
    path.chmod(0o755)
    return path


def call(script: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([script, *words], cwd=folder, env=environment, capture_output=True, text=True)


def test_help_groups_the_commands_by_what_a_person_wants(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == main(["--help"]) == 0
    out = capsys.readouterr().out
    for title, group in GROUPS.items():
        assert f"{title}:\n" in out and all(f"  {name} " in out for name in group)
    assert len(COMMANDS) == sum(map(len, GROUPS.values()))
    assert all(len(line) < 100 for line in out.splitlines())


def test_an_unknown_command_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rnu"]) == 2 and main(["--verison"]) == 2
    assert capsys.readouterr().err == (
        "error: unknown command 'rnu'; did you mean 'run'?\n"
        "error: unknown option '--verison'; did you mean '--version'?\n"
    )


def test_a_command_is_spoken_of_as_it_was_called(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["compare", "--help"])
    assert capsys.readouterr().out.startswith("usage: emotion-bench compare ")


def test_the_board_is_also_called_by_its_packages_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["leaderboard", "--help"])
    assert capsys.readouterr().out.startswith("usage: emotion-bench board ")


def test_the_exit_code_is_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tmp_path)]) == 2
    assert "no run under" in capsys.readouterr().err


def test_the_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("emotion-edit-benchmark")


def test_files_of_our_modules_names_in_the_working_directory_are_nobodys_business(script: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    for name in ("benchmark", "cmet", "leaderboard", "baselines", "media", "weights", "training", "numpy", "torch"):
        (folder / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    done = call(script, folder, "puppets", "--out", "clips", "--limit", "1", "--split", "train", "--workers", "1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 clips and 0 recordings in clips\n", done.stderr)
    assert "wrong module" not in done.stderr
    done = call(script, folder, "validate", "submission", str(folder), "--json")
    assert done.returncode in (1, 2) and "wrong module" not in done.stdout + done.stderr
