"""The cache is listed, verified against its hashes and pruned; what is damaged is made again, never used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmark.cache.command import main, size_of, size_text
from benchmark.core.errors import UsageError
from benchmark.harness.cache import USED, hold_folders, list_parts, prune
from benchmark.harness.workspace import Workspace
from benchmark.run.command import main as run
from tests.benchmark.harness import toy
from tests.registries import registries_kept

METRICS = "toy_level,toy_change"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with registries_kept():
        toy.register()
        root = tmp_path_factory.mktemp("root")
        assert do(root) == 0
        yield root


def do(root: Path, *more: str) -> int:
    words = ["--method", "toy", "--dataset", "toy", "--metrics", METRICS, "statistics.n_resamples=20"]
    return run([*words, f"runtime.root={root}", *more])


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "root")
    return tmp_path / "root"


def tables(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(root.rglob("scores.parquet"))]


def test_parts_are_listed_with_their_sizes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ls", "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert "videos/" in said and "features/brightness-" in said and "2 parts, " in said
    assert {part.kind for part in list_parts(Workspace(root))} == {"videos", "features"}
    assert all((part.folder / USED).exists() for part in list_parts(Workspace(root)))


def test_damage_is_found_and_made_again(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tables(root)
    assert main(["verify", "--root", str(root)]) == 0
    video = sorted((root / "cache" / "videos").rglob("*.mp4"))[0]
    data = bytearray(video.read_bytes())
    data[len(data) // 2] ^= 1
    times = video.stat()
    video.write_bytes(bytes(data))
    os.utime(video, ns=(times.st_atime_ns, times.st_mtime_ns))  # a disk's fault leaves the time as it is
    feature = sorted((root / "cache" / "features").rglob("*.npz"))[0]
    raw = bytearray(feature.read_bytes())
    raw[-200] ^= 255
    feature.write_bytes(bytes(raw))
    capsys.readouterr()
    assert main(["verify", "--root", str(root)]) == 1
    said = capsys.readouterr().out
    assert f"{video}: its hash is not the one noted" in said and "2 damaged files" in said
    assert do(root) == 0 and tables(root) == before  # never used, made again
    assert main(["verify", "--root", str(root)]) == 0
    feature.write_bytes(b"")
    assert main(["verify", "--remove", "--root", str(root)]) == 1 and not feature.exists()


def test_the_least_recently_used_parts_go_first_and_those_in_use_stay(root: Path) -> None:
    workspace = Workspace(root)
    old = next(part for part in list_parts(workspace) if part.kind == "videos")
    assert do(root, "seed=1") == 0
    new = next(part for part in list_parts(workspace) if part.kind == "videos" and part.name != old.name)
    assert new.use > old.use > 0
    os.utime(old.folder / USED, (4e9, 4e9))  # a clock that was wrong changes no order
    total = sum(part.bytes for part in list_parts(workspace))
    gone = prune(workspace, total - 1)
    assert [part.name for part in gone] == [old.name] and new.folder.is_dir()
    with hold_folders(workspace, [new.folder]):
        assert [part.kind for part in prune(workspace, 0)] == ["features"] and new.folder.is_dir()
    assert main(["prune", "--root", str(root), "--limit", "0"]) == 0
    assert not list_parts(workspace)
    assert do(root) == 0


def test_a_run_that_was_killed_holds_nothing(root: Path) -> None:
    workspace = Workspace(root)
    folder = next(part.folder for part in list_parts(workspace) if part.kind == "videos")
    code = (
        "import sys; from pathlib import Path; from benchmark.harness.cache import hold_folders\n"
        "from benchmark.harness.workspace import Workspace\n"
        "with hold_folders(Workspace(Path(sys.argv[1])), [Path(sys.argv[2])]):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(root), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    prune(workspace, 0)
    assert folder.is_dir()
    holder.kill()
    holder.communicate()
    prune(workspace, 0)
    assert not folder.exists()


def test_runs_and_pruning_at_once_never_meet_in_one_folder(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    folder = workspace.cache / "videos" / "a"
    stop, held = threading.Event(), 0

    def prune_all() -> None:
        while not stop.is_set():
            prune(workspace, 0)

    with ThreadPoolExecutor(2) as pool:
        pruning = [pool.submit(prune_all) for _ in range(2)]
        until = time.monotonic() + 2.0
        try:
            while time.monotonic() < until:
                with hold_folders(workspace, [folder]):
                    (folder / "one.mp4").write_bytes(b"x")
                    time.sleep(0.001)
                    assert (folder / "one.mp4").exists()
                    held += 1
        finally:
            stop.set()
        for one in pruning:
            one.result()
    assert held > 20


def test_a_runs_limit_spares_what_it_uses(root: Path) -> None:
    old = next(part for part in list_parts(Workspace(root)) if part.kind == "videos")
    assert do(root, "seed=2", "runtime.cache_limit=0.000001") == 0
    assert not old.folder.exists() and [part.kind for part in list_parts(Workspace(root))].count("videos") == 1


def test_sizes_are_read_and_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert [size_of(text) for text in ("500M", "20 GB", "1000", "1.5k")] == [500_000_000, 20_000_000_000, 1000, 1500]
    assert [size_text(count) for count in (12, 1500, 20_000_000_000)] == ["12 B", "1.5 kB", "20.0 GB"]
    with pytest.raises(UsageError, match="such as 500M or 20G, got 'much'"):
        size_of("much")
    assert main(["prune", "--root", str(tmp_path)]) == 2 and "needs --limit" in capsys.readouterr().err
    assert main(["ls", "--root", str(tmp_path)]) == 0 and "the cache is empty" in capsys.readouterr().out
    assert main(["ls", "--root", str(tmp_path / "no")]) == 2
