"""Every configuration composes; what can't be used is refused in one line that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.core.errors import UsageError
from cmet.training.config import CONF, compose, names

NEEDED = ["data.root=corpus", "out=run"]


@pytest.mark.parametrize("name", names())
def test_every_configuration_composes(name: str) -> None:
    config = compose(name, NEEDED)
    assert config.data.root == Path("corpus") and config.out == Path("run") and config.ship is None


def test_the_papers_values_stand_in_train() -> None:
    config = compose("train", NEEDED)
    schedule = config.schedule
    assert (schedule.learning_rate, schedule.weight_decay, schedule.batch, schedule.steps) == (1e-4, 1e-5, 128, 200000)
    assert (schedule.rate, schedule.clip, schedule.average, schedule.contrast) == ("constant", None, None, "paper")
    assert (config.sampling.window, config.sampling.count, config.sampling.vectors) == (5, 10, "raw")
    assert config.sampling.neutral_source == "level_1" and config.data.rule == "mead"
    assert (config.network.width, config.network.layers, config.network.heads) == (1024, 4, 4)
    assert (config.validation.every, config.validation.batches, config.runtime.save_every) == (5000, 25, 5000)


def test_overrides_reach_their_fields() -> None:
    config = compose("puppets", [*NEEDED, "schedule.batch=32", "data.emotions=[happy,neutral]", "schedule.clip=null"])
    assert config.schedule.batch == 32 and config.schedule.clip is None
    assert config.data.emotions == ("happy", "neutral")
    assert compose("puppets", [*NEEDED, "data.emotions=happy, neutral"]).data.emotions == ("happy", "neutral")
    assert compose("train", [*NEEDED, "runtime.threads=null", "ship="]).ship is None


@pytest.mark.parametrize("text", ["a b: c", "2024_05_01", "010", "12:30:45", "run #3", "1e3", "null", '"a"', "[a"])
def test_paths_and_names_are_taken_as_they_are_typed(text: str) -> None:
    config = compose("train", [f"data.root={text}", "out=run", f"ship={text}", f"data.version={text}"])
    assert (config.data.root, config.ship, config.data.version) == (Path(text), Path(text), text)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("schedule.bach=3", "unknown option 'schedule.bach'; did you mean 'schedule.batch'"),
        ("schedule.batch=many", "schedule.batch must be a whole number, got 'many'"),
        ("schedule.batch=1", "schedule.batch must be at least 2"),
        ("schedule.rate=linear", "schedule.rate must be one of constant, cosine"),
        ("schedule.average=1.5", "schedule.average must be between 0 and 1"),
        ("sampling.vectors=short", "sampling.vectors must be one of raw, unit"),
        ("network.dropout=1", r"network.dropout must be in \[0, 1\)"),
        ("runtime.tensorboard=perhaps", "runtime.tensorboard must be true or false"),
        ("data.emotions=[1,2]", "data.emotions must be a list of names"),
        ("data.emotions=[", "data.emotions: not YAML"),
        ("schedule.batch=[", r"schedule.batch must be a whole number, got '\['"),
        ("schedule.batch=1_0", "schedule.batch must be a whole number, got '1_0'"),
        ("schedule.batch=12:30", "schedule.batch must be a whole number, got '12:30'"),
        ("network.dropout=nan", "network.dropout must be a number, got 'nan'"),
        ("--steps", "neither a flag nor key=value"),
    ],
)
def test_what_can_not_be_used_is_named(override: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        compose("train", [*NEEDED, override])
    assert "\n" not in str(caught.value)


def test_mandatory_values_are_asked_for() -> None:
    with pytest.raises(UsageError, match="data.root=... is missing"):
        compose("train", ["out=run"])
    with pytest.raises(UsageError, match="unknown configuration 'mead'; known: puppets, train"):
        compose("mead", NEEDED)


def test_what_only_changes_the_machine_is_no_part_of_the_numbers() -> None:
    one = compose("train", NEEDED)
    two = compose("train", ["data.root=other", "out=there", "runtime.keep=9", "validation.every=7", "schedule.steps=9"])
    assert one.numbers() == two.numbers()
    assert compose("train", [*NEEDED, "seed=1"]).numbers() != one.numbers()
    cosine = [compose("train", [*NEEDED, "schedule.rate=cosine", f"schedule.steps={n}"]).numbers() for n in (8, 9)]
    assert cosine[0] != cosine[1]


def test_every_file_is_a_configuration() -> None:
    assert names() == sorted(path.stem for path in CONF.iterdir()) == ["puppets", "train"]
