"""Programs outside: what becomes of each sample when they end well, badly, late or half-way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from baselines.outside import EAMM, EAT
from benchmark.core.errors import MissingRequirement, UsageError
from benchmark.datasets.panels import write_manifest
from benchmark.media.video import read_clip, write_clip
from benchmark.methods.external import External
from benchmark.methods.external_process import clean_environment, run_command, tail, visible_gpus
from benchmark.results.store import read_run, read_scores
from benchmark.run.command import main
from tests.benchmark.media.made import made_clip

PROGRAM = Path(__file__).with_name("outside_program.py")
SAMPLES = ("a", "b", "c", "d")
PACKAGE = "cowsay"
"""A small pure package that this environment does not have."""


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., int]:
    """Run the program on four clips; `python` is whose, the rest are what goes wrong."""
    for name in SAMPLES:
        write_clip(tmp_path / f"{name}.mp4", made_clip(6))
    rows = [
        {"id": name, "source": f"{name}.mp4", "target": f"{name}.mp4", "emotion": "happy", "speaker": f"S{name}"}
        for name in SAMPLES
    ]
    manifest = write_manifest(tmp_path / "m.csv", rows)

    def run(*words: str, python: str = sys.executable) -> int:
        fixed = [f"method.checkout={tmp_path}", f"method.python={python}", f"method.wrapper={PROGRAM}"]
        ours = ["--method", "external", "--dataset", "clips", f"dataset.manifest={manifest}", "--metrics", "psnr"]
        return main([*ours, *fixed, "method.label=prog", f"runtime.root={tmp_path}", *words])

    return run


def table(root: Path) -> pd.DataFrame:
    """Rows of the newest run."""
    folders = sorted((root / "results" / "clips" / "test" / "prog").iterdir(), key=lambda f: f.stat().st_mtime)
    return read_scores(folders[-1]).set_index("sample_id")


def test_a_program_that_works_leaves_only_its_videos_and_its_log(start, tmp_path: Path) -> None:
    assert start() == 0
    found = table(tmp_path)
    assert found.status.tolist() == ["ok"] * 4 and (found.value == 60.0).all()
    (log,) = tmp_path.glob("cache/videos/*/jobs/*/edit.log")
    assert "sees GPU ''" in log.read_text() and not (log.parent / "output").exists()
    job = json.loads((log.parent / "edit.job.json").read_text())
    first = job["samples"][0]
    assert job["seed"] == 0 and job["device"] == "cpu" and first["emotion_label"] == "happy"
    assert "emotion" not in first, "a program learns the emotion from its cue"
    assert Path(first["identity_image"]).is_file() and len(read_clip(Path(first["source_video"])).frames) == 6


def test_a_crash_keeps_what_was_made_and_the_next_run_makes_the_rest(start, tmp_path: Path) -> None:
    assert start("method.arguments={break_at: 2}") == 1
    found = table(tmp_path)
    assert found.status.to_dict() == {"a": "ok", "b": "ok", "c": "method_crashed", "d": "method_crashed"}
    assert "exit code 1" in found.reason["c"] and "RuntimeError: the weights do not fit" in found.reason["c"]
    assert start("method.arguments={break_at: 2}") == 0, "two were left, neither the third"
    assert (table(tmp_path).status == "ok").all()


def test_half_the_videos_a_spoilt_one_and_a_refusal_have_their_rows(start, tmp_path: Path) -> None:
    assert start("method.arguments={spoil_at: 0, refuse_at: 1, stop_at: 3}") == 1
    found = table(tmp_path)
    statuses = {"a": "unreadable_video", "b": "no_face", "c": "ok", "d": "missing_video"}
    assert found.status.to_dict() == statuses
    assert "nobody there" in found.reason["b"] and "that is enough for today" in found.reason["d"]


def test_the_time_limit_ends_the_whole_group(start, tmp_path: Path) -> None:
    child = tmp_path / "child"
    limits = ("method.startup_seconds=2", "method.seconds_per_sample=0.1")
    assert start(f"method.arguments={{sleep_at: 2, child: {child}}}", *limits) == 1
    found = table(tmp_path)
    assert found.status.to_dict() == {"a": "ok", "b": "ok", "c": "time_limit", "d": "time_limit"}
    assert "was stopped after" in found.reason["d"] and "falling asleep" in found.reason["d"]
    assert ended(int(child.read_text()))


def ended(process: int) -> bool:
    """Whether a process is gone, waited for a little."""
    for _ in range(50):
        state = Path(f"/proc/{process}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
def test_an_environment_of_its_own_is_killed_crashes_and_stops_half_way(start, tmp_path: Path) -> None:
    """A real second environment with another set of packages."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]
    done = subprocess.run(install, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"pip can't install {PACKAGE} here: {done.stderr.strip().splitlines()[-1:]}")
    absent = subprocess.run([str(python), "-c", "import numpy"], capture_output=True)
    assert absent.returncode, "our packages are not visible there"

    def go(options: str, *words: str) -> dict[str, str]:
        start(f"method.arguments={{package: {PACKAGE}, {options}}}", f"method.python={python}", *words)
        return dict(table(tmp_path).status)

    late = go("sleep_at: 1, run: 1", "method.startup_seconds=4", "method.seconds_per_sample=0.1")
    assert late == {"a": "ok", "b": "time_limit", "c": "time_limit", "d": "time_limit"}
    crashed = go("break_at: 3, run: 2")
    assert crashed == {"a": "ok", "b": "ok", "c": "ok", "d": "method_crashed"}
    half = go("stop_at: 2, run: 3")
    assert half == {"a": "ok", "b": "ok", "c": "missing_video", "d": "missing_video"}
    logs = [path.read_text() for path in tmp_path.glob("cache/videos/*/jobs/*/edit.log")]
    assert len(logs) == 3 and all(f"{PACKAGE} is here: {venv}" in log and f"python {venv}" in log for log in logs)


