"""Every command of every package: one parser, one boundary for errors, help at once."""

from __future__ import annotations

import importlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.__main__ import COMMANDS
from benchmark.core import command_line
from benchmark.core.command_line import CLOSED_PIPE, INTERRUPTED, Parser, leave, name_list, run_command
from benchmark.core.errors import MissingRequirement, SampleError, UsageError
from benchmark.media.errors import MediaError

ROOT = Path(__file__).parents[3]
MODULES = sorted({command.module for command in COMMANDS.values()})
WORKSHOP = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "tools").rglob("*.py")
    if "run_command(" in path.read_text()
)
PAGES = ("harness/costs", "results/document", "protocols/page", "statistics/coverage_page")
"""They write files of the repository (`make docs`), and have no name."""
HEAVY = ("torch", "numpy", "pandas", "scipy", "cv2", "av", "streamlit", "hydra", "omegaconf")


def one(**options: object) -> Parser:
    p = Parser("some.where", "A sentence.\nMore.")
    p.add_argument("--source", type=Path, **options)  # type: ignore[arg-type]
    p.add_argument("--count", type=int, default=1)
    p.add_argument("names", nargs="*")
    return p


def problem(parser: Parser, *words: str) -> str:
    with pytest.raises(UsageError) as caught:
        parser.read(words)
    return str(caught.value)


@pytest.mark.parametrize("module", MODULES)
def test_an_unknown_flag_of_any_command_is_one_line_with_the_nearest(
    module: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert importlib.import_module(module).main(["--hepl"]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err == "error: unknown option '--hepl'; did you mean '--help'?\n"


@pytest.mark.parametrize("module", MODULES)
def test_help_of_any_command_is_for_people(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        importlib.import_module(module).main(["--help"])
    out = capsys.readouterr().out
    assert caught.value.code == 0 and out.startswith("usage: python -m ") and "--help" in out


def test_help_of_every_command_loads_no_heavy_library() -> None:
    """A process that has imported the door of every command has met no library that takes long to load."""
    code = (
        "import sys, importlib\n"
        f"for m in {MODULES!r}: importlib.import_module(m).parser().format_help()\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.slow
@pytest.mark.parametrize("module", WORKSHOP)
def test_an_unknown_flag_in_the_workshop_is_one_line(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--hepl"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr == "error: unknown option '--hepl'; did you mean '--help'?\n"


def test_every_command_of_the_installed_packages_has_a_name() -> None:
    doors = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name in ("benchmark", "baselines", "cmet", "leaderboard")
        for path in (ROOT / name).rglob("*.py")
        if " Parser(" in path.read_text() and not path.with_suffix("").as_posix().endswith(PAGES)
    }
    uncalled = {command_line.__name__, "benchmark.submission.command"}  # `validate submission` calls the second
    assert doors - uncalled == set(MODULES)


def test_nobody_has_a_parser_of_their_own() -> None:
    packages = ("benchmark", "baselines", "cmet", "leaderboard", "tools")
    found = [path for name in packages for path in (ROOT / name).rglob("*.py") if "ArgumentParser" in path.read_text()]
    assert found == [Path(command_line.__file__)]


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "gone"],
        ["report", "gone"],
        ["validate", "gone"],
        ["validate", "submission", "gone"],
        ["cache", "ls", "--root", "gone"],
        ["doctor", "--weights", "gone"],
        ["parity", "gone"],
        ["fid", "gone", "gone"],
        ["sensitivity", "gone"],
        ["convert", "gone", "out.safetensors"],
        ["corpus", "gone", "out.npz"],
        ["bank", "show", "gone"],
        ["edit", "--source", "gone", "--emotion-speech", "gone", "--out", "out.mp4"],
        ["train", "--data", "gone", "--out", "out"],
        ["export", "out", "--results", "gone"],
        ["share", "push", "gone", "hf:some/where"],
        ["prepare", "panels", "gone", "--out", "out"],
        ["prepare", "mead", "--source", "gone", "--out", "out"],
        ["prepare", "check", "gone"],
        ["run", "--watch", "gone"],
        ["run", "--reproduce", "gone"],
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_named_in_one_line(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from benchmark.__main__ import main

    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ") and err.count("\n") == 1 and "gone" in err
    assert not list(tmp_path.iterdir())


def test_what_is_wrong_with_a_flag_is_said_before_what_is_missing() -> None:
    assert problem(one(required=True), "--sorce", "a") == "unknown option '--sorce'; did you mean '--source'?"
    assert problem(one(required=True)).startswith("the following arguments are required: --source; see python -m some")
    assert problem(one(), "--count", "many") == "--count must be a whole number, got 'many'"
    assert problem(one(), "--source").startswith("--source: expected one argument")
    assert problem(one(choices=[Path("a"), Path("b")]), "--source", "c").startswith("--source: no such choice 'c'")


def test_names_that_begin_with_a_dash_are_names() -> None:
    assert one().read(["--source", "-a b.mp4"]).source == Path("-a b.mp4")
    assert one().read(["--source", "-a.mp4", "x"]).source == Path("-a.mp4")
    assert one().read(["--source=--a.mp4"]).source == Path("--a.mp4")
    assert one().read(["--count", "-3"]).count == -3
    assert "written ./-a.mp4" in problem(one(), "-a.mp4")


@pytest.mark.parametrize("name", ["22:57:44.mp4", "50%.mp4", "run #3", 'a "b"', "a\nb", " a ", "'", "x=y", "%(prog)s"])
def test_names_are_taken_as_they_are_typed(name: str) -> None:
    given = one().read(["--source", name, name])
    assert given.source == Path(name) and given.names == [name]


def test_words_may_stand_before_and_after_flags_and_subcommands_have_the_same_parser() -> None:
    assert one().read(["a=1", "--count", "2", "b=2"]).names == ["a=1", "b=2"]
    whole = Parser("some.where")
    whole.add_subparsers(required=True, dest="command").add_parser("check").add_argument("--source")
    assert problem(whole, "chek").startswith("unknown command 'chek'; did you mean 'check'?")
    assert problem(whole, "check", "--sorce", "x") == "unknown option '--sorce'; did you mean '--source'?"


def test_a_list_of_names_is_read_with_blanks() -> None:
    assert name_list(" a, b,,c ") == ("a", "b", "c")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UsageError("two\nlines"), 2, "error: two lines\n"),
        (MissingRequirement("get it"), 2, "error: get it\n"),
        (SampleError("no_face", "none"), 1, "error: none\n"),
        (MediaError("no_face", "no face in a.mp4"), 2, "error: no face in a.mp4\n"),
        (FileNotFoundError(2, "No such file or directory", "a\nb"), 2, "error: a b: no such file or directory\n"),
        (OSError(28, "No space left on device"), 2, "error: no space left on device\n"),
        (MemoryError(), 2, "error: out of memory\n"),
        (KeyboardInterrupt(), INTERRUPTED, "interrupted; go on\n"),
        (ModuleNotFoundError("x", name="no_such_library"), 2, "'no_such_library' is needed: pip install no-such-lib"),
    ],
)
def test_what_a_user_can_mend_is_one_line_and_its_exit_code(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(options: object) -> int:
        raise error

    assert run_command(one(), work, [], interrupted="interrupted; go on") == code
    assert line in capsys.readouterr().err


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyError("a"), ModuleNotFoundError("x", name="cmet.gone")])
def test_a_bug_keeps_its_traceback(error: Exception) -> None:
    def work(options: object) -> int:
        raise error

    with pytest.raises(type(error)):
        run_command(one(), work, [])


