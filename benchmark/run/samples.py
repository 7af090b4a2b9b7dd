"""The samples of a split: what a method is given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmark.core.overrides import override_text
from benchmark.core.types import Sample


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
    from benchmark.config.compose import resolve
    from benchmark.config.spec import Request
    from benchmark.core.plugins import load_plugins
    from benchmark.harness.context import open_dataset

    load_plugins()
    overrides = {"runtime.root": root, **(options or {})}
    request = Request(
        methods=("source_copy",),
        dataset=dataset,
        split=split,
        limit=limit,
        overrides=tuple(override_text(key, value) for key, value in overrides.items()),
    )
    (config,) = resolve(request).runs
    opened, name = open_dataset(config)
    runtime = config.runtime
    found = opened.samples(name, runtime.root / "cache", config.dataset.seed, runtime.workers, limit=config.limit)
    return tuple(found)
