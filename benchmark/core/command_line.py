"""What every command of every package shares: one parser, one boundary for errors, one meaning of exit codes.

A command is a door: `run_command` parses, calls one function with the options, and turns whatever a user can mend into
one line on stderr. Exit codes: 0 done; 1 done, with failures; 2 wrong usage or a missing requirement; 130 interrupted.
Anything else is a bug and keeps its traceback.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import select
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NoReturn

from benchmark.core.errors import BenchmarkError, UsageError, nearest, one_line, ran_out_of_memory

DONE, FAILURES, WRONG, INTERRUPTED = 0, 1, 2, 130
CLOSED_PIPE = 141
"""128 + SIGPIPE: what a shell reports of a program whose reader has gone, as with `| head`."""
LONGEST_NAME = 200
"""Bytes of a file's name that file systems take, with room for a temporary name beside it."""
OUR_PACKAGES = ("benchmark", "baselines", "cmet", "leaderboard", "tools")
"""A module of these that can't be imported is a bug; any other is something to install."""
_SPOKEN_OF_AS: ContextVar[str | None] = ContextVar("program", default=None)


class Parser(argparse.ArgumentParser):
    """argparse whose errors are one line that names the nearest legal flag.

    Args:
        module: the module that `python -m` runs; None for the parser of a sub-command, which argparse names itself.
        doc: the module's docstring, whose first line is shown. A longer help goes to `description` instead.
        options: of `argparse.ArgumentParser`.
    """

    def __init__(self, module: str | None = None, doc: str | None = None, **options: Any) -> None:
        if module is not None:
            options["prog"] = _SPOKEN_OF_AS.get() or f"python -m {module}"
        if doc is not None:
            options["description"] = doc.strip().partition("\n")[0]
        plain = {"allow_abbrev": False, "formatter_class": argparse.RawDescriptionHelpFormatter}
        super().__init__(**{**plain, **options})

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print with its usage."""
        message = re.sub(r"^argument (\S+): ", r"\1: ", message)
        if unknown := re.match(r"unrecognized arguments: (.*)", message, re.DOTALL):
            message = f"nothing is done with {unknown[1]!r}"
        raise UsageError(f"{message}; see {self.prog} --help")

    def flags(self) -> list[str]:
        """The flags that this parser knows."""
        return [flag for action in self._actions for flag in action.option_strings]

    def read(self, arguments: Sequence[str] | None = None) -> argparse.Namespace:
        """The options of a command line. Raises UsageError. Flags and `key=value` words may stand in any order."""
        words = self._checked(list(sys.argv[1:] if arguments is None else arguments))
        nested = any(isinstance(action, argparse._SubParsersAction) for action in self._actions)
        several = [action for action in self._actions if not action.option_strings and action.nargs == "*"]
        return self.parse_intermixed_args(words) if several and not nested else self.parse_args(words)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse; an unknown flag is refused before what is missing is complained about."""
        return super().parse_known_args(self._checked(list(sys.argv[1:] if args is None else args)), namespace)

    def _checked(self, words: list[str]) -> list[str]:
        """The words with `--out -name` written `--out=-name`. Raises UsageError for an unknown flag."""
        checked: list[str] = []
        takes: argparse.Action | None = None
        for index, word in enumerate(words):
            if word == "--" or (not word.startswith("-") and self._commands(word)):
                return checked + words[index:]  # the rest are names, or another parser's
            flag = word.partition("=")[0]
            if word.startswith("--") and flag not in self._option_string_actions:
                raise UsageError(f"unknown option '{flag}'{nearest(flag, self.flags())}")
            if self._reads_as_flag(word):
                if takes is None:
                    raise UsageError(f"unknown option '{word}'; a name that begins with a dash is written ./{word}")
                checked[-1] += f"={word}"
            else:
                checked.append(word)
            action = self._option_string_actions.get(word)
            one = action is not None and action.nargs in (None, "?") and word.startswith("--")
            takes = action if one else None
        return checked

    def _commands(self, word: str) -> bool:
        return any(isinstance(a, argparse._SubParsersAction) and word in a.choices for a in self._actions)

    def _reads_as_flag(self, word: str) -> bool:
        """Whether argparse would take a word with one dash for a flag that this parser does not have."""
        if not word.startswith("-") or word.startswith("--") or len(word) == 1 or " " in word:
            return False
        return word[:2] not in self._option_string_actions and not self._negative_number_matcher.match(word)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            legal = [str(choice) for choice in action.choices]
            what = "unknown command" if isinstance(action, argparse._SubParsersAction) else "no such choice"
            raise argparse.ArgumentError(action if action.option_strings else None, f"{what} '{value}'"
                                         f"{nearest(str(value), legal)}")  # fmt: skip

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        try:
            return super()._get_value(action, arg_string)
        except argparse.ArgumentError as error:
            kinds = {int: "a whole number", float: "a number"}
            name = "/".join(action.option_strings) or action.metavar or action.dest
            if action.type not in kinds:
                raise UsageError(f"{name}: {error.message}") from None
            raise UsageError(f"{name} must be {kinds[action.type]}, got '{arg_string}'") from None


def name_list(text: str) -> tuple[str, ...]:
    """`a,b` -> the names, without blanks about them and without empty ones."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def output_file(text: str) -> Path:
    """A file that a command will write, refused before the work if it can't: the `type` of an argument."""
    path = Path(text)
    _refuse_long(path)
    if not text or path.is_dir():
        raise argparse.ArgumentTypeError(f"must name a file, got {'nothing' if not text else f'the folder {text}'}")
    return _writable(path)


