"""Results go to a repository of the Hub and come back the same, with the real client and a hub on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub", reason="needs huggingface_hub: pip install -e '.[hub]'")

from benchmark.core.errors import UsageError
from benchmark.results.store import list_runs
from leaderboard.data import load_board
from leaderboard.sharing import parsed, shared_files
from tests.leaderboard.fake_hub import REPO, Hub, serving
from tests.made_runs import write_world

ROOT = Path(__file__).parents[2]


def call(hub: Hub, place: Path, *words: str, module: str = "leaderboard.sharing") -> subprocess.CompletedProcess[str]:
    """A command that knows the hub; in a process of its own, for the client reads its settings when imported."""
    known = {"HF_ENDPOINT": hub.endpoint, "HF_HOME": str(place / "home"), "XDG_CACHE_HOME": str(place / "xdg"),
             "HF_TOKEN": "hf_test", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_ETAG_TIMEOUT": "5"}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, env=os.environ | known, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with clips, curves, and files that are nobody's business."""
    results = write_world(tmp_path / "world")
    for run in list_runs(results).runs:
        for card in run.record["samples"][:2]:
            for clip in (card["source"], card["output"]):
                path = results.parent / str(clip)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(str(clip).encode())
    for name in ("curves/S1.json", "cache/private.mp4", "results/notes.txt", "cache/features/a/b.npz"):
        (results.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (results.parent / name).write_text("{}")
    return results.parent


def test_what_is_pushed_is_what_is_pulled(root: Path, tmp_path: Path) -> None:
    with serving() as hub:
        done = call(hub, tmp_path, "push", str(root), f"hf:{REPO}", "--direct")
        assert done.returncode == 0, done.stderr
        assert f"/datasets/{REPO}/commit/" in done.stdout
        assert sorted(hub.files) == shared_files(root)
        assert {name.split("/")[0] for name in hub.files} == {"results", "cache", "curves"}
        hub.files["cache/evil.pkl"] = hub.files["setup.py"] = b"import os"
        done = call(hub, tmp_path, "pull", f"hf:{REPO}", str(tmp_path / "out"))
        assert done.returncode == 0, done.stdout + done.stderr
    there = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {name for name in there if not name.startswith(".cache/")} == set(shared_files(root))
    for name in shared_files(root):
        assert (tmp_path / "out" / name).read_bytes() == (root / name).read_bytes()
    ours, theirs = load_board(root / "results"), load_board(tmp_path / "out" / "results")
    assert ours.rows.equals(theirs.rows) and not theirs.broken


def test_a_push_is_a_pull_request_unless_said_otherwise(root: Path, tmp_path: Path) -> None:
    with serving() as hub:
        done = call(hub, tmp_path, "push", str(root), f"hf:{REPO}")
        assert done.returncode == 0 and done.stdout.strip().endswith("/discussions/1"), done.stderr
        assert hub.proposed and not hub.files


def test_faulty_results_are_not_pushed_and_are_named_when_pulled(tmp_path: Path) -> None:
    results = write_world(tmp_path / "world")
    victim = next(results.glob("*/*/cmet/*/summary.csv"))
    victim.write_text(victim.read_text().replace("cmet", "cmot", 1))
    with serving() as hub:
        done = call(hub, tmp_path, "push", str(results.parent), f"hf:{REPO}")
        assert done.returncode == 2 and done.stderr.startswith("error: ") and "is not shared: bad " in done.stderr
        assert not any("commit" in line for line in hub.asked)
        hub.files = {
            path.relative_to(results.parent).as_posix(): path.read_bytes()
            for path in results.rglob("*") if path.is_file() and not path.name.startswith(".")
        }  # fmt: skip
        done = call(hub, tmp_path, "pull", f"hf:{REPO}", str(tmp_path / "out"))
        assert done.returncode == 1 and "bad " in done.stdout and "/cmet/" in done.stdout


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    with serving() as hub:
        for words in (("pull", "hf:org/other"), ("pull", f"hf:{REPO}"), ("push", str(tmp_path), f"hf:{REPO}")):
            done = call(hub, tmp_path, *words)
            assert done.returncode == 2 and done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, words
        done = call(hub, tmp_path, "--results", "hf:org/other", "--no-browser", module="leaderboard")
        assert done.returncode == 2 and done.stderr.startswith("error: hf:org/other can't be fetched")
        hub.files = {"results/../../escaped.json": b"{}", "results/x/run.json": b"{}"}
        call(hub, tmp_path, "pull", f"hf:{REPO}", str(tmp_path / "deep" / "out"))
    assert not list(tmp_path.rglob("escaped.json"))


def test_addresses() -> None:
    assert parsed("hf:org/name") == ("org/name", None) and parsed("hf:org/name@v1.0") == ("org/name", "v1.0")
    for bad in ("hf:name", "hf:a/../b", "hf:a/b@../c", "http://x", "hf:a/b c"):
        with pytest.raises(UsageError, match="is no address of a dataset repository"):
            parsed(bad)


def test_only_what_runs_name_is_shared(root: Path) -> None:
    names = shared_files(root)
    assert sum(name.startswith("results/") for name in names) > 9 and sum(name.endswith(".mp4") for name in names) > 4
    assert "curves/S1.json" in names
    assert not {"results/notes.txt", "cache/private.mp4", "cache/features/a/b.npz"} & set(names)
