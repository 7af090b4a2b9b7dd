"""The face model: keys of the released files, the basis, batches, gradients, small variants."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator, orthonormal

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "cmet"
SMALL = GeneratorConfig(size=32, style_dim=24, width=1 / 64, lip=4, pose=3, exp=5, exp_hidden=8, unused_entries=False)


@pytest.fixture
def small() -> Generator:
    torch.manual_seed(0)
    return Generator(SMALL).eval()


def images(count: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 3, 32, 32, generator=torch.Generator().manual_seed(seed)) * 2 - 1


@pytest.mark.golden
@pytest.mark.parametrize(
    ("config", "manifest"),
    [
        (GeneratorConfig(), "edtalk/manifest.json"),
        (GeneratorConfig(exp=0), "manifests_other/edtalk_lip_pose.json"),
    ],
)
def test_keys_and_shapes_are_those_of_the_released_file(config: GeneratorConfig, manifest: str) -> None:
    if not (REFERENCE / manifest).is_file():
        pytest.skip(f"no reference data at {REFERENCE / manifest}")
    stored = json.loads((REFERENCE / manifest).read_text())["keys"]
    with torch.device("meta"):  # keys and shapes need no memory
        network = Generator(config)
    own = {key: (list(value.shape), str(value.dtype)) for key, value in network.state_dict().items()}
    expected = {key: (entry["shape"], f"torch.{entry['dtype']}") for key, entry in stored.items()}
    assert own == expected
    assert list(own) == list(expected)
    parameters = {key for key, _ in network.named_parameters()}
    assert parameters == {key for key, entry in stored.items() if entry["kind"] == "parameter"}


def test_the_basis_is_orthonormal_and_spans_the_directions(small: Generator) -> None:
    basis = small.directions().double()
    torch.testing.assert_close(basis.T @ basis, torch.eye(12, dtype=torch.float64), atol=1e-6, rtol=0)
    weight = torch.cat([small.direction_lipnonlip.weight, small.direction_exp.weight], dim=1).double()
    torch.testing.assert_close(basis @ (basis.T @ weight), weight, atol=1e-5, rtol=1e-5)


def test_the_basis_has_the_signs_of_householders_method() -> None:
    """Column j of R's diagonal gets the sign opposite to the element it is reflected from (Golub & Van Loan, 5.1)."""
    a = np.random.default_rng(1).standard_normal((9, 4))
    basis = orthonormal(torch.from_numpy(a)).numpy()
    remaining = a + 1e-8
    for j in range(4):
        column = remaining[j:, j].copy()
        sign = -np.sign(column[0])
        mirror = column.copy()
        mirror[0] -= sign * np.linalg.norm(column)
        mirror /= np.linalg.norm(mirror)
        remaining[j:] -= 2 * np.outer(mirror, mirror @ remaining[j:])
    np.testing.assert_allclose(basis.T @ (a + 1e-8), remaining[:4], atol=1e-10)


def test_expression_directions_do_not_move_the_others() -> None:
    a = torch.randn(20, 9, dtype=torch.float64)
    torch.testing.assert_close(orthonormal(a)[:, :6], orthonormal(a[:, :6]))


def test_codes_are_affine_functions_of_the_latent(small: Generator) -> None:
    a, b = torch.randn(2, 1, 24)
    middle = small.codes((a + b) / 2)
    for code, of_a, of_b in zip(middle, small.codes(a), small.codes(b), strict=True):
        torch.testing.assert_close(code, (of_a + of_b) / 2, atol=1e-5, rtol=1e-4)
    assert [code.shape[1] for code in middle] == [4, 3, 5]


@torch.no_grad()
def test_frames_drawn_together_equal_frames_drawn_alone(small: Generator) -> None:
    source, basis = small.encode(images(1)), small.directions()
    codes = small.codes(small.latent(images(6, seed=1)))
    together = small.decode(source, *codes, basis)
    for i in range(6):
        alone = small.decode(source, codes.lip[i : i + 1], codes.pose[i : i + 1], codes.exp[i : i + 1], basis)
        torch.testing.assert_close(together[i : i + 1], alone, atol=1e-4, rtol=1e-4)
    assert together.shape == (6, 3, 32, 32)


@torch.no_grad()
def test_a_held_code_equals_its_repetition(small: Generator) -> None:
    source, basis = small.encode(images(1)), small.directions()
    lip, pose, exp = small.codes(small.latent(images(4, seed=1)))
    held = small.decode(source, lip, pose[:1], exp[:1], basis)
    repeated = small.decode(source, lip, pose[:1].expand(4, -1), exp[:1].expand(4, -1), basis)
    torch.testing.assert_close(held, repeated, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_prepared_expression_equals_decoding_at_once(small: Generator) -> None:
    source, basis = small.encode(images(1)), small.directions()
    lip, pose, exp = small.codes(small.latent(images(3, seed=1)))
    features = small.express(source, exp[:1], basis)
    alpha = torch.cat([lip, pose, exp[:1].expand(3, -1)], dim=1)
    drawn = small.draw(source.latent, features, alpha, basis)
    torch.testing.assert_close(drawn, small.decode(source, lip, pose, exp[:1], basis), atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_every_code_moves_the_picture(small: Generator) -> None:
    source, basis = small.encode(images(1)), small.directions()
    codes = small.codes(source.latent)
    still = small.decode(source, *codes, basis)
    for changed in ("lip", "pose", "exp"):
        moved = codes._replace(**{changed: getattr(codes, changed) + 1.0})
        assert (small.decode(source, *moved, basis) - still).abs().mean() > 1e-3, changed


def test_training_reaches_every_parameter(small: Generator) -> None:
    small.train()
    out = small(images(2), images(2, seed=1))
    assert out.shape == (2, 3, 32, 32)
    out.square().mean().backward()
    idle = [key for key, value in small.named_parameters() if value.grad is None or value.grad.abs().sum() == 0]
    assert idle == []


def test_unused_entries_change_no_picture() -> None:
    torch.manual_seed(0)
    full = Generator(GeneratorConfig(**{**vars(SMALL), "unused_entries": True})).eval()
    lean = Generator(SMALL).eval()
    state = full.state_dict()
    unused = set(state) - set(lean.state_dict())
    assert unused and all(".noise." in k or ".to_rgb1." in k or ".conv1." in k or ".norm1." in k for k in unused)
    lean.load_state_dict({key: state[key] for key in lean.state_dict()})
    with torch.no_grad():
        torch.testing.assert_close(lean(images(1), images(1, 1)), full(images(1), images(1, 1)))


def test_a_model_without_expression_draws() -> None:
    network = Generator(GeneratorConfig(**{**vars(SMALL), "exp": 0})).eval()
    with torch.no_grad():
        codes = network.codes(network.latent(images(2)))
        assert codes.exp.shape == (2, 0) and network.directions().shape == (24, 7)
        assert network(images(2), images(2, 1)).shape == (2, 3, 32, 32)


@pytest.mark.parametrize(
    "wrong", [{"size": 100}, {"size": 4}, {"lip": 0}, {"exp": -1}, {"width": 0}, {"style_dim": 10}]
)
def test_impossible_sizes_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        GeneratorConfig(**{**vars(SMALL), **wrong})
