"""Every command by its name: `emotion-bench COMMAND ...`, the same as `python -m benchmark COMMAND ...`.

`emotion-bench run --method cmet` is `python -m benchmark.run --method cmet`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from benchmark.core.command_line import complain, leave, spoken_of_as
from benchmark.core.errors import nearest

PROGRAM, DISTRIBUTION = "emotion-bench", "emotion-edit-benchmark"


@dataclass(frozen=True)
class Command:
    """What a name stands for."""

    module: str
    """The module that holds `main(arguments) -> exit code`; imported when it is called."""
    does: str
    """One line of the help."""
    words: tuple[str, ...] = ()
    """What goes before the words of the user."""


GROUPS: Mapping[str, Mapping[str, Command]] = {
    "run and look": {
        "run": Command("benchmark.run.command", "run methods on a dataset, score their outputs, print the table"),
        "list": Command("benchmark.run.command", "methods, datasets, metrics and suites there are", ("--list",)),
        "edit": Command("cmet.edit", "edit your own video with C-MET"),
        "board": Command("leaderboard.__main__", "open the leaderboard in a browser"),
    },
    "compare and report": {
        "compare": Command("benchmark.compare.command", "is one method better than another? tests and intervals"),
        "power": Command("benchmark.compare.power.command", "what can a split find? power of speakers and clips"),
        "report": Command("benchmark.report.command", "the table of a paper, or a reviewer's packet"),
        "export": Command("leaderboard.export", "the leaderboard as a folder of HTML"),
        "share": Command("leaderboard.sharing", "results from and to the Hugging Face Hub"),
    },
    "prepare and check": {
        "doctor": Command("benchmark.doctor.command", "what this machine can run, and what it lacks"),
        "prepare": Command("benchmark.prepare.command", "corpora as downloaded -> clips; checkpoints; manifests"),
        "puppets": Command("benchmark.puppets.command", "make the embedded corpus"),
        "bank": Command("cmet.bank", "emotional speech as a file for edit"),
        "convert": Command("benchmark.checkpoints.convert", "torch weights -> safetensors"),
        "cache": Command("benchmark.cache.command", "list, verify or prune what runs have kept"),
    },
    "trust the numbers": {
        "validate": Command("benchmark.validate.command", "is every stored number what it says it is? submissions"),
        "parity": Command("benchmark.parity.command", "our networks and formulas against the originals"),
        "fid": Command("benchmark.parity.fid", "FID of two sets as pytorch-fid counts it"),
        "selftest": Command("benchmark.selftest.command", "does each metric move as it should under known damage?"),
        "proxy": Command("benchmark.selftest.proxy", "can the proxy for unseen emotions be trusted?"),
        "sensitivity": Command("benchmark.sensitivity.command", "how the ranking moves with the protocol"),
    },
    "develop": {
        "train": Command("cmet.train", "train C-MET"),
        "corpus": Command("cmet.corpus.command", "pack a training corpus into one file"),
        "speed": Command("benchmark.speed.command", "measure how fast things run"),
        "expected": Command("benchmark.submission.lists", "the videos that a submission to a split must hold"),
        "review": Command("leaderboard.review", "submissions that wait, and having them scored"),
        "seed": Command("leaderboard.seed", "make the results that ship again"),
        "resummarise": Command("benchmark.run.resummarise", "intervals of finished runs by today's methods"),
    },
}

COMMANDS: Mapping[str, Command] = {name: command for group in GROUPS.values() for name, command in group.items()}

ALIASES = {"leaderboard": "board"}
"""Names of commands that are also understood."""


def help_text() -> str:
    """The commands, grouped by what a person wants to do."""
    width = max(map(len, COMMANDS)) + 2
    lines = [
        f"usage: {PROGRAM} COMMAND ...",
        "",
        "Benchmark of methods that edit emotion in talking faces.",
        "",
    ]
    for title, group in GROUPS.items():
        lines += [f"{title}:", *(f"  {name:<{width}}{command.does}" for name, command in group.items()), ""]
    return "\n".join([*lines, f"{PROGRAM} COMMAND --help says more; --version says which version this is."])


def version_text() -> str:
    """Name and version of the installed distribution."""
    try:
        return f"{DISTRIBUTION} {version(DISTRIBUTION)}"
    except PackageNotFoundError:
        return f"{DISTRIBUTION}, a checkout that is not installed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Hand the words over to the command that the first one names. Returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    name = words[0] if words else "--help"
    if name in ("-h", "--help", "help"):
        print(help_text())
        return 0
    if name in ("-V", "--version"):
        print(version_text())
        return 0
    name = ALIASES.get(name, name)
    if name not in COMMANDS:
        what = "option" if name.startswith("-") else "command"
        return complain(f"unknown {what} '{name}'{nearest(name, [*COMMANDS, '--help', '--version'])}")
    command = COMMANDS[name]
    run: Callable[[Sequence[str]], int] = importlib.import_module(command.module).main
    with spoken_of_as(f"{PROGRAM} {name}"):
        return run([*command.words, *words[1:]])


def console() -> None:
    """The console script."""
    leave(main())


if __name__ == "__main__":
    console()
