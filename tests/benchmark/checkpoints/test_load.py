"""Opening weights files: what fits is loaded, everything else is refused with the reason."""

from __future__ import annotations

import argparse
import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from benchmark.checkpoints.convert import main as convert
from benchmark.checkpoints.errors import WeightsError
from benchmark.checkpoints.load import load, read_state, verify
from benchmark.checkpoints.record import Checkpoint

RECORD = Checkpoint("NET.pt", "https://example.org/net", None, None, "Apache-2.0", "tests")


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def same(a: nn.Module, b: nn.Module) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


@pytest.mark.parametrize("key", ["state_dict", "gen", "audio2lip", None])
@pytest.mark.parametrize("prefix", ["", "module.", "module.module."])
def test_known_layouts_load(tmp_path: Path, key: str | None, prefix: str) -> None:
    state = {prefix + name: value for name, value in network().state_dict().items()}
    options = argparse.Namespace(lr=1e-4, name="run")
    content = {key: state, "optimizer": {"state": {}}, "args": options, "global_step": 7} if key else state
    torch.save(content, tmp_path / "net.pt")
    loaded = load(network(1), tmp_path / "net.pt")
    assert same(loaded, network())
    assert not loaded.training


def test_safetensors_load(tmp_path: Path) -> None:
    save_file(network().state_dict(), tmp_path / "net.safetensors")
    assert same(load(network(1), tmp_path / "net.safetensors"), network())


def test_a_prefix_of_another_wrapper_is_taken_off(tmp_path: Path) -> None:
    torch.save({f"base_model.{k}": v for k, v in network().state_dict().items()}, tmp_path / "net.pt")
    assert same(load(network(1), tmp_path / "net.pt", prefix="base_model."), network())


def test_foreign_weights_are_refused_with_keys_and_address(tmp_path: Path) -> None:
    torch.save({"state_dict": nn.Linear(3, 4).state_dict()}, tmp_path / "net.pt")
    with pytest.raises(WeightsError) as caught:
        load(network(), tmp_path / "net.pt", RECORD)
    error = caught.value
    assert set(error.unexpected) == {"weight", "bias"}
    assert "0.weight" in error.missing
    assert len(error.missing) == len(network().state_dict())
    assert "0.weight" in str(error) and "weight" in str(error) and "https://example.org/net" in str(error)


def test_another_shape_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    state = network().state_dict()
    state["2.weight"] = torch.zeros(5, 4)
    torch.save(state, tmp_path / "net.pt")
    target = network(1)
    with pytest.raises(WeightsError, match=r"2.weight \(5, 4\) instead of \(2, 4\)"):
        load(target, tmp_path / "net.pt")
    assert same(target, network(1))


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("part", [0, 0.3, 0.9])
def test_truncated_files_are_refused(tmp_path: Path, suffix: str, part: float) -> None:
    path = tmp_path / f"net{suffix}"
    save_file(network().state_dict(), path) if suffix == ".safetensors" else torch.save(network().state_dict(), path)
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    with pytest.raises(WeightsError, match="not a whole"):
        read_state(path)


class Trap:
    """Runs a command when it is unpickled in the unsafe way."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.witness}",)


@pytest.mark.parametrize("plain", [True, False])
def test_files_that_would_run_code_are_refused_unopened(tmp_path: Path, plain: bool) -> None:
    content, witness = {"state_dict": Trap(tmp_path / "ran")}, tmp_path / "ran"
    path = tmp_path / "net.pt"
    if plain:
        path.write_bytes(pickle.dumps(content, protocol=2))
    else:
        torch.save(content, path)
    with pytest.raises(WeightsError, match="which could be code"):
        read_state(path)
    assert not witness.exists()


def test_text_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "page.pt").write_text("<html>quota exceeded</html>")
    with pytest.raises(WeightsError, match="not a whole torch file"):
        read_state(tmp_path / "page.pt")
    with pytest.raises(WeightsError, match="no such file"):
        read_state(tmp_path / "absent.pt")


def test_a_file_without_weights_names_what_it_holds(tmp_path: Path) -> None:
    torch.save({"epoch": 3, "loss": 0.1}, tmp_path / "log.pt")
    with pytest.raises(WeightsError, match="found: epoch, loss"):
        read_state(tmp_path / "log.pt")


def test_size_and_hash_are_verified(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    path.write_bytes(b"abc")
    good = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # sha256("abc"), FIPS 180-2
    verify(path, Checkpoint("net.pt", "there", good, 3, "", ""))
    with pytest.raises(WeightsError, match="3 bytes, expected 4"):
        verify(path, Checkpoint("net.pt", "there", good, 4, "", ""))
    with pytest.raises(WeightsError, match="get net.pt from there"):
        verify(path, Checkpoint("net.pt", "there", "0" * 64, 3, "", ""))


def test_convert_writes_the_same_tensors_and_names_the_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "net.pt", tmp_path / "net.safetensors"
    torch.save({"gen": {f"module.{k}": v for k, v in network().state_dict().items()}}, source)
    assert convert([str(source), str(target)]) == 0
    assert same(load(network(1), target), network())
    with safe_open(target, "pt") as file:
        assert file.metadata()["source"] == "net.pt"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.pt", "net.safetensors"]
    assert f"{len(network().state_dict())} tensors" in capsys.readouterr().out


@pytest.mark.parametrize("output", ["net.bin", "net.safetensors"])
def test_convert_refuses_with_one_line(tmp_path: Path, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "net.pt"
    source.write_text("nothing")
    assert convert([str(source), str(tmp_path / output)]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("error: ") and printed.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.pt"]
