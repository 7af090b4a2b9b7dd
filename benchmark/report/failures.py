"""What has no number, and why: failures of all methods, alike ones together."""

from __future__ import annotations

from dataclasses import dataclass

from benchmark.analysis.evidence import Evidence
from benchmark.analysis.failures import failed


@dataclass(frozen=True)
class Failure:
    """Samples of one method that miss the same numbers for the same reason."""

    method: str
    status: str
    reason: str
    metrics: tuple[str, ...]
    """Titles of the metrics."""
    samples: tuple[str, ...]


def failures(evidence: Evidence) -> list[Failure]:
    """Every missing per-sample number but those of metrics that do not apply, methods in the report's order."""
    missing = failed(evidence.scores)
    titles = {facts.measure.key: facts.title for facts in evidence.measures}
    by_sample: dict[tuple[str, str, str, str], list[str]] = {}
    columns = ["method", "sample_id", "status", "reason", "measure"]
    for method, sample, status, reason, measure in missing[columns].itertuples(index=False, name=None):
        by_sample.setdefault((method, status, reason, sample), []).append(titles.get(measure, measure))
    alike: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for (method, status, reason, sample), metrics in by_sample.items():
        alike.setdefault((method, status, reason, tuple(metrics)), []).append(sample)
    order = {entry.method: index for index, entry in enumerate(evidence.entries)}
    found = [
        Failure(m, status, reason, metrics, tuple(sorted(ids))) for (m, status, reason, metrics), ids in alike.items()
    ]
    return sorted(found, key=lambda f: (order[f.method], -len(f.samples), f.status, f.reason))