def output_folder(text: str) -> Path:
    """A folder that a command will write to, made if need be; refused before the work if it can't be."""
    path = Path(text)
    _refuse_long(path)
    if not text or (path.exists() and not path.is_dir()):
        raise argparse.ArgumentTypeError(f"must name a folder, got {'nothing' if not text else f'the file {text}'}")
    return _writable(path)


def _refuse_long(path: Path) -> None:
    for name in path.parts:
        if len(name.encode(errors="surrogateescape")) > LONGEST_NAME:
            raise argparse.ArgumentTypeError(f"a name is longer than {LONGEST_NAME} bytes: {name[:40]}...")


def _writable(path: Path) -> Path:
    place = path.absolute()
    while not place.exists():
        place = place.parent
    if place != path.absolute() and not place.is_dir():
        raise argparse.ArgumentTypeError(f"can't be written: {place} is a file")
    if not os.access(place, os.W_OK):
        raise argparse.ArgumentTypeError(f"can't be written: no right to write to {place}")
    return path


def run_command(
    parser: Parser,
    work: Callable[[argparse.Namespace], int | None],
    arguments: Sequence[str] | None = None,
    *,
    also: tuple[type[Exception], ...] = (),
    interrupted: str = "interrupted",
) -> int:
    """Parse, work, and say in one line what went wrong.

    Args:
        parser: of the command line.
        work: does everything; its exit code, or None for 0.
        arguments: words of the command line; None: those of the process.
        also: errors that a user can mend in this command, beside those that all commands share.
        interrupted: what is said after Ctrl-C.

    Returns:
        The exit code.
    """
    with _any_encoding():
        try:
            code = work(parser.read(arguments))
            sys.stdout.flush()
            return code or DONE
        except BenchmarkError as error:
            return complain(one_line(error), error.exit_code)
        except KeyboardInterrupt:
            return complain(interrupted, INTERRUPTED, prefix="")
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in ("", *OUR_PACKAGES):
                raise
            return complain(f"the Python module '{error.name}' is needed{_where_from(str(error.name))}")
        except MemoryError as error:
            return complain(f"out of memory: {error}" if str(error) else "out of memory")
        except RuntimeError as error:
            if not ran_out_of_memory(error):
                raise
            return complain(f"out of memory: {one_line(error)}")
        except OSError as error:
            if isinstance(error, BrokenPipeError) and _reader_is_gone():
                return CLOSED_PIPE
            return complain(_os_sentence(error))
        except also as error:
            return complain(one_line(error))


def complain(message: str, code: int = WRONG, prefix: str = "error: ") -> int:
    """Print one line on stderr. Returns the exit code."""
    print(f"{prefix}{message}", file=sys.stderr)
    return code


def warn(message: str) -> None:
    """Print a warning as one line on stderr."""
    print(f"warning: {message}", file=sys.stderr, flush=True)


def leave(code: int) -> NoReturn:
    """End the process with a command's exit code. After Ctrl-C at once: all is written, libraries take long to end."""
    if code == INTERRUPTED:
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


@contextmanager
def spoken_of_as(program: str) -> Iterator[None]:
    """While it lasts, parsers call their command so in help and errors, in place of `python -m MODULE`."""
    token = _SPOKEN_OF_AS.set(program)
    try:
        yield
    finally:
        _SPOKEN_OF_AS.reset(token)


@contextmanager
def _any_encoding() -> Iterator[None]:
    """Signs that a terminal's encoding does not have are written as "?", whatever is printed by whom."""
    stream = sys.stdout
    if not isinstance(stream, io.TextIOWrapper) or stream.errors == "replace":
        yield
        return
    before = stream.errors
    stream.reconfigure(errors="replace")
    try:
        yield
    finally:
        try:
            stream.reconfigure(errors=before)
        except (OSError, ValueError):  # closed meanwhile, or its reader is gone
            pass


def _reader_is_gone() -> bool:
    """Whether stdout is a pipe that nobody reads; if so, the rest of the output goes nowhere, silently."""
    try:
        stdout = sys.stdout.fileno()
    except (OSError, ValueError):  # not a file at all
        return False
    asked = select.poll()
    asked.register(stdout, 0)
    gone = any(event & (select.POLLERR | select.POLLHUP) for _, event in asked.poll(0))
    if gone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout)
    return gone


def _os_sentence(error: OSError) -> str:
    """Such as "results/run.json: no such file or directory"."""
    if error.strerror is None:
        return one_line(error)
    reason = error.strerror[:1].lower() + error.strerror[1:]
    return " ".join(f"{error.filename}: {reason}".split()) if error.filename is not None else reason


def _where_from(module: str) -> str:
    """How a module that only some commands need is installed, as the package's own metadata say."""
    from importlib.metadata import PackageNotFoundError, requires

    name = module.partition(".")[0].replace("_", "-")
    try:
        lines = requires("emotion-edit-benchmark") or []
    except PackageNotFoundError:
        lines = []
    for line in lines:
        found = re.match(rf"{re.escape(name)}\b.*extra == [\"'](\w+)[\"']", line.replace("_", "-"), re.IGNORECASE)
        if found:
            return f": pip install 'emotion-edit-benchmark[{found[1]}]'"
    return f": pip install {name}"
