"""The command line of the speed measurement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from benchmark.speed.command import main

SMALL = ["--size", "32", "--width", "0.03125", "--frames", "2", "--batch", "2", "--device", "cpu"]


def test_it_prints_a_table_and_writes_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {kind: tmp_path / f"speed.{kind}" for kind in ("json", "markdown")}
    assert main(["generation", *SMALL, "--json", str(files["json"]), "--markdown", str(files["markdown"])]) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0].startswith("CPU") and "32 px" in lines[0] and "2 frames" in lines[0]
    assert [line.split(",")[0] for line in lines[2:7]] == ["loop", "loop", "ours", "ours", "ours"]
    assert "in float64" in lines[7]
    (report,) = json.loads(files["json"].read_text())
    rate = report["rows"][2]["frames_per_cpu_second"]
    assert f"{rate:.2f}" in lines[4]
    table = [line for line in files["markdown"].read_text().splitlines() if line.startswith("|")]
    assert len(table) == 2 + 5 and len({line.count("|") for line in table}) == 1


def test_an_unknown_measurement_is_one_line_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generatoin"]) == 2
    assert capsys.readouterr().err == "error: unknown measurement 'generatoin'; did you mean 'generation'?\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--device", "tpu"], "--device must be cpu or cuda, got 'tpu'"),
        (["--size", "100", "--device", "cpu"], "size must be a power of two"),
        (["--precision", "int8", "--device", "cpu"], "precision must be one of float32, bfloat16, float16"),
    ],
)
def test_a_wrong_option_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generation", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_asking_for_one_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generation", "--device", "cuda"]) == 2
    assert "no CUDA" in capsys.readouterr().err
