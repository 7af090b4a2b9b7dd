"""Ray and SLURM's submitit do the same work as one process; a node that is lost costs nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from benchmark.core.errors import MissingRequirement
from benchmark.harness.executors import EXECUTORS
from benchmark.harness.executors.base import ExecutorConfig
from tests.benchmark.harness.executors.worlds import ROOT, World, environment, scores, tables
from tests.patience import patient

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(patient(600))]


def test_submitit_leaves_the_files_of_one_process(puppets: World, tmp_path: Path) -> None:
    pytest.importorskip("submitit", reason="needs submitit: pip install -e '.[slurm]'")
    done = puppets.run(tmp_path, "--executor", "slurm", "executor.cluster=local", "executor.workers=2")
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path) == puppets.tables()


def test_a_job_that_dies_twice_sets_its_sample_aside(puppets: World, tmp_path: Path) -> None:
    pytest.importorskip("submitit", reason="needs submitit: pip install -e '.[slurm]'")
    words = ("--executor", "slurm", "executor.cluster=local", "executor.workers=1")
    done = puppets.run(tmp_path, *words, FAULTY_KILL=puppets.samples[2])
    assert done.returncode == 1, done.stderr
    rows = scores(tmp_path)
    assert set(rows[rows["sample_id"] == puppets.samples[2]]["status"]) == {"quarantined"}
    assert (rows[rows["sample_id"] != puppets.samples[2]]["status"] != "quarantined").all()


def test_without_slurm_it_is_said_in_one_line(puppets: World, tmp_path: Path) -> None:
    pytest.importorskip("submitit", reason="needs submitit: pip install -e '.[slurm]'")
    done = puppets.run(tmp_path, "--executor", "slurm")
    assert done.returncode == 2
    assert [t for t in done.stderr.splitlines() if t.startswith("error: ")], done.stderr
    assert "executor.cluster=local tries it here" in done.stderr


def test_ray_leaves_the_files_of_one_process(puppets: World, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs Ray: pip install -e '.[ray]'")
    done = puppets.run(tmp_path, "--executor", "ray")
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path) == puppets.tables()


TWO_NODES = textwrap.dedent(
    """
    import os, subprocess, sys, time
    import ray
    from ray.cluster_utils import Cluster
    from tests.patience import patient

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    second = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    command = sys.argv[1:]
    driver = subprocess.Popen(command, env=os.environ | {"RAY_ADDRESS": cluster.address})
    journal = os.environ["JOURNAL_ROOT"]
    until = time.monotonic() + patient(200)
    from pathlib import Path
    while time.monotonic() < until and driver.poll() is None:
        lines = [t for p in Path(journal).rglob("journal.jsonl") for t in p.read_text().splitlines() if '"end"' in t]
        if len(lines) >= 2:
            break
        time.sleep(0.1)
    assert driver.poll() is None, "it ended before the node could be killed"
    cluster.remove_node(second, allow_graceful=False)
    print("KILLED A NODE", flush=True)
    code = driver.wait(timeout=patient(300))
    cluster.shutdown()
    sys.exit(code)
    """
)


def test_two_nodes_run_one_plan_and_one_of_them_is_killed(puppets: World, tmp_path: Path) -> None:
    """Two Ray nodes of one cluster on this machine: processes and addresses of their own."""
    pytest.importorskip("ray", reason="needs Ray: pip install -e '.[ray]'")
    script = tmp_path / "two_nodes.py"
    script.write_text(TWO_NODES)
    root = tmp_path / "run"
    words = [sys.executable, str(script), *puppets.command(puppets.prepared(root), "--executor", "ray")]
    faults = environment(
        TOY_SLOW="0.7",
        JOURNAL_ROOT=str(root),
        PYTHONPATH=os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    )
    done = subprocess.run(words, cwd=ROOT, env=faults, capture_output=True, text=True, timeout=patient(500))
    assert "KILLED A NODE" in done.stdout, done.stderr[-2000:]
    assert done.returncode == 0, done.stderr[-2000:]
    assert tables(root) == puppets.tables()


def test_an_engine_that_is_not_installed_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, package in (("ray", "ray"), ("slurm", "submitit")):
        monkeypatch.setitem(sys.modules, package, None)
        executor = EXECUTORS.get(name)(ExecutorConfig(name=name))
        with pytest.raises(MissingRequirement, match=f"emotion-edit-benchmark.{name}."):
            executor.workers() if name == "ray" else executor._submitit(Path("."))  # type: ignore[attr-defined]
