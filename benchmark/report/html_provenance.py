"""Failures, commands and provenance of the packet as HTML. All of it is text of others and escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from benchmark.analysis import format
from benchmark.report.failures import Failure
from benchmark.report.provenance import UNKNOWN, RunFacts, commands

HASHES = frozenset({"split sha256", "generation key", "scoring key", "commit", "run"})


def failed(found: Sequence[Failure], names: Mapping[str, str]) -> str:
    """Every missing number with its reason, alike ones together."""
    if not found:
        return "<p>None: every method has every number on every sample that the metric applies to.</p>"
    rows = ""
    for failure in found:
        samples = ", ".join(failure.samples)
        metrics = ", ".join(failure.metrics)
        rows += (
            f"<tr><td>{escape(names[failure.method])}</td><td>{len(failure.samples)}</td>"
            f'<td class="text"><b>{escape(format.status(failure.status))}</b>'
            f"<small>{escape(failure.reason)}</small></td>"
            f'<td class="text">{_folded(metrics, len(failure.metrics), "metric")}</td>'
            f'<td class="text">{_folded(samples, len(failure.samples), "sample")}</td></tr>'
        )
    titles = ("Method", "Samples", "Why", "Missing numbers", "Which samples")
    head = f"<thead><tr>{''.join(f'<th>{title}</th>' for title in titles)}</tr></thead>"
    return f'<div class="scroll"><table class="plain">{head}<tbody>{rows}</tbody></table></div>'


def reproduce(runs: Sequence[RunFacts], report: str) -> str:
    """The commands that make the runs and this page again, each run at the commit that it was made at."""
    lines: list[str] = []
    for commit in dict.fromkeys(run.facts["commit"] for run in runs):
        name, _, state = commit.partition(", ")
        lines += [
            "",
            f"# commit not recorded: {', '.join(run.method for run in runs if run.facts['commit'] == commit)}",
        ]
        if name != UNKNOWN:
            lines[-1] = f"git checkout {name}" + (
                f"   # the runs were made {state}" if state.startswith("with") else ""
            )
        lines.append("python -m pip install -c constraints.txt -e .")
        lines += commands([run for run in runs if run.facts["commit"] == commit])
    again = "\n".join(f"python -m benchmark.run --reproduce {run.place}/run.json" for run in runs)
    return (
        "<p>On one machine the same commands, code and weights give the same scores of every sample.</p>"
        f"{_code(chr(10).join(lines[1:]))}<h3>Whether a run says the same again</h3>{_code(again)}"
        f"<h3>This page</h3>{_code(report)}"
    )


def provenance(runs: Sequence[RunFacts], names: Mapping[str, str]) -> str:
    """Facts and weights of every run; what all runs share stands once."""
    shared = {
        label: value
        for label, value in (runs[0].facts if len(runs) > 1 else {}).items()
        if all(run.facts.get(label) == value for run in runs)
    }
    text = f"<h3>Shared by all runs</h3>{_facts(shared)}" if shared else ""
    for run in runs:
        own = {label: value for label, value in run.facts.items() if label not in shared}
        rows = "".join(
            f"<tr><td>{escape(w['name'])}</td><td><code>{escape(w['sha256'])}</code></td><td>{escape(w['licence'])}</td>"
            f"<td>{escape(w['belongs_to'])}</td></tr>"
            for w in run.weights
        )
        head = "<thead><tr><th>Weights</th><th>sha256</th><th>Licence</th><th>Belongs to</th></tr></thead>"
        weights = f'<div class="scroll"><table class="plain">{head}<tbody>{rows}</tbody></table></div>' if rows else ""
        warned = "".join(f'<p class="notice">{escape(sentence)}</p>' for sentence in run.warnings)
        text += (
            f"<details><summary>{escape(names[run.method])} <small>run {escape(run.run_id)}, "
            f"{format.plural(len(run.weights), 'checkpoint')}</small></summary>{warned}{_facts(own)}{weights}</details>"
        )
    return text


def _facts(facts: Mapping[str, str]) -> str:
    rows = ""
    for label, value in facts.items():
        shown = f"<code>{escape(value)}</code>" if label in HASHES else escape(value)
        rows += f"<dt>{escape(label)}</dt><dd>{shown}</dd>"
    return f"<dl>{rows}</dl>"


def _code(text: str) -> str:
    button = '<button type="button" class="copy" hidden>Copy</button>'
    return f'<div class="code">{button}<pre tabindex="0">{escape(text)}</pre></div>'


def _folded(text: str, count: int, noun: str) -> str:
    if count <= 2:
        return escape(text)
    return f"<details><summary>{format.plural(count, noun)}</summary>{escape(text)}</details>"
