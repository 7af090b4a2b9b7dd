"""What an edit costs: seconds a video (AITV), frames per second, memory.

Times are taken when an output is made and kept in a note beside it; they never stand among the scores. Encoding,
saving and loading of the method are not part of them. `aitv_author` is C-MET's: every sample counts, the first too,
and nothing waits for the accelerator. `*_standard` leaves out the first sample after loading and waits until the
accelerator is idle. Compare methods that ran on the same machine only; run.json names it.
"""

from __future__ import annotations

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.metrics.base import NOT_NEGATIVE, Timing, index_by_name, metric

AUTHOR, STANDARD = "cmet-author-v1", "standard-v1"
WARM_UP = 1
"""Samples after loading that do not count."""
OF_THE_MACHINE = "Depends on machine, precision and clip length: compare runs of one machine only."


def _require_warm(timing: Timing) -> Timing:
    """The timing of a sample after the warm-up. Raises SampleError `warm_up`."""
    if timing.order is not None and timing.order < WARM_UP:
        raise SampleError(Status.WARM_UP, "the first sample after loading is not counted")
    return timing


def _require_timed(value: float | None) -> float:
    if value is None:
        raise SampleError(Status.NOT_TIMED, "the method handed over a finished file, so its editing was not timed")
    return float(value)


@metric(
    name="aitv_author",
    title="AITV",
    unit="s",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity="time",
    level="cost",
    protocol=AUTHOR,
    caveat=f"{OF_THE_MACHINE} Without warm-up and without waiting for the accelerator.",
)
def aitv_author(sample: Sample, timing: Timing) -> float:
    """Seconds from the call of the method to its return."""
    return _require_timed(timing.seconds)


@metric(
    name="aitv_standard",
    title="AITV",
    unit="s",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity="time",
    level="cost",
    protocol=STANDARD,
    caveat=OF_THE_MACHINE,
)
def aitv_standard(sample: Sample, timing: Timing) -> float:
    """Seconds from the call of the method until the accelerator is idle; the first sample does not count."""
    return _require_timed(_require_warm(timing).synchronised)


@metric(
    name="frames_per_second_standard",
    title="Frames per second",
    unit="frames/s",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity="time",
    level="cost",
    protocol=STANDARD,
    caveat=OF_THE_MACHINE,
)
def frames_per_second_standard(sample: Sample, timing: Timing) -> float:
    """Frames of the output over `aitv_standard`."""
    return _require_timed(timing.frames) / _require_timed(_require_warm(timing).synchronised)


@metric(
    name="peak_memory_standard",
    title="Peak memory",
    unit="MiB",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity="time",
    level="cost",
    protocol=STANDARD,
    caveat="Of the accelerator where one is used, else of the whole process, Python and libraries included.",
)
def peak_memory_standard(sample: Sample, timing: Timing) -> float:
    """Most memory held while the sample was edited."""
    return _require_timed(_require_warm(timing).peak_bytes) / 2**20


METRICS = index_by_name(aitv_author, aitv_standard, frames_per_second_standard, peak_memory_standard)
