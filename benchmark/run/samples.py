"""The samples of a split: what a method is given."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmark.config.spec import Request
from benchmark.core.overrides import override_text
from benchmark.core.types import Sample

COLUMNS = (
    "id", "speaker", "sentence", "source", "source_emotion", "emotion", "level", "speech", "label", "label_level",
    "emotional_speech", "neutral_speech", "reference", "target",
)  # fmt: skip


def samples(
    dataset: str = "puppets",
    split: str | None = None,
    *,
    limit: int | None = None,
    root: Path | str = ".",
    options: Mapping[str, object] | None = None,
) -> tuple[Sample, ...]:
    """The samples of a split, with their cues, in the order of the split.

    Args:
        dataset: by name.
        split: by name; None: the dataset's first.
        limit: only the first so many.
        root: where a corpus that the project makes itself is kept, below `cache`; it is made on first use.
        options: keys of the configuration: {"dataset.root": "MEAD"}.

    Raises:
        UsageError: an unknown dataset, split or key.
        MissingRequirement: a corpus that is not here.
        ManifestError: a manifest that can't be used.
    """
    from benchmark.core.plugins import load_plugins

    load_plugins()
    words = tuple(override_text(key, value) for key, value in {"runtime.root": root, **(options or {})}.items())
    return samples_of(Request(dataset=dataset, split=split, limit=limit, overrides=words))


def samples_of(request: Request) -> tuple[Sample, ...]:
    """The samples that a request names, whatever its methods. See `samples` for what it raises."""
    from dataclasses import replace

    from benchmark.config.compose import resolve
    from benchmark.harness.context import open_dataset

    (config,) = resolve(replace(request, methods=("source_copy",))).runs
    dataset, name = open_dataset(config)
    runtime = config.runtime
    found = dataset.samples(name, runtime.root / "cache", config.dataset.seed, runtime.workers, limit=config.limit)
    return tuple(found)


def samples_csv(found: Sequence[Sample]) -> str:
    """The samples as CSV, a row each; several recordings of one cue stand with `;` between."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        cues = one.cues
        emotional, neutral = (";".join(map(str, paths)) for paths in (cues.emotional_speech, cues.neutral_speech))
        level = one.intensity if cues.level is None else cues.level
        sides = (one.source, one.source_emotion, one.emotion, one.intensity, one.speech, cues.label, level)
        writer.writerow((one.id, one.speaker, one.sentence, *sides, emotional, neutral, cues.reference, one.target))
    return text.getvalue()
