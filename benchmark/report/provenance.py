"""Where the numbers come from: commits, weights, versions, seeds, times, and the commands that make them again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmark.analysis.evidence import Evidence

UNKNOWN = "not recorded"


@dataclass(frozen=True)
class RunFacts:
    """What is known of one run."""

    method: str
    run_id: str
    place: str
    """The run's folder, as every root has it: results/<dataset>/<split>/<method>/<run_id>, quoted for a shell."""
    facts: Mapping[str, str]
    """Label -> text."""
    weights: tuple[Mapping[str, str], ...]
    """name, sha256, licence, belongs_to of each checkpoint."""
    command: str
    """One line for a shell."""
    warnings: tuple[str, ...]


def provenance(evidence: Evidence) -> list[RunFacts]:
    """Every run behind the report, in the order of its rows."""
    return [_run(entry.method, record) for entry in evidence.entries for record in entry.records]


def commands(runs: Sequence[RunFacts]) -> list[str]:
    """The commands that make the runs again, each once."""
    return list(dict.fromkeys(run.command for run in runs))


def run_commands(runs: Sequence[RunFacts]) -> str:
    """Lines for a shell that make all runs again, each at the commit that it was made at."""
    lines: list[str] = []
    for commit in dict.fromkeys(run.facts["commit"] for run in runs):
        own = [run for run in runs if run.facts["commit"] == commit]
        name, _, state = commit.partition(", ")
        if name == UNKNOWN:
            lines += ["", f"# commit not recorded: {', '.join(run.method for run in own)}"]
        else:
            note = f"   # the runs were made {state}" if state.startswith("with") else ""
            lines += ["", f"git checkout {name}{note}"]
        lines += ["python -m pip install -c constraints.txt -e .", *commands(own)]
    return "\n".join(lines[1:])


def check_commands(runs: Sequence[RunFacts]) -> str:
    """Lines for a shell that say whether the runs give the same numbers again."""
    return "\n".join(f"python -m benchmark.run --reproduce {run.place}/run.json" for run in runs)


def shared_facts(runs: Sequence[RunFacts]) -> dict[str, str]:
    """What all of several runs share."""
    first = runs[0].facts if len(runs) > 1 else {}
    return {label: value for label, value in first.items() if all(run.facts.get(label) == value for run in runs)}


def _run(method: str, record: Mapping[str, Any]) -> RunFacts:
    code, environment, timing, machine, origin = (
        record.get(name) or {} for name in ("code", "environment", "timing", "machine", "provenance")
    )
    plan, seeds = record["plan"], origin.get("seeds") or {}
    dirty = {"True": ", with uncommitted changes", "False": ", clean"}.get(str(code.get("dirty")), "")
    packages = environment.get("packages") or {}
    facts = {
        "run": record["run_id"],
        "method version": record["method"].get("version"),
        "paper": record["method"].get("paper"),
        "licence": record["method"].get("licence"),
        "trained on": ", ".join(map(str, record["method"].get("trained_on") or ())),
        "commit": f"{code['commit']}{dirty}" if code.get("commit") else None,
        "package": code.get("version"),
        "dataset": f"{record['dataset']} version {plan.get('dataset_version', UNKNOWN)}, split {record['split']}",
        "split sha256": record.get("split_sha256"),
        "samples": str(len(plan.get("samples", ()))) + (f" (limit {plan['limit']})" if plan.get("limit") else ""),
        "seeds": ", ".join(f"{name} {value}" for name, value in (seeds or {"run": plan.get("seed")}).items()),
        "options": ", ".join(f"{name}={value}" for name, value in (plan.get("method_options") or {}).items()),
        "generation key": record["fingerprints"].get("generation"),
        "scoring key": record["fingerprints"].get("scoring"),
        "protocols": "; ".join(f"{name}: {', '.join(m)}" for name, m in (origin.get("protocols") or {}).items()),
        "python": " ".join(str(environment[name]) for name in ("python", "platform") if environment.get(name)),
        "packages": ", ".join(f"{name} {version}" for name, version in packages.items() if version),
        "device": ", ".join(f"{name} {value}" for name, value in machine.items()),
        "GPU": ", ".join(f"{g.get('name')} (driver {g.get('driver')})" for g in origin.get("gpu") or ()),
        "started": timing.get("started"),
        "finished": timing.get("finished"),
        "generated": "; ".join(_who(item) for item in origin.get("generated") or ()),
        "scored": _who(origin["scored"]) if origin.get("scored") else None,
    }
    known = {label: str(value) for label, value in facts.items() if value not in (None, "")}
    weights = tuple(
        {name: str(weight.get(name) or UNKNOWN) for name in ("name", "sha256", "licence", "belongs_to")}
        for weight in record.get("weights") or ()
    )
    known.setdefault("commit", UNKNOWN)
    warnings = tuple(str(sentence) for sentence in record.get("warnings") or ())
    place = shlex.quote("/".join(("results", record["dataset"], record["split"], method, record["run_id"])))
    return RunFacts(method, str(record["run_id"]), place, known, weights, _command(record), warnings)


def _who(item: Mapping[str, Any]) -> str:
    by = f" by {item['by']}" if item.get("by") else ""
    count = f"{item['samples']} samples" if item.get("samples") is not None else ""
    commit = (
        f" at commit {str(item['commit'])[:12]}{' (changed)' if item.get('dirty') else ''}"
        if item.get("commit")
        else ""
    )
    return f"{count}{by} {item.get('at') or ''}{commit}".strip()


def _command(record: Mapping[str, Any]) -> str:
    """The command that made the run, or, where none was noted, one that makes the same plan."""
    words = (record.get("provenance") or {}).get("command")
    if isinstance(words, list) and words:
        return shlex.join(map(str, words))
    plan = record["plan"]
    method = plan.get("adapter") or record["method"]["name"]
    built = ["python", "-m", "benchmark.run", "--method", str(method)]
    built += ["--dataset", str(record["dataset"]), "--split", str(record["split"])]
    names = list(dict.fromkeys(str(card["name"]) for card in record["metrics"]))
    built += ["--metrics", ",".join(names)] if names else []
    built += ["--limit", str(plan["limit"])] if plan.get("limit") else []
    built += [f"seed={plan['seed']}"] if "seed" in plan else []
    built += [f"method.{name}={value}" for name, value in (plan.get("method_options") or {}).items()]
    return shlex.join(built)