def test_a_module_of_an_extra_is_named_with_it(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    lines = ["torch>=2", "transformers<6,>=5; extra == 'speech'"]
    monkeypatch.setattr("importlib.metadata.requires", lambda name: lines)

    def work(options: object) -> int:
        raise ModuleNotFoundError("x", name="transformers.models")

    assert run_command(one(), work, []) == 2
    assert "pip install 'emotion-edit-benchmark[speech]'" in capsys.readouterr().err


def test_a_terminal_that_lacks_a_sign_loses_the_sign_and_not_the_exit_code(monkeypatch) -> None:
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert run_command(one(), lambda options: print("accuracy ↑ of Zoë"), []) == 0
    assert raw.getvalue() == b"accuracy ? of Zo?\n" and terminal.errors == "strict"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_whole_command_speaks_to_an_old_terminal(encoding: str, tmp_path: Path) -> None:
    code = (
        "import sys; from benchmark.core.command_line import *\n"
        "leave(run_command(Parser('m'), lambda o: print('↑ \\udcff \\u4f60 end'), []))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True
    )
    assert done.returncode == 0 and done.stdout == b"? ? ? end\n" and done.stderr == b""


def test_a_reader_who_has_gone_gets_no_traceback() -> None:
    code = (
        "from benchmark.core.command_line import *\n"
        "leave(run_command(Parser('m'), lambda o: [print('x' * 1000) for _ in range(1000)] and 0, []))"
    )
    done = subprocess.run(
        ["bash", "-c", f'"$0" -c "$1" | head -1 > {os.devnull}; echo "${{PIPESTATUS[0]}}"', sys.executable, code],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == f"{CLOSED_PIPE}\n" and done.stderr == ""


def test_the_process_ends_with_the_code() -> None:
    with pytest.raises(SystemExit) as caught:
        leave(1)
    assert caught.value.code == 1
    done = subprocess.run(
        [sys.executable, "-c", "import atexit\nfrom benchmark.core.command_line import *\n"
         "atexit.register(print, 'late')\nleave(INTERRUPTED)"], cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == INTERRUPTED and done.stdout == ""
