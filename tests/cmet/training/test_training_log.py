"""The log keeps what is true after a resumption, and means are means."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch

from cmet.training.log import Meter, TrainingLog


def lines(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_lines_of_work_that_is_done_again_are_dropped(tmp_path: Path) -> None:
    log = TrainingLog(tmp_path, 0)
    for step in (5, 10, 15):
        log.write("train", step, {"total": step / 3})
    with log.path.open("a") as file:
        file.write('{"kind": "train", "st')  # as an interruption leaves it
    again = TrainingLog(tmp_path, 10)
    assert [line["step"] for line in lines(tmp_path)] == [5, 10]
    again.write("validation", 15, {"cosine": 0.25})
    assert lines(tmp_path)[1:] == [
        {"kind": "train", "step": 10, "total": 3.33333},
        {"kind": "validation", "step": 15, "cosine": 0.25},
    ]


def test_tensorboard_receives_the_same_values(tmp_path: Path) -> None:
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator", reason="needs tensorboard")
    log = TrainingLog(tmp_path, 0, tensorboard=True)
    for step in (1, 2):
        log.write("train", step, {"total": step / 4})
    log.close()
    found = reader.EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert [(event.step, event.value) for event in found.Scalars("train/total")] == [(1, 0.25), (2, 0.5)]


def test_without_tensorboard_the_error_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ImportError, match=r"pip install -e '.\[tensorboard\]'"):
        TrainingLog(tmp_path, 0, tensorboard=True)


def test_the_meter_takes_means_and_starts_anew() -> None:
    meter = Meter()
    for value in (1.0, 2.0, 6.0):
        meter.add({"total": torch.tensor(value, requires_grad=True)})
    assert meter.take()["total"] == 3.0
    meter.add({"total": torch.tensor(5.0)})
    assert meter.take()["total"] == 5.0
