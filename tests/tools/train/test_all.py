"""The command of all commands runs what is left, once, in order, and says what it costs."""

from __future__ import annotations

import importlib
import shlex
from pathlib import Path

import pytest

from benchmark.core.errors import BenchmarkError
from tools.train.all import STEPS, Step, is_done, main, plan, run


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that appends its second argument to the file that its first one names, and fails for "!"."""
    code = "\n".join([
        "import pathlib, sys",
        "path, word = pathlib.Path(sys.argv[1]), sys.argv[2]",
        "path.write_text((path.read_text() if path.exists() else '') + word)",
        "sys.exit(3 if word == '!' else 0)",
    ])  # fmt: skip
    (tmp_path / "writes_a_word.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "writes_a_word"


def test_steps_run_in_order_and_only_once(tmp_path: Path, module: str) -> None:
    steps = [Step(name, module, "{work}/said.txt " + name, 1.5) for name in ("a", "b", "c")]
    assert plan(steps, tmp_path).splitlines()[-1].split() == "4 min of one core for 3 of 3 steps".split()
    run(steps[:2], tmp_path)
    run(steps, tmp_path)
    assert (tmp_path / "said.txt").read_text() == "abc"
    assert all(is_done(step, tmp_path) for step in steps)
    assert not is_done(steps[0]._replace(arguments="{work}/said.txt d"), tmp_path), "other arguments are other work"


def test_a_step_that_fails_ends_the_run_and_is_tried_again(tmp_path: Path, module: str) -> None:
    steps = [Step("good", module, "{work}/said.txt a", 1), Step("bad", module, "{work}/said.txt !", 1)]
    for _ in range(2):
        with pytest.raises(BenchmarkError, match="step bad ended with code 3"):
            run(steps, tmp_path)
    assert (tmp_path / "said.txt").read_text() == "a!!"


def test_a_dry_run_names_every_step_and_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--work", str(tmp_path / "new"), "--dry-run"]) == 0
    said = capsys.readouterr().err
    assert all(step.name in said for step in STEPS) and not (tmp_path / "new").exists()


@pytest.mark.parametrize("step", [step for step in STEPS if step.module.startswith("tools")], ids=lambda s: s.name)
def test_the_arguments_of_every_step_are_what_its_command_takes(step: Step, tmp_path: Path) -> None:
    parser = importlib.import_module(step.module).parser()
    parser.read([word.format(work=tmp_path) for word in shlex.split(step.arguments)])


def test_every_file_that_a_step_reads_was_made_before_it() -> None:
    """Paths under the folder that stand after --start, --reader, --data or --judge have been an --out."""
    made: list[str] = []
    for step in STEPS:
        words = shlex.split(step.arguments)
        for flag, value in zip(words, words[1:], strict=False):
            if flag in ("--data", "--start", "--reader", "--judge", "--weights"):
                folder = value.rsplit("/", 1)[0] if "." in value.rsplit("/", 1)[1] else value
                assert any(folder == out or folder.startswith(out) for out in made), (step.name, value)
            if flag == "--out":
                made.append(value.rsplit("/", 1)[0] if "." in value.rsplit("/", 1)[1] else value)
