"""The examples in the pages run as they are printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import types
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pandas as pd
import pytest

import benchmark.config.compose
import benchmark.core.registry
from benchmark.datasets.panels import write_manifest
from benchmark.extractors import EXTRACTORS
from benchmark.media.video import read_clip, write_clip
from benchmark.methods.base import METHODS
from benchmark.metrics import METRICS
from benchmark.protocols import metrics_by_quantity
from benchmark.protocols.page import render
from benchmark.results.store import read_scores
from benchmark.run.command import main
from tests.benchmark.media.made import made_clip
from tests.registries import registries_kept

DOCS = Path(__file__).parents[2] / "docs"
IMPORT = "from benchmark.metrics.base import index_by_name"
LINES = 40


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    """The page's code of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)


def install(page: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make the page's Python block a module, and its entry points those of an installed package; returns the code."""
    (code,), (project,) = blocks(page, "python"), blocks(page, "toml")
    groups: dict[str, dict[str, str]] = tomllib.loads(project)["project"]["entry-points"]
    (name,) = {value.partition(":")[0] for entries in groups.values() for value in entries.values()}
    module = types.ModuleType(name)
    exec(compile(code, page, "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, name.partition(".")[0], types.ModuleType(name.partition(".")[0]))
    monkeypatch.setitem(sys.modules, name, module)

    def points(group: str) -> list[EntryPoint]:
        return [EntryPoint(key, value, group) for key, value in groups.get(group, {}).items()]

    monkeypatch.setattr(benchmark.core.registry, "entry_points", points)
    return code


@pytest.fixture(autouse=True)
def isolated_registries() -> Iterator[None]:
    with registries_kept():
        yield


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    write_clip(tmp_path / "a.mp4", made_clip(6))
    rows = [
        {"id": "warm", "source": "a.mp4", "target": "a.mp4", "emotion": "happy"},
        {"id": "unknown", "source": "a.mp4", "target": "a.mp4", "emotion": "contempt"},
    ]
    return write_manifest(tmp_path / "m.csv", rows)


def scores(root: Path, dataset: str, method: str) -> pd.DataFrame:
    (folder,) = (root / "results" / dataset / "test" / method).iterdir()
    return read_scores(folder).set_index("sample_id")


def test_the_page_of_the_python_api_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "leaderboard").symlink_to(DOCS.parent / "leaderboard")
    names: dict[str, object] = {}
    for block in blocks("guide/python_api.md", "python"):
        exec(compile(block, "python_api.md", "exec"), names)
    out = capsys.readouterr().out
    assert "source_copy" in out and "ground_truth" in out and "56 samples" in out and "p_holm" in out
    assert (tmp_path / "trial" / "results").is_dir()


def test_the_method_of_the_page_runs(tmp_path: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = install("extend/method.md", monkeypatch)
    assert len(code.strip().splitlines()) < LINES
    run = ["--method", "warmth", "--dataset", "clips", f"dataset.manifest={manifest}", "--metrics", "psnr"]
    assert main([*run, f"runtime.root={tmp_path}", "method.strength=30"]) == 1
    found = scores(tmp_path, "clips", "warmth")
    assert found.status.to_dict() == {"warm": "ok", "unknown": "no_label"}
    (video,) = (tmp_path / "cache" / "videos").glob("*/warm.mp4")
    change = read_clip(video).frames.mean(axis=(0, 1, 2)) - read_clip(tmp_path / "a.mp4").frames.mean(axis=(0, 1, 2))
    assert change[0] > 10 > -10 > change[2]
    assert main([*run, "method.weakness=1"]) == 2


def test_the_configuration_of_the_page_lists_the_options_of_its_method(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    install("extend/method.md", monkeypatch)
    (text,) = blocks("extend/method.md", "yaml")
    options = yaml.safe_load(text)
    assert options.pop("name") == METHODS.get("warmth").info.name and options.pop("label") is None
    METHODS.get("warmth")().load("cpu", options)


def test_a_folder_of_videos_needs_no_code(tmp_path: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = next(line for line in (DOCS / "extend/method.md").read_text().splitlines() if "--method videos" in line)
    words = command.split()
    assert words[:3] == ["python", "-m", "benchmark.run"]
    words = [word if word != "puppets" else "clips" for word in words[3:]]  # the page's corpus takes a minute to make
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outputs" / "mine").mkdir(parents=True)
    shutil.copy(tmp_path / "a.mp4", tmp_path / "outputs" / "mine" / "warm.mp4")
    assert main([*words, f"dataset.manifest={manifest}", "--metrics", "psnr", f"runtime.root={tmp_path}"]) == 1
    found = scores(tmp_path, "clips", "mine")
    assert found.status.to_dict() == {"warm": "ok", "unknown": "missing_video"} and found.value["warm"] == 60.0


def test_a_package_of_ones_own_is_found_by_its_entry_point(tmp_path: Path, manifest: Path) -> None:
    """A real installed distribution, seen by a process that knows nothing else of it."""
    (code,), (project,) = blocks("extend/method.md", "python"), blocks("extend/method.md", "toml")
    site = tmp_path / "site"
    (site / "my_lab").mkdir(parents=True)
    (site / "my_lab" / "warmth.py").write_text(code)
    info = site / "my_lab-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-lab\nVersion: 1.0\n")
    groups = tomllib.loads(project)["project"]["entry-points"]
    points = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in found.items()) for group, found in groups.items()]
    (info / "entry_points.txt").write_text("\n".join(points))
    words = ["--method", "warmth", "--dataset", "clips", f"dataset.manifest={manifest}", "--metrics", "psnr"]
    paths = os.pathsep.join([str(DOCS.parent), str(site)])
    done = subprocess.run(
        [sys.executable, "-m", "benchmark.run", *words, f"runtime.root={tmp_path}", "method.strength=30"],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert scores(tmp_path, "clips", "warmth").status.to_dict() == {"warm": "ok", "unknown": "no_label"}


def test_a_file_in_the_repository_needs_a_line_and_a_configuration(
    tmp_path: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,), (text,) = blocks("extend/method.md", "python"), blocks("extend/method.md", "yaml")
    ((name, address),) = re.findall(r'`"([\w-]+)": "(baselines[\w.]*:\w+)"`', (DOCS / "extend/method.md").read_text())
    module = types.ModuleType(address.partition(":")[0])
    exec(compile(code, "extend/method.md", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    METHODS.add(name, address)
    shutil.copytree(benchmark.config.compose.CONF, tmp_path / "conf")
    (tmp_path / "conf" / "method" / f"{name}.yaml").write_text(text)
    monkeypatch.setattr(benchmark.config.compose, "CONF", tmp_path / "conf")
    run = ["--method", name, "--dataset", "clips", f"dataset.manifest={manifest}", "--metrics", "psnr"]
    assert main([*run, f"runtime.root={tmp_path}"]) == 1
    assert scores(tmp_path, "clips", name).status["warm"] == "ok"
    assert main([*run, f"runtime.root={tmp_path}", "method.strenght=30"]) == 2, "refused before anything runs"


def test_the_metric_of_the_page_runs(tmp_path: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = install("extend/metric.md", monkeypatch)
    assert len(code.strip().splitlines()) < LINES
    run = ["--method", "source_copy", "--dataset", "clips", f"dataset.manifest={manifest}", "--metrics", "flicker"]
    assert main([*run, f"runtime.root={tmp_path}"]) == 0
    assert scores(tmp_path, "clips", "source_copy").value.tolist() == [100.0, 100.0]


def test_a_metric_in_the_repository_needs_two_places_beside_its_files(
    tmp_path: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines in the table of entries, and its name in a suite; the protocols page then has it with its facts."""
    page = "extend/metric.md"
    (code,), (offer,) = blocks(page, "python"), re.findall(r"```python-repository\n(.*?)```", text_of(page), re.DOTALL)
    ((name, address),) = re.findall(r'`"(\w+)": "(benchmark\.extractors\.\w+:\w+)"`', text_of(page))
    (line,) = re.findall(r"its name, `- (\w+)`", text_of(page))
    extractor, metric = types.ModuleType(address.partition(":")[0]), types.ModuleType("benchmark.metrics.flicker")
    for module, source in ((extractor, code), (metric, f"{code}\n{IMPORT}\n{offer.strip()}")):
        exec(compile(source, page, "exec"), module.__dict__)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    listed = text_of(page).partition("In the repository")[2].partition("Then\n")[0]
    assert re.findall(r"^\d\. .*?`?(benchmark/[\w/.*]+)", listed, re.MULTILINE) == [
        "benchmark/core/entries.py",
        "benchmark/config/conf/suite/*.yaml",
    ]

    EXTRACTORS.add(name, address)
    METRICS.add_module(metric.__name__)
    shutil.copytree(benchmark.config.compose.CONF, tmp_path / "conf")
    suite = tmp_path / "conf" / "suite" / "frames.yaml"
    suite.write_text(f"{suite.read_text().rstrip()}\n  - {line}\n")
    monkeypatch.setattr(benchmark.config.compose, "CONF", tmp_path / "conf")

    run = ["--method", "source_copy", "--dataset", "clips", f"dataset.manifest={manifest}", "--suite", "frames"]
    assert main([*run, f"runtime.root={tmp_path}"]) == 0
    (folder,) = (tmp_path / "results" / "clips" / "test" / "source_copy").iterdir()
    table = read_scores(folder)
    assert set(table.metric) == {"psnr", "ssim", "flicker"}
    assert table[table.metric == "flicker"].value.tolist() == [100.0, 100.0]
    (section,) = re.findall(r"### Flicker\n(.*?)\n#", render(), re.DOTALL)
    assert "| `flicker` | Flicker | % of source | lower |" in section
    assert "| reads | output, source (`brightness`) |" in section and "| frames | all |" in section
    assert metrics_by_quantity("frames-v1")["flicker"] == ("flicker",)


def test_the_dataset_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install("extend/dataset.md", monkeypatch)
    run = ["--dataset", "stage", "--method", "ground_truth", "--metrics", "psnr", f"runtime.root={tmp_path}"]
    assert main([*run, f"dataset.root={tmp_path / 'stage'}"]) == 2
    for actor in ("ada", "ben"):
        folder = tmp_path / "stage" / actor
        folder.mkdir(parents=True)
        for emotion in ("neutral", "happy", "sad"):
            for said in ("01", "02"):
                write_clip(folder / f"{emotion}_{said}.mp4", made_clip(4))
    assert main([*run, f"dataset.root={tmp_path / 'stage'}"]) == 0
    found = scores(tmp_path, "stage", "ground_truth")
    assert len(found) == 8 and set(found.speaker) == {"ada", "ben"} and (found.value == 60.0).all()
