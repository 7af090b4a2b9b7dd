"""The proxy for unseen emotions against what is true of puppets (`benchmark.selftest.proxy`)."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pandas as pd

from benchmark.config.compose import resolve
from benchmark.config.spec import Request
from benchmark.harness.context import open_run
from benchmark.harness.extract import extract
from benchmark.harness.generate import generate
from benchmark.harness.score import FeatureLookup
from benchmark.metrics.affect_agreement import EMOTIONAL, NEEDS
from benchmark.selftest.proxy_validity import correlation, correlation_within, right_against_wrong

PROXIES = ("affect_agreement", "affect_gain")
TRUTHS = ("action_unit_error", "edit_cosine", "edit_size")


def measure(request: Request) -> pd.DataFrame:
    """A row for every method, sample and speech: both proxies; for its own speech also what is true.

    Columns: method, sample_id, speaker, emotion, level, speech (whose emotion is heard), the proxies, and for
    speech == emotion the columns of `TRUTHS`.
    """
    rows: list[dict[str, Any]] = []
    for config in resolve(request).runs:
        config = replace(config, metrics=(*PROXIES, *TRUTHS))
        context = open_run(config)
        plan, samples = context.plan, context.samples
        metrics = {metric.info.name: metric for metric in context.metrics}
        outputs = generate(context)
        extract(context, outputs)
        context.contents.save()
        lookup = FeatureLookup(context, outputs)
        gathered = {s.id: lookup.collect(metrics["affect_agreement"], s).arrays for s in samples}
        speeches = {(s.emotion, s.intensity): gathered[s.id] for s in samples if gathered[s.id] is not None}
        for sample in samples:
            own = gathered[sample.id]
            if own is None:
                continue
            head: dict[str, Any] = {"method": plan.method, "sample_id": sample.id, "speaker": sample.speaker}
            head |= {"emotion": sample.emotion, "level": sample.intensity}
            for (emotion, level), other in speeches.items():
                if level != sample.intensity or other is None:
                    continue
                arrays = {need: own[need] for need in NEEDS} | {EMOTIONAL: other[EMOTIONAL]}
                row = head | {"speech": emotion} | {p: metrics[p](sample, arrays) for p in PROXIES}
                if emotion == sample.emotion:
                    row |= {t: _value(lookup, metrics[t], sample) for t in TRUTHS}
                rows.append(row)
        context.release()
        print(plan.method, file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def _value(lookup: FeatureLookup, metric: Any, sample: Any) -> float:
    found = lookup.collect(metric, sample).arrays
    return float(metric(sample, found)) if found is not None else float("nan")


def report(table: pd.DataFrame, split: str) -> str:
    """The report in Markdown."""
    own = table[table["speech"] == table["emotion"]]
    edited = own[~own["method"].isin(["source_copy"])]
    lines = [f"# Validity of the proxy on puppets, split `{split}`", ""]
    lines += [f"{own['sample_id'].nunique()} samples, {own['speaker'].nunique()} speakers, means by method:", ""]
    columns = [*PROXIES, *TRUTHS]
    lines += ["| method | " + " | ".join(f"`{c}`" for c in columns) + " |", "|---|" + "---:|" * len(columns)]
    means = own.groupby("method", sort=False)[columns].mean()
    lines += [
        f"| {method} | " + " | ".join(f"{row[c]:.3g}" for c in columns) + " |" for method, row in means.iterrows()
    ]
    lines += [
        "",
        "Spearman's correlation; `source_copy`, which scores 0 by definition, is in the methods' means only.",
        "",
    ]
    lines += ["| proxy | truth | all samples | within methods | methods' means |", "|---|---|---:|---:|---:|"]
    for proxy in PROXIES:
        for truth in TRUTHS:
            whole, inside = correlation(edited, proxy, truth), correlation_within(edited, proxy, truth)
            between = means[proxy].corr(means[truth], method="spearman")
            lines.append(f"| `{proxy}` | `{truth}` | {whole} | {inside:.2f} | {between:.2f} |")
    lines += ["", "AUC of a face with its own emotion's speech against the same face with another emotion's:", ""]
    lines += ["| method | " + " | ".join(f"`{p}`" for p in PROXIES) + " |", "|---|" + "---:|" * len(PROXIES)]
    for method, part in table.groupby("method", sort=False):
        cells = " | ".join(str(right_against_wrong(part, proxy)) for proxy in PROXIES)
        lines.append(f"| {method} | {cells} |")
    return "\n".join(lines) + "\n"