def test_an_interrupted_benchmark_takes_up_what_the_program_had_written(tmp_path: Path, start) -> None:
    assert start("method.arguments={stop_at: 9}", "--limit", "1") == 0
    (note,) = tmp_path.glob("cache/videos/*/a.json")
    folder = note.parent
    (job,) = (folder / "jobs").iterdir()
    (job / "output").mkdir()
    write_clip(job / "output" / "a.mp4", made_clip(9))  # as if it had been killed before the harness took it
    note.unlink()
    start("method.arguments={stop_at: 9}", "--limit", "1")
    assert len(read_clip(folder / "a.mp4").frames) == 9, "what was there is not made again"


def test_a_missing_checkout_is_one_line_that_says_where_it_is_sought_and_where_to_get_it(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("EMOTION_BENCHMARK_CHECKOUTS", str(tmp_path / "programs"))
    write_clip(tmp_path / "a.mp4", made_clip(4))
    manifest = write_manifest(tmp_path / "m.csv", [{"id": "a", "source": "a.mp4", "emotion": "happy"}])
    words = ["--method", "eat", "--dataset", "clips", f"dataset.manifest={manifest}", "--metrics", "psnr"]
    assert main([*words, f"runtime.root={tmp_path}"]) == 2
    err = capsys.readouterr().err.strip().splitlines()[-1]
    assert err.startswith(f"error: missing checkout: put it at {tmp_path}/programs/EAT_code")
    assert "get it from https://github.com/yuangan/EAT_code; steps: docs/guide/methods/eat.md" in err
    here = tmp_path / "programs" / "EAMM"
    (here / ".venv" / "bin").mkdir(parents=True)
    os.symlink(sys.executable, here / ".venv" / "bin" / "python")
    assert "missing checkpoint: log/124_52000.pth.tar" in str(EAMM.missing({}))
    for name in EAMM.needs:
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).touch()
    assert "needs method.arguments.poses=DIR" in str(EAMM.missing({}))
    assert EAMM.missing({"arguments": {"poses": "poses"}}) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chekout": "x"}, "did you mean 'checkout'"),
        ({"command": "python run.py"}, "must be a list of words"),
        ({"command": ["{pyton}"]}, "did you mean 'python'"),
        ({"startup_seconds": 0}, "startup_seconds must be a number of seconds above 0"),
        ({"arguments": ["a"]}, "arguments must be a mapping"),
    ],
)
def test_a_wrong_option_is_said(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        EAT().load("cpu", options)


def test_where_things_lie_is_no_part_of_an_output_but_the_wrapper_is(tmp_path: Path) -> None:
    options = {"checkout": "x", "python": "y", "gpu": 1, "arguments": {"a": 1}, "wrapper": str(PROGRAM)}
    assert External.output_options(options) == {"arguments": {"a": 1}}
    assert PROGRAM in External.inputs(None, options)  # type: ignore[arg-type]


def test_words_reach_the_program_as_they_are_and_our_python_stays_out(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/ours")
    show = "import os, sys; print(sys.argv[1:], os.environ.get('PYTHONPATH'), sys.stdin.read() == '')"
    command = [sys.executable, "-c", show, "a b", "$HOME; ls", "*"]
    log = tmp_path / "log"
    done = run_command(command, folder=tmp_path, environment=clean_environment("cpu", None), log=log, limit=30)
    assert done.code == 0 and not done.timed_out
    assert log.read_text().strip() == "['a b', '$HOME; ls', '*'] None True"
    with pytest.raises(MissingRequirement, match="can't start"):
        run_command([str(tmp_path / "no")], folder=tmp_path, environment={}, log=log, limit=1)


def test_the_runs_device_is_one_of_the_gpus_seen_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert [visible_gpus(d, None) for d in ("cpu", "cuda", "cuda:1")] == ["", "0", "1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    assert [visible_gpus(d, None) for d in ("cuda", "cuda:1")] == ["2", "5"]
    assert visible_gpus("cpu", "7") == "7"


def test_the_tail_of_a_log_is_short_and_on_one_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\r\n" for number in range(10000)) + "\n\nTHE END\n")
    said = tail(log)
    assert said.endswith("line 9999 | THE END") and "\n" not in said and len(said) <= 603
    assert tail(tmp_path / "nothing") == ""


def test_what_it_took_and_which_checkout_stand_beside_the_run(start, tmp_path: Path) -> None:
    assert start() == 0
    (folder,) = (tmp_path / "results" / "clips" / "test" / "prog").iterdir()
    assert read_run(folder)["samples"][0]["remarks"] == {"external_seconds": 0.25}


def test_a_program_whose_helper_changed_is_another_run_and_makes_its_outputs_again(tmp_path: Path) -> None:
    """Its version is that of the wrapper's card, which nobody bumps; the helper beside the wrapper decides."""
    wrapper, helper = tmp_path / "program" / "wrapper.py", tmp_path / "program" / "helper.py"
    wrapper.parent.mkdir()
    wrapper.write_text("import helper\n\nhelper.run()\n")
    helper.write_text("import shutil\n\n\ndef run():\n    print(1)\n")
    options = {"checkout": str(tmp_path / "checkout"), "python": sys.executable, "wrapper": str(wrapper)}
    before = External.program_hash(options)
    helper.write_text("import shutil\n\n\ndef run():\n    print(2)\n")
    assert External.program_hash(options) != before
