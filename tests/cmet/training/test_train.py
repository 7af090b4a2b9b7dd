"""Training is seeded, goes on to the bit after an interruption, and its results load as the authors' do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.checkpoints.load import load
from benchmark.checkpoints.shipped import load_shipped
from cmet.corpus.packed import pack
from cmet.model.transformer import Connector, ConnectorConfig
from cmet.train import main
from cmet.training import checkpoints, trainer
from cmet.training.batches import Batches
from cmet.training.config import compose
from cmet.training.distributed import Processes
from cmet.training.run_config import TrainConfig
from cmet.training.step import optimiser, training_step
from cmet.training.validation import Validation
from tests.cmet.made_corpus import EMOTIONS, made_features

SMALL = (
    "network.width=16", "network.layers=1", "network.heads=2", "network.feedforward=16", "network.positions=8",
    "schedule.batch=8", "runtime.log_every=5", "runtime.save_every=10", "validation.every=10", "validation.batches=2",
)  # fmt: skip


def tiny(out: Path, *overrides: str) -> TrainConfig:
    return compose("puppets", ["data.root=unused.npz", f"out={out}", *SMALL, *overrides])


def run(config: TrainConfig) -> trainer.Trained:
    return trainer.train(config, made_features(), made_features(identities=1, seed=9), Processes(), "cpu")


def same(one: Path, two: Path) -> bool:
    a, b = checkpoints.read(one), checkpoints.read(two)
    weights = all(torch.equal(a.state_dict[key], b.state_dict[key]) for key in a.state_dict)
    average = a.average is None or all(torch.equal(a.average[key], b.average[key]) for key in a.average)  # type: ignore[index]
    moments = all(
        torch.equal(value, b.optimizer["state"][key][name])
        for key, entry in a.optimizer["state"].items()
        for name, value in entry.items()
    )
    return weights and average and moments and a.step == b.step and a.epoch == b.epoch


@pytest.mark.parametrize("rate", ["constant", "cosine"])
def test_an_interrupted_run_ends_with_the_same_bits(tmp_path: Path, rate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("schedule.steps=20", f"schedule.rate={rate}", "network.dropout=0.2")
    run(tiny(tmp_path / "whole", *options))
    whole = Batches.batch

    def killed(self: Batches, step: int) -> object:
        if step == 13:
            raise KeyboardInterrupt
        return whole(self, step)

    monkeypatch.setattr(Batches, "batch", killed)
    with pytest.raises(KeyboardInterrupt):
        run(tiny(tmp_path / "parts", *options))
    monkeypatch.undo()
    assert [path.name for path in checkpoints.listed(tmp_path / "parts")] == ["checkpoint_step000000010.pth"]
    run(tiny(tmp_path / "parts", *options))
    last = "checkpoint_step000000020.pth"
    assert same(tmp_path / "whole" / last, tmp_path / "parts" / last)
    logs = [(tmp_path / name / "log.jsonl").read_text().splitlines() for name in ("whole", "parts")]
    lines = [[json.loads(line) for line in log] for log in logs]
    for line in (*lines[0], *lines[1]):
        line.pop("steps_per_second", None)
    assert lines[0] == lines[1] and [line["step"] for line in lines[0]] == [5, 10, 10, 15, 20, 20]


def test_a_run_is_its_seed(tmp_path: Path) -> None:
    ends = {}
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        run(tiny(tmp_path / name, "schedule.steps=3", f"seed={seed}"))
        ends[name] = checkpoints.listed(tmp_path / name)[-1]
    assert same(ends["a"], ends["b"]) and not same(ends["a"], ends["c"])


def test_the_loop_takes_the_steps_of_the_paper(tmp_path: Path) -> None:
    """Three steps of the loop against three AdamW steps written out; the check of the step itself is `cmet.parity`."""
    constant = ("schedule.rate=constant", "schedule.clip=null", "schedule.average=null", "network.dropout=0.0")
    config = tiny(tmp_path, "schedule.steps=3", *constant)
    trained = run(config).network
    torch.manual_seed(0)
    features = made_features()
    sizes = ConnectorConfig(10, 16, 12, layers=1, heads=2, feedforward=16, dropout=0.0, positions=8)
    network = Connector(sizes).train()
    optimise = optimiser(network, config.schedule.learning_rate, config.schedule.weight_decay)
    batches = Batches(features, 8, 0, config.sampling)
    for step in range(3):
        parts = [torch.from_numpy(part) for part in batches.batch(step)]
        reference, neutral, emotional, direction, vector, labels = parts
        optimise.zero_grad()
        training_step(network, reference, vector, neutral, emotional, direction, labels).terms.total.backward()
        optimise.step()
    for key, value in network.state_dict().items():
        torch.testing.assert_close(trained.state_dict()[key], value, rtol=0, atol=0)


def test_it_learns_the_directions_of_identities_that_it_has_not_seen(tmp_path: Path) -> None:
    config = tiny(
        tmp_path, "schedule.steps=120", "schedule.batch=32", "schedule.learning_rate=5e-3", "network.width=32"
    )
    trained = run(config)
    assert trained.scores["cosine"] > 0.6 and trained.scores["explained"] > 0.35
    untrained = Connector(trained.network.config)
    held_out = Validation(made_features(identities=1, seed=9), config, "cpu")
    assert held_out.scores(untrained)["explained"] < 0.1


def test_validation_of_a_perfect_and_an_idle_editor(tmp_path: Path) -> None:
    config = tiny(tmp_path)
    validation = Validation(made_features(), config, "cpu")
    answers = [batch[3] for batch in validation.batches]

    class Perfect(torch.nn.Module):
        calls = 0

        def forward(self, reference: torch.Tensor, *rest: torch.Tensor) -> object:
            sign = -1.0 if self.calls % 2 else 1.0
            answer = answers[self.calls // 2] * sign
            self.calls += 1
            return trainer.Directions(answer, answer, answer, answer)

    scores = validation.scores(Perfect())
    assert scores["focal"] == 0 and scores["explained"] == 1
    assert scores["cosine"] == pytest.approx(1) and scores["inconsistency"] == pytest.approx(0, abs=1e-6)

    class Idle(torch.nn.Module):
        def forward(self, reference: torch.Tensor, *rest: torch.Tensor) -> object:
            return trainer.Directions(*[torch.zeros_like(reference)] * 4)

    assert validation.scores(Idle())["explained"] == 0


def test_the_command_trains_exports_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    features = made_features(identities=4)
    pack(features.codes, features.speech, tmp_path / "corpus.npz")
    (tmp_path / "train.txt").write_text("P00\nP01\nP02\n")
    (tmp_path / "test.txt").write_text("P03\n")
    command = ["--config", "puppets", "--data", str(tmp_path / "corpus.npz"), "--out", str(tmp_path / "run"), *SMALL]
    assert main([*command, "--steps", "10", "schedule.rate=constant"]) == 0
    assert main([*command, "--steps", "12", "--ship", str(tmp_path / "shipped"), "schedule.rate=constant"]) == 0
    assert "12 steps; validation: focal" in capsys.readouterr().out
    path = tmp_path / "shipped" / "connector.safetensors"
    shipped = load_shipped(lambda **arguments: Connector(ConnectorConfig(**arguments)), path)
    end = tmp_path / "run" / "checkpoint_step000000012.pth"
    average = checkpoints.read(end).average
    assert average is not None
    for key, value in shipped.state_dict().items():
        torch.testing.assert_close(value.float(), average[key].float(), rtol=1e-3, atol=1e-4)
    entry = json.loads((tmp_path / "shipped" / "manifest.json").read_text())["connector.safetensors"]
    assert entry["command"].startswith("python -m cmet.train --config puppets --data DIR --out DIR schedule.steps=12")
    assert str(tmp_path) not in json.dumps(entry) and entry["seed"] == 0 and -1 <= entry["scores"]["cosine"] <= 1
    load(Connector(shipped.config), end)  # as the authors' file: strict, safe, under "state_dict"
    content = torch.load(end, weights_only=True)
    assert {"state_dict", "optimizer", "global_step", "global_epoch"} <= set(content)


def test_another_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    run(tiny(tmp_path, "schedule.steps=2"))
    with pytest.raises(checkpoints.CheckpointError, match=r"holds a run with seed=0, not 1; choose another out="):
        run(tiny(tmp_path, "schedule.steps=2", "seed=1"))
    with pytest.raises(checkpoints.CheckpointError, match="holds a run on another corpus"):
        trainer.train(tiny(tmp_path, "schedule.steps=2"), made_features(seed=5), None, Processes(), "cpu")
    newest = checkpoints.listed(tmp_path)[-1]
    newest.write_bytes(newest.read_bytes()[:2000])
    with pytest.raises(checkpoints.CheckpointError, match="can't be resumed"):
        run(tiny(tmp_path, "schedule.steps=2"))


def test_only_the_last_checkpoints_stay(tmp_path: Path) -> None:
    run(tiny(tmp_path, "schedule.steps=7", "runtime.save_every=2", "runtime.keep=2"))
    assert [path.name[-7:-4] for path in checkpoints.listed(tmp_path)] == ["006", "007"]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (("schedule.precision=bfloat16",), "needs a GPU"),
        (("schedule.batch=500",), "a batch of 500 does not fit"),
        (("sampling.window=9",), "needs network.positions"),
        (("network.heads=3",), "multiple of heads"),
    ],
)
def test_what_can_not_be_trained_is_refused(tmp_path: Path, overrides: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(tiny(tmp_path, "schedule.steps=1", *overrides))


def test_a_loss_that_is_not_finite_ends_the_run_before_it_is_saved(tmp_path: Path) -> None:
    features = made_features()
    broken = {key: value * np.float32(1e30) for key, value in features.codes.items()}
    with pytest.raises(FloatingPointError, match="not finite at step 1"):
        trainer.train(
            tiny(tmp_path, "schedule.steps=1"),
            trainer.Features(broken, features.speech, EMOTIONS, features.anchor, features.member),
            None, Processes(), "cpu",
        )  # fmt: skip
    assert not checkpoints.listed(tmp_path)


def test_usage_errors_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = (
        (["--data", "x"], "out=... is missing"),
        (["--data", str(tmp_path / "none"), "--out", str(tmp_path)], "no such corpus folder"),
        (["--frobnicate"], "unknown option"),
        (["--config", "mead"], "unknown configuration"),
        (["--data", "x", "--out", "y", "--device", "tpu"], "runtime.device must be one of"),
    )
    for arguments, message in pairs:
        assert main(arguments) == 2
        error = capsys.readouterr().err
        assert message in error and error.startswith("error: ") and error.count("\n") == 1
    assert main(["--data", "x", "--out", "y", "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["schedule"]["batch"] == 128


def test_identities_are_for_training_or_validation_not_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    features = made_features()
    pack(features.codes, features.speech, tmp_path / "corpus.npz")
    (tmp_path / "test.txt").write_text("P01\n")
    command = ["--config", "puppets", "--data", str(tmp_path / "corpus.npz"), "--out", str(tmp_path / "run"), *SMALL]
    assert main(command) == 2
    assert "none for training" in capsys.readouterr().err
    (tmp_path / "train.txt").write_text("P00\nP01\n")
    assert main(command) == 2
    assert "at once: P01" in capsys.readouterr().err


def test_low_precision_changes_the_passes_by_rounding_only() -> None:
    torch.manual_seed(0)
    network = Connector(ConnectorConfig(10, 32, 12, layers=1, heads=2, feedforward=16, positions=8)).eval()
    inputs = (torch.randn(4, 5, 10), torch.randn(4, 1, 12), torch.randn(4, 5, 10))
    with torch.no_grad():
        exact, low = (trainer.Passes(network, Processes(), "cpu", kind)(*inputs) for kind in ("float32", "bfloat16"))
    for one, two in zip(exact, low, strict=True):
        assert two.dtype == torch.float32
        assert 0 < float((one - two).abs().max()) < 0.03 * float(one.abs().max())
