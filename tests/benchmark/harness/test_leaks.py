"""What counts as measured on the people seen in training."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from benchmark.datasets import DATASETS
from benchmark.harness.leaks import find_trained_speakers, leak_warnings
from benchmark.methods.base import METHODS
from benchmark.results.store import read_run
from tests.benchmark.harness.toy import ToyMethod

SPEAKERS = ["M003", "M003", "W009"]


@pytest.mark.parametrize(
    ("declared", "seen"),
    [
        ("mead", ["M003", "W009"]),
        ("MEAD/test", ["M003", "W009"]),
        ("mead/train", []),
        ("mead/M003", ["M003"]),
        ("w009", ["W009"]),
        ("crema_d", []),
        ("crema_d/M003", []),
        ("mead/M00", []),
    ],
)
def test_a_corpus_a_split_or_a_speaker_may_be_declared(declared: str, seen: list[str]) -> None:
    assert find_trained_speakers([declared, "voxceleb"], "mead", "test", SPEAKERS) == seen


def test_the_warning_counts_speakers_once_and_names_them() -> None:
    (sentence,) = leak_warnings(["mead/M003"], "mead", "test", SPEAKERS)
    assert "1 of the 2 speakers of mead/test (M003)" in sentence
    assert leak_warnings([], "mead", "test", SPEAKERS) == []
    many = [f"S{number}" for number in range(9)]
    assert "S0, S1, S2, S3, S4 and 4 more" in leak_warnings(["mead"], "mead", "test", many)[0]


@pytest.mark.parametrize("name", METHODS.names())
def test_no_registered_method_was_trained_on_the_puppets_of_a_split(name: str) -> None:
    from benchmark.puppets.cast import SECOND_TEST_IDENTITIES, TEST_IDENTITIES

    for split in DATASETS.get("puppets")().splits():
        assert not leak_warnings(
            METHODS.get(name).info.trained_on, "puppets", split, [*TEST_IDENTITIES, *SECOND_TEST_IDENTITIES]
        )


def test_the_run_and_the_terminal_carry_the_warning(run, tmp_path: Path, capsys, monkeypatch) -> None:
    said = "toy: warning: declares that it was trained on 1 of the 3 speakers of toy/test (S2)"
    assert run("--method toy --metrics toy_level") == 0
    assert said not in capsys.readouterr().out
    monkeypatch.setattr(ToyMethod, "info", dataclasses.replace(ToyMethod.info, trained_on=("toy/S2", "voxceleb")))
    assert run("--method toy --metrics toy_level") == 0
    assert said in capsys.readouterr().out
    (folder,) = (tmp_path / "root" / "results" / "toy" / "test" / "toy").iterdir()
    (sentence,) = read_run(folder)["warnings"]
    assert sentence.startswith(said.removeprefix("toy: warning: "))
