"""Every run of a request, one after the other; what could not be run is kept beside what was."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.core.command_line import DONE, FAILURES, WRONG, complain
from benchmark.core.errors import BenchmarkError, UsageError, one_line
from benchmark.core.overrides import override_text

if TYPE_CHECKING:
    from benchmark.config.spec import Request, Resolved, RunConfig
    from benchmark.harness.pipeline import Dispatch
    from benchmark.harness.run_result import RunResult
    from benchmark.results.load import Results


@dataclass(frozen=True)
class Execution:
    """What became of the runs of a request."""

    finished: tuple[RunResult, ...]
    """Runs that came to their end, with failed samples or without."""
    failed: Mapping[str, BenchmarkError] = field(default_factory=dict)
    """Label of a method that could not be run at all, and why."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Methods that `all` did not ask, and why."""

    @property
    def exit_code(self) -> int:
        """0: complete; 1: finished with failed samples; 2: a method could not be run."""
        if self.failed:
            return WRONG
        return DONE if all(done.complete for done in self.finished) else FAILURES


def run(
    methods: str | Sequence[str] = "cmet",
    *,
    dataset: str | None = None,
    split: str | None = None,
    suite: str | None = None,
    metrics: Sequence[str] = (),
    limit: int | None = None,
    device: str | None = None,
    executor: str | None = None,
    mock: bool = False,
    root: Path | str = ".",
    options: Mapping[str, object] | None = None,
) -> Results:
    """Run methods on a dataset and score their outputs, as `python -m benchmark.run` does.

    Args:
        methods: one or several by name, or "all".
        dataset: by name; None: puppets.
        split: one, or several with commas between; None: the dataset's own.
        suite: a named list of metrics; None: the dataset's own.
        metrics: metrics by name, instead of a suite.
        limit: only the first so many samples of a split.
        device: "cpu", "cuda" or "cuda:N".
        executor: "local", "processes", "ray" or "slurm".
        mock: replace each method by a stand-in.
        root: holds `results` and `cache`.
        options: any other key of the configuration: {"seed": 1, "method.folder": "outputs"}.

    Returns:
        The runs that came to their end, as they are stored. Unchanged work is not done twice.

    Raises:
        BenchmarkError: wrong usage, or a method that can't be run; runs of other methods are finished and stored.
    """
    from benchmark.config.compose import resolve
    from benchmark.config.spec import Request
    from benchmark.core.plugins import load_plugins
    from benchmark.results.load import Results
    from benchmark.results.store import StoredRun

    load_plugins()
    overrides = {"runtime.root": root, **(options or {})}
    request = Request(
        methods=(methods,) if isinstance(methods, str) else tuple(methods),
        dataset=dataset,
        split=split,
        suite=suite,
        metrics=tuple(metrics),
        limit=limit,
        device=device,
        executor=executor,
        mock=mock,
        overrides=tuple(override_text(key, value) for key, value in overrides.items()),
    )
    done = execute_all(resolve(request), request, command_of(request))
    for error in done.failed.values():
        raise error
    return Results(tuple(StoredRun(one.folder, dict(one.record)) for one in done.finished))


def command_of(request: Request) -> list[str]:
    """The command line that asks for the same, word by word."""
    flags = {
        "--method": ",".join(request.methods),
        "--dataset": request.dataset,
        "--split": request.split,
        "--suite": request.suite,
        "--metrics": ",".join(request.metrics),
        "--limit": request.limit,
        "--device": request.device,
        "--executor": request.executor,
    }
    words = [word for flag, value in flags.items() if value for word in (flag, str(value))]
    return ["python", "-m", "benchmark.run", *words, *(["--mock"] if request.mock else []), *request.overrides]


def execute_all(resolved: Resolved, request: Request, command: Sequence[str]) -> Execution:
    """Run everything that a request became. Methods that can't be run are said on stderr, and the others go on.

    Args:
        resolved: the runs.
        request: what they came from.
        command: what is written down as the command that made them.

    Raises:
        BenchmarkError: there is only one run and it can't be run, or the request itself is wrong.
    """
    from benchmark.harness.context import open_dataset
    from benchmark.harness.pipeline import execute

    runs = resolved.runs
    if not runs:
        raise UsageError("no method is left to run")
    for one in runs:
        open_dataset(one)  # an unknown split is refused before anything runs
    finished: list[RunResult] = []
    failed: dict[str, BenchmarkError] = {}
    for one in runs:
        if len(runs) > 1:
            split = f", {one.dataset.split}" if one.dataset.split else ""
            print(f"{one.method.label}{split}:", file=sys.stderr, flush=True)
        try:
            with _dispatch(one) as dispatch:
                fatal = "all" not in request.methods
                finished.append(execute(one, missing_is_fatal=fatal, command=command, dispatch=dispatch))
        except BenchmarkError as error:
            if len(runs) == 1 or (isinstance(error, UsageError) and not finished):
                raise
            complain(f"{one.method.label}: {one_line(error)}")
            failed[one.method.label] = error
    return Execution(tuple(finished), failed, resolved.left_out)


@contextmanager
def _dispatch(run: RunConfig) -> Iterator[Dispatch | None]:
    """Who does the work of a run, until it ends; None: this process."""
    if run.executor.name == "local":
        yield None
        return
    from benchmark.harness.executors import EXECUTORS
    from benchmark.harness.executors.dispatch import Dispatcher

    executor = EXECUTORS.get(run.executor.name)(run.executor)
    try:
        yield Dispatcher(executor)
    finally:
        executor.close()
