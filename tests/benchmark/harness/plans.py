"""A plan without a run, for tests of what only reads it."""

from __future__ import annotations

from benchmark.harness.plan import RunPlan


def small_plan() -> RunPlan:
    """Two hundred resamples, seed 0."""
    return RunPlan(
        method="m",
        adapter="m",
        method_version="1",
        method_options={},
        dataset="toy",
        dataset_version="1",
        dataset_seed=0,
        split="test",
        split_sha256="",
        samples=(),
        limit=None,
        suite="",
        metrics=(),
        extractors=(),
        seed=0,
        level=0.95,
        n_resamples=200,
        set_resamples=200,
        mock=False,
        generation="",
        extraction={},
        scoring="",
    )
