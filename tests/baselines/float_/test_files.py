"""Files of FLOAT: the released names and shapes, strict loading, and what is said when a file is not the right one."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import pytest
import torch

from baselines.float_.config import FloatConfig
from baselines.float_.files import load_float, released_state
from baselines.float_.layout import files_of
from baselines.float_.model import Float
from benchmark.checkpoints.errors import WeightsError
from tests.baselines.float_.made_float import SIZES, parts, small_float, write_float

RELEASED = json.loads((Path(__file__).parent / "released.json").read_text())["entries"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_float(tmp_path_factory.mktemp("float"), small_float())


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "float"))


def same(one: Float, other: Float) -> bool:
    states = one.state_dict(), other.state_dict()
    return states[0].keys() == states[1].keys() and all(
        torch.equal(value, states[1][key]) for key, value in states[0].items() if not key.endswith("masked_spec_embed")
    )


def test_the_network_has_the_released_names_and_shapes() -> None:
    with torch.device("meta"):
        state = released_state(Float())
    assert {key: list(value.shape) for key, value in state.items()} == RELEASED


def test_the_released_network_has_the_published_number_of_parameters() -> None:
    """The sizes that ComfyUI-FLOAT_Optimized (doc/NETWORKS.md) counted in the released network, in thousands."""
    with torch.device("meta"):
        network = Float()
    counted = {name: sum(p.numel() for p in part.parameters()) / 1e6 for name, part in network.named_children()}
    published = {"motion_autoencoder": 45.240, "audio_encoder": 99.092, "emotion_encoder": 316.495, "fmt": 156.698}
    assert counted == pytest.approx(published, abs=6e-4)


def test_a_folder_as_released_is_loaded_whole(folder: Path) -> None:
    network = load_float(folder)
    assert same(network, small_float()) and not network.training
    assert [path.name for path in files_of(folder)] == [
        "float.pth",
        "float.json",
        "model.safetensors",
        "config.json",
        "pytorch_model.bin",
        "config.json",
    ]


def test_speech_models_may_be_in_the_main_file_and_kernels_and_mask_absent(folder: Path) -> None:
    state = released_state(small_float())
    kept = {key: value for key, value in state.items() if not key.endswith(("kernel", "alignment_mask"))}
    assert len(kept) < len(state)
    torch.save(kept, folder / "float.pth")
    for model in folder.glob("wav2vec*"):
        for path in [*model.glob("*.bin"), *model.glob("*.safetensors")]:
            path.unlink()
    assert same(load_float(folder), small_float())


def test_pytorchs_new_names_of_weight_normalisation_are_read_too(folder: Path) -> None:
    torch.save(small_float().state_dict(), folder / "float.pth")
    assert any("original0" in key for key in torch.load(folder / "float.pth", weights_only=True))
    assert same(load_float(folder), small_float())


def test_a_file_of_another_network_is_refused_with_its_keys_and_the_address(folder: Path) -> None:
    main, _ = parts(small_float())
    main["fmt.extra"] = torch.zeros(1)
    del main["fmt.decoder.linear.bias"]
    main["motion_autoencoder.dec.direction.weight"] = torch.zeros(32, 7)
    torch.save(main, folder / "float.pth")
    with pytest.raises(WeightsError) as caught:
        load_float(folder)
    assert caught.value.missing == ("fmt.decoder.linear.bias",)
    assert caught.value.unexpected == ("fmt.extra",)
    assert caught.value.reshaped == ("motion_autoencoder.dec.direction.weight",)
    for words in ("fmt.extra", "(32, 7) instead of (32, 6)", "get float.pth from https://drive.google.com/"):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("float.pth", "drive.google.com"),
        ("wav2vec2-base-960h/model.safetensors", "huggingface.co/facebook/wav2vec2-base-960h"),
        ("wav2vec-english-speech-emotion-recognition/pytorch_model.bin", "huggingface.co/r-f/"),
    ],
)
def test_a_missing_or_cut_file_is_named_with_its_address(folder: Path, path: str, address: str) -> None:
    data = (folder / path).read_bytes()
    (folder / path).write_bytes(data[: len(data) // 2])
    with pytest.raises(WeightsError, match=address):
        load_float(folder)
    (folder / path).unlink()
    with pytest.raises(WeightsError, match=address):
        load_float(folder)


def test_a_file_that_would_run_code_is_not_opened(folder: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (folder / "ran",))  # type: ignore[return-value]

    (folder / "float.pth").write_bytes(pickle.dumps({"state_dict": Trap()}, protocol=2))
    with pytest.raises(WeightsError):
        load_float(folder)
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        ("float.json", {"depth": 3}, "must be a JSON object with any of"),
        ("float.json", {"fmt_depth": 2.5}, "fmt_depth must be a number"),
        ("float.json", {"num_heads": 3}, "multiple of num_heads"),
        ("wav2vec-english-speech-emotion-recognition/config.json", {"pooling_mode": "max"}, "pool by the mean"),
        ("wav2vec-english-speech-emotion-recognition/config.json", {"id2label": {"0": "calm"}}, "says mean and calm"),
    ],
)
def test_sizes_that_do_not_fit_are_said(folder: Path, path: str, change: dict[str, object], words: str) -> None:
    values = json.loads((folder / path).read_text())
    (folder / path).write_text(json.dumps(values | change))
    with pytest.raises(WeightsError, match=words):
        load_float(folder)


def test_sizes_are_checked() -> None:
    for change in ({"num_prev_frames": 11}, {"dim_m": 0}, {"size": 48}, {"dim_h": 33}):
        with pytest.raises(ValueError):
            FloatConfig(**(SIZES | change))  # type: ignore[arg-type]
