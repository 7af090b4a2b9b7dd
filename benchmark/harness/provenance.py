"""Who made a run, with what, and how it is made again: the part of run.json that a reviewer reads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmark.core.files import write_json
from benchmark.harness.context import RunContext

BY = "EMOTION_BENCHMARK_BY"
"""Variable that says who runs the benchmark; without it runs say null, never a guess."""
GENERATED = "generated.json"


def provenance(context: RunContext, command: Sequence[str]) -> dict[str, Any]:
    """Command, seeds, dataset, protocol versions and all options of a run that has just begun."""
    plan, config = context.plan, context.config
    protocols: dict[str, list[str]] = {}
    for metric in context.metrics:
        protocols.setdefault(metric.info.protocol, []).append(f"{metric.info.name}@{metric.info.version}")
    return {
        "command": list(command),
        "seeds": {"run": plan.seed, "dataset": plan.dataset_seed, "statistics": plan.seed},
        "dataset": {"version": plan.dataset_version, "split_sha256": plan.split_sha256},
        "protocols": {name: sorted(members) for name, members in sorted(protocols.items())},
        "options": {"method": dict(config.method.options), "dataset": dict(config.dataset.options)},
        "gpu": list_gpus(),
        "generated": [],
        "scored": None,
    }


def describe_maker(
    code: Mapping[str, Any], environment: Mapping[str, Any], samples: int | None = None
) -> dict[str, Any]:
    """One entry of who did something: name, time, commit, packages."""
    entry: dict[str, Any] = {"by": os.environ.get(BY) or None, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    entry |= {
        "commit": code.get("commit"),
        "dirty": code.get("dirty"),
        "environment": dict(environment),
        "gpu": list_gpus(),
    }
    return entry if samples is None else entry | {"samples": samples}


def remember_generation(videos: Path, entry: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Everybody who made outputs in this folder, oldest first; `entry` is added if given."""
    path = videos / GENERATED
    try:
        entries = [dict(item) for item in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        entries = []
    if entry is not None:
        entries.append(dict(entry))
        write_json(path, entries, indent=1)
    return entries


def list_gpus() -> list[dict[str, str]]:
    """Name, driver and memory of each GPU that `nvidia-smi` lists; none without it."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    try:
        query = [tool, "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
        lines = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True).stdout.splitlines()
    except (OSError, subprocess.SubprocessError):
        return []
    rows = [[cell.strip() for cell in line.split(",")] for line in lines]
    return [dict(zip(("name", "driver", "memory"), row, strict=True)) for row in rows if len(row) == 3]


def describe_gpu_use() -> list[str]:
    """How busy each GPU is, for people: "GPU 0 87 %, 31 GB"; nothing without `nvidia-smi`."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    try:
        query = [tool, "--query-gpu=index,utilization.gpu,memory.used", "--format=csv,noheader,nounits"]
        lines = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True).stdout.splitlines()
        rows = [[cell.strip() for cell in line.split(",")] for line in lines]
        return [f"GPU {index} {busy} %, {float(used) / 1024:.0f} GB" for index, busy, used in rows]
    except (OSError, ValueError, subprocess.SubprocessError):
        return []
