"""Methods that live in a checkout and a python environment of their own.

A method's YAML (`benchmark/config/conf/method/eat.yaml`) says where both are and how one call looks. All samples go
into one job (`external_job`), which a small script of ours (`wrappers/`) works through in that python; what it has
written is taken, also when it crashed or ran out of time, and every sample without a video ends as a row with the
log's end. `--method external` runs any other program this way.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from benchmark.core.errors import MissingRequirement, SampleError
from benchmark.core.fingerprint import fingerprint
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.errors import MediaError
from benchmark.media.video import probe
from benchmark.methods.base import Method, MethodInfo
from benchmark.methods.checkout_hash import checkout_hash
from benchmark.methods.code_hash import script_code_hash
from benchmark.methods.external_job import Report, entry, read_reports, write_job
from benchmark.methods.external_process import ProcessResult, clean_environment, run_command, tail
from benchmark.methods.external_setup import CHECKOUTS, Setup

DEFAULTS: Mapping[str, Any] = {
    "checkout": None,
    "python": None,
    "wrapper": None,
    "command": ("{python}", "{wrapper}", "{job}"),
    "arguments": {},
    "gpu": None,
    "startup_seconds": 600,
    "seconds_per_sample": 120,
}


class External(Method):
    """A program outside. Options: see `Setup`."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="external",
        title="Program outside",
        version="1",
        cue="none",
        family="whatever the program is",
        licence="of the program",
    )
    repository: ClassVar[str] = ""
    """Where its code comes from."""
    revision: ClassVar[str] = ""
    """The commit for which the wrapper was written."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Files that must be in the checkout: weights, above all."""
    arguments: ClassVar[tuple[str, ...]] = ()
    """Which of `method.arguments` must be given: folders of what has to be made before."""
    page: ClassVar[str] = "docs/guide/methods/index.md"
    """Says step by step how it is set up."""

    @classmethod
    def setup_of(cls, options: Mapping[str, Any]) -> Setup:
        """The options, checked. Raises UsageError."""
        return Setup.of(cls.info.name, cls.repository, {**DEFAULTS, **options})

    @classmethod
    def missing(cls, options: Mapping[str, Any]) -> str | None:
        """The checkout, its python, the wrapper or a file in the checkout, whichever lacks first."""
        setup = cls.setup_of(options)
        origin = f"get it from {cls.repository}; steps: {cls.page}" if cls.repository else f"see {cls.page}"
        if not setup.checkout.is_dir():
            variable = "" if options.get("checkout") else f" (or method.checkout=DIR, or a folder ${CHECKOUTS})"
            return f"missing checkout: put it at {setup.checkout}{variable}, {origin}"
        if not os.access(setup.python, os.X_OK) or setup.python.is_dir():
            return f"missing python: no {setup.python} (or method.python=FILE), steps: {cls.page}"
        if not setup.wrapper.is_file():
            return f"missing wrapper: no {setup.wrapper}, set method.wrapper=FILE, see {cls.page}"
        absent = [name for name in cls.needs if not (setup.checkout / name).exists()]
        if absent:
            return f"missing checkpoint: {', '.join(absent)} in {setup.checkout}, {origin}"
        for name in cls.arguments:
            if not setup.arguments.get(name):
                return f"missing folder: method {cls.info.name} needs method.arguments.{name}=DIR, steps: {cls.page}"
        return None

    @classmethod
    def inputs(cls, sample: Sample, options: Mapping[str, Any]) -> tuple[Path, ...]:
        """The wrapper and the weights in the checkout: when their content changes, stored outputs are made again."""
        setup = cls.setup_of(options)
        return (setup.wrapper, *(setup.checkout / name for name in cls.needs if (setup.checkout / name).is_file()))

    @classmethod
    def output_options(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """How it is called and with which arguments; where things lie and how long it may take changes no output."""
        return {name: options[name] for name in ("command", "arguments") if name in options}

    @classmethod
    def program_hash(cls, options: Mapping[str, Any]) -> str:
        """Of the checkout, and of the wrapper with the modules beside it that it imports."""
        setup = cls.setup_of(options)
        return fingerprint([checkout_hash(setup.checkout), script_code_hash(setup.wrapper)])

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Look for everything that a call needs; nothing is started.

        Raises:
            UsageError: an option is unknown or has a wrong value.
            MissingRequirement: something is not here; one line says where to put it and where to get it.
        """
        self.setup = self.setup_of(options)
        lacking = self.missing(options)
        if lacking is not None:
            raise MissingRequirement(lacking)
        self.device = device
        self.commit = self.setup.commit()
        self.ended: ProcessResult | None = None
        self.log: Path | None = None
        self.outputs: dict[str, Path] = {}
        self.refused: dict[str, SampleError] = {}
        self.reports: dict[str, Report] = {}

    def begin(self, samples: Sequence[Sample], seed: int, folder: Path) -> None:
        """Run the program on all samples that have no whole output in `folder` yet."""
        self.run_job("edit", samples, seed, folder)

    def run_job(
        self,
        task: str,
        samples: Sequence[Sample],
        seed: int,
        folder: Path,
        suffix: str = ".mp4",
        codes: Mapping[str, Path] | None = None,
    ) -> None:
        """One call of the program.

        Args:
            task: what is asked of it: "edit", or a word that its wrapper knows.
            samples: to be done.
            seed: of the run.
            folder: of the job; inputs, log and outputs go there.
            suffix: of the outputs.
            codes: sample id -> file of expression codes to show.
        """
        folder = folder.resolve()
        self.log = folder / f"{task}.log"
        entries = []
        for sample in samples:
            self.outputs[sample.id] = output = folder / "output" / f"{sample.id}{suffix}"
            if output.is_file() and self.problem(output) is None:
                continue
            try:
                entries.append(entry(sample, folder, output, (codes or {}).get(sample.id)))
            except SampleError as error:
                self.refused[sample.id] = error
        if not entries:
            return
        (folder / "output").mkdir(parents=True, exist_ok=True)
        (folder / "work").mkdir(exist_ok=True)
        setup, report, job = self.setup, folder / f"{task}.report.jsonl", folder / f"{task}.job.json"
        report.unlink(missing_ok=True)
        facts = {
            "method": self.info.name,
            "task": task,
            "seed": seed,
            "device": "cpu" if self.device == "cpu" else "cuda",
            "checkout": str(setup.checkout.resolve()),
            "work": str(folder / "work"),
            "report": str(report),
            "options": dict(setup.arguments),
        }
        write_job(job, facts, entries)
        self.ended = run_command(
            setup.call(job),
            folder=setup.checkout,
            environment=clean_environment(self.device, setup.gpu),
            log=self.log,
            limit=setup.limit(len(entries)),
        )
        self.reports |= read_reports(report)

    def edit(self, sample: Sample, seed: int) -> Path:
        """The sample's video.

        Raises:
            SampleError: `time_limit` or `method_crashed` (asked again by the next run), `missing_video`,
                `unreadable_video`, or what the program reports; with the end of its log.
        """
        if sample.id not in self.outputs:
            self.begin([sample], seed, Path(tempfile.mkdtemp(prefix=f"{self.info.name}-")))
        self.check(sample)
        return self.outputs[sample.id]

    def check(self, sample: Sample) -> None:
        """Raise the SampleError that says why a sample has no whole output, if it has none."""
        if sample.id in self.refused:
            raise self.refused[sample.id]
        output, report = self.outputs[sample.id], self.reports.get(sample.id)
        if output.is_file():
            problem = self.problem(output)
            if problem is None:
                return
            raise SampleError(Status.UNREADABLE_VIDEO, f"{problem}; {self.end_of_log()}", passing=True)
        if report is not None and report.status != Status.OK:
            raise SampleError(report.status, f"{self.info.name}: {report.reason or 'no reason given'}")
        ended = self.ended
        if ended is not None and ended.timed_out:
            raise SampleError(
                Status.TIME_LIMIT,
                f"{self.info.name} was stopped after {ended.seconds:.0f} s; {self.end_of_log()}",
                passing=True,
            )
        if ended is not None and ended.code != 0:
            how = f"signal {-ended.code}" if ended.code < 0 else f"exit code {ended.code}"
            raise SampleError(
                Status.METHOD_CRASHED, f"{self.info.name} ended with {how}; {self.end_of_log()}", passing=True
            )
        raise SampleError(Status.MISSING_VIDEO, f"{self.info.name} wrote no video; {self.end_of_log()}", passing=True)

    def problem(self, output: Path) -> str | None:
        """Why an output can't be used; None: it can."""
        try:
            probe(output)
        except MediaError as error:
            return str(error)
        return None

    def end_of_log(self) -> str:
        """For a row's reason."""
        said = tail(self.log) if self.log is not None else ""
        return f"its log ends: {said}" if said else "its log is empty"

    def remarks(self, sample: Sample) -> Mapping[str, float | bool | str]:
        """Seconds that the program reports, and the commit of the checkout if it is not the wrapper's."""
        said: dict[str, float | bool | str] = {}
        report = self.reports.get(sample.id)
        if report is not None and report.seconds is not None:
            said["external_seconds"] = round(report.seconds, 3)
        if self.commit:
            said["checkout"] = self.commit[:12]
            if self.revision and self.commit != self.revision:
                said["warning"] = (
                    f"the checkout is at {self.commit[:12]}, its wrapper was written for {self.revision[:12]}"
                )
        return said
