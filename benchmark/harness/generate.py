"""Stage 2: the method edits every sample; its outputs are kept as videos, each with a note of how it came about.

`cache/videos/<generation key>/<sample>.mp4` and `<sample>.json`. The note holds the video's hash and the fingerprint of
everything that went in, so an output is used again only if both still hold; anything half-written is made anew.
A sample that the method refuses is noted with its reason and not asked again; a crash, or a refusal that may pass, is
not noted and tried again.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmark.core.errors import (
    PASSING,
    BenchmarkError,
    MissingCheckpoint,
    MissingRequirement,
    SampleError,
    one_line,
    ran_out_of_memory,
)
from benchmark.core.files import copy_file, file_sha256, raise_if_disk_full
from benchmark.core.fingerprint import KEY_LENGTH, fingerprint
from benchmark.core.progress import track
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext
from benchmark.harness.meter import Meter
from benchmark.harness.outputs import Output, hash_inputs, stored_outputs, write_note
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError
from benchmark.methods.base import Method
from benchmark.methods.code_hash import method_code_hash

log = logging.getLogger(__name__)


def generate(
    context: RunContext,
    samples: Sequence[Sample] | None = None,
    *,
    refused: Mapping[str, Output] | None = None,
    missing_is_fatal: bool = True,
) -> dict[str, Output]:
    """Make every output that is not there yet.

    Args:
        context: the run; its method is loaded only if something is to be made.
        samples: those to make; None: all of the run.
        refused: how samples ended elsewhere that are not to be tried here: what killed a worker would kill this one.
        missing_is_fatal: whether an absent requirement ends the run or becomes the status of its samples.

    Returns:
        Sample id -> output, one for each sample.

    Raises:
        MissingRequirement: the method can't be loaded and `missing_is_fatal`.
    """
    samples = context.samples if samples is None else samples
    outputs = stored_outputs(context, samples) | dict(refused or {})
    pending = [sample for sample in samples if sample.id not in outputs]
    if pending:
        videos, seed = context.workspace.videos(context.plan.generation), context.plan.seed
        videos.mkdir(parents=True, exist_ok=True)
        editor: Method | None = None
        method_code_hash(context.method)  # of the code that is loaded now, whatever is written into its files meanwhile
        try:
            editor = context.editor.load()
        except MissingRequirement as error:
            if missing_is_fatal:
                raise
            status = Status.MISSING_CHECKPOINT if isinstance(error, MissingCheckpoint) else Status.MISSING_REQUIREMENT
            outputs |= {sample.id: Output(sample.id, "", status, one_line(error)) for sample in pending}
        if editor is not None:
            work = videos / "jobs" / _job_name(context, pending)
            broken = _begin(editor, pending, seed, work)
            if broken is not None:
                outputs |= {sample.id: Output(sample.id, "", Status.METHOD_FAILED, broken) for sample in pending}
                pending = []
            for sample in track(pending, "generate", len(pending)) if context.show_progress else pending:
                output = outputs[sample.id] = _edit(context, editor, sample)
                context.journal.note(
                    "end", stage="generate", sample=sample.id, status=output.status, seconds=output.seconds
                )
            if broken is None:
                shutil.rmtree(work / "output", ignore_errors=True)
    return {sample.id: outputs[sample.id] for sample in samples}


def _begin(editor: Method, samples: Sequence[Sample], seed: int, folder: Path) -> str | None:
    """Let a method work on all samples at once; why it broke, or None. Raises BenchmarkError as the method does."""
    try:
        editor.begin(samples, seed, folder)
    except MediaError as error:  # a clip's fault, not the user's
        return one_line(error)
    except BenchmarkError:
        raise
    except Exception as error:  # as in `_edit`: the run goes on and says so
        log.debug("traceback", exc_info=True)
        return f"{type(error).__name__}: {one_line(error)}"
    return None


def _job_name(context: RunContext, samples: Sequence[Sample]) -> str:
    """Name of the folder of a method's work on these samples: the same as long as all that goes in is the same."""
    inputs = [hash_inputs(context, sample) for sample in samples]
    return fingerprint([context.plan.seed, inputs])[:KEY_LENGTH]


def _edit(context: RunContext, editor: Method, sample: Sample) -> Output:
    """Edit one sample and keep what came of it, with its note."""
    inputs, path, order = hash_inputs(context, sample), context.video_path(sample.id), context.editor.edits
    context.editor.edits += 1
    try:
        with Meter() as cost:
            result = editor.edit(sample, context.plan.seed)
            cost.mark_return()
        frames = _store(result, path)
    except SampleError as error:
        output = Output(sample.id, inputs, error.status, one_line(error))
        if error.passing:
            return output
    except MediaError as error:
        output = Output(sample.id, inputs, error.status, one_line(error))
        if error.status in PASSING:
            return output
    except BenchmarkError as error:
        return Output(sample.id, inputs, Status.METHOD_FAILED, one_line(error))
    except OSError as error:
        raise_if_disk_full(error, path.parent)
        return Output(sample.id, inputs, Status.METHOD_FAILED, f"{type(error).__name__}: {one_line(error)}")
    except Exception as error:  # a method may fail in any way; the run goes on and says so
        log.info("%s: the method failed: %s: %s", sample.id, type(error).__name__, one_line(error))
        log.debug("traceback", exc_info=True)
        status = Status.OUT_OF_MEMORY if ran_out_of_memory(error) else Status.METHOD_FAILED
        return Output(sample.id, inputs, status, f"{type(error).__name__}: {one_line(error)}")
    else:
        output = Output(
            sample.id,
            inputs,
            Status.OK,
            "",
            file_sha256(path),
            cost.seconds,
            frames,
            synchronised=cost.synchronised,
            order=order,
            peak_bytes=cost.peak_bytes,
            remarks=editor.remarks(sample),
        )
    output = replace(output, code=method_code_hash(context.method))
    write_note(path, output)
    return output


def _store(result: Clip | Path, path: Path) -> int | None:
    if isinstance(result, Clip):
        from benchmark.media.video import write_clip

        write_clip(path, result)
        return len(result.frames)
    if isinstance(result, Path):
        try:
            copy_file(result, path)
        except FileNotFoundError:
            raise SampleError(Status.MISSING_VIDEO, f"no such file: {result}") from None
        return None
    raise TypeError(f"edit() must return a Clip or a Path, got {type(result).__name__}")
