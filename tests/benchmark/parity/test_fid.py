"""`parity.fid`: statistics files go in and out; the number is pytorch-fid's where that package can be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import MissingRequirement
from benchmark.formulas.frechet import Moments, frechet_distance
from benchmark.media.video import write_clip
from benchmark.parity import fid
from tests.benchmark.media.made import made_clip

ORACLE = os.environ.get("PYTORCH_FID_ORACLE", "")
needs_oracle = pytest.mark.skipif(
    not ORACLE,
    reason="PYTORCH_FID_ORACLE=DIR, made by pip install --no-deps --target DIR pytorch-fid==0.3.0 torchvision==0.28.0 "
    "lpips==0.1.4",
)
SHIM = """
import sys, torch
sys.path.insert(0, sys.argv[1])
lib = torch.library.Library("torchvision", "DEF")  # two compiled operators whose absence stops the import
for op in ("nms", "qnms"):
    lib.define(op + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
"""


def statistics(path: Path, seed: int) -> np.ndarray:
    x = np.random.default_rng(seed).standard_normal((40, 12)) * (1 + seed)
    np.savez(path, mu=x.mean(0), sigma=np.cov(x, rowvar=False))
    return x


def test_statistics_of_pytorch_fid_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x, y = statistics(tmp_path / "a.npz", 0), statistics(tmp_path / "b.npz", 1)
    assert fid.main([str(tmp_path / "a.npz"), str(tmp_path / "b.npz"), "--save", str(tmp_path / "c.npz")]) == 0
    assert float(capsys.readouterr().out.split()[-1]) == pytest.approx(frechet_distance(x, y), abs=1e-6)
    assert np.allclose(Moments.read(tmp_path / "c.npz").covariance, np.cov(x, rowvar=False))


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (["a.npz"], "give two sets"),
        (["a.npz", "nothing"], "no video and no picture"),
        (["a.npz", "other.npz"], "no statistics file"),
        (["a.npz", "small.npz"], "dimensions differ"),
        (["a.npz", "broken.npz"], "broken.npz"),
        (["a.npz", "pictures"], "get it from"),
    ],
)
def test_bad_sets_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sets: list[str], message: str
) -> None:
    monkeypatch.delenv("EMOTION_BENCHMARK_WEIGHTS", raising=False)
    statistics(tmp_path / "a.npz", 0)
    np.savez(tmp_path / "other.npz", x=np.ones(3))
    np.savez(tmp_path / "small.npz", mu=np.zeros(3), sigma=np.eye(3))
    (tmp_path / "broken.npz").write_bytes(b"x")
    write_clip(tmp_path / "pictures" / "a.mp4", made_clip(3))
    assert fid.main([str(tmp_path / name) for name in sets]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and message in error and error.count("\n") == 1


def test_without_the_package_the_backend_says_how_to_get_it(tmp_path: Path) -> None:
    statistics(tmp_path / "a.npz", 0)
    both = Moments.read(tmp_path / "a.npz")
    try:
        found = fid.distance(both, both, "pytorch-fid")
    except MissingRequirement as error:
        assert "emotion-edit-benchmark[fid]" in str(error)
    else:
        assert abs(found) < 1e-6


@needs_oracle
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_features_and_distance_are_those_of_pytorch_fid(tmp_path: Path) -> None:
    import torch

    from benchmark.extractors.inception_pool3 import InceptionFrames
    from benchmark.extractors.lazy_clip import LazyClip
    from tests.seeded_weights import seeded_weights

    clips = [tmp_path / f"{name}.mp4" for name in ("a", "b")]
    for path, start in zip(clips, (0, 9), strict=True):
        clip = made_clip(20, height=96, width=128)
        write_clip(path, type(clip)(clip.frames[start : start + 6], 25.0), crf=0)
    with seeded_weights(tmp_path, "inception/pt_inception-2015-12-05-6726825d.pth"):
        extractor = InceptionFrames()
        extractor.load("cpu", {"weights": tmp_path, "batch_size": 6})
        ours = [extractor.extract(LazyClip(path))["pool3"] for path in clips]
    frames = np.stack([LazyClip(path).clip.frames for path in clips])
    np.save(tmp_path / "frames.npy", frames)
    script = SHIM + (
        "import numpy as np, pytorch_fid.inception as I, pytorch_fid.fid_score as S\n"
        "state = torch.load(sys.argv[2], weights_only=True)\n"
        "I.load_state_dict_from_url = lambda *a, **k: state\n"
        "network = I.InceptionV3([3]).eval()\n"
        "sides = []\n"
        "for side in np.load(sys.argv[3]):\n"
        "    x = torch.from_numpy(side).permute(0, 3, 1, 2).float() / 255\n"
        "    with torch.no_grad(): sides.append(network(x)[0][..., 0, 0].double().numpy())\n"
        "m = [(s.mean(0), np.cov(s, rowvar=False)) for s in sides]\n"
        "value = S.calculate_frechet_distance(*m[0], *m[1])\n"
        "np.savez(sys.argv[4], a=sides[0], b=sides[1], value=value)\n"
    )
    weights = tmp_path / "inception/pt_inception-2015-12-05-6726825d.pth"
    command = [
        sys.executable,
        "-c",
        script,
        ORACLE,
        str(weights),
        str(tmp_path / "frames.npy"),
        str(tmp_path / "o.npz"),
    ]
    subprocess.run(command, check=True, timeout=800)
    with np.load(tmp_path / "o.npz") as theirs:
        for name, mine in zip("ab", ours, strict=True):
            difference = np.abs(theirs[name] - mine).max() / np.abs(mine).max()
            print(f"pool3 {name}: relative difference {difference:.1e}")
            assert difference < 2e-5
        exact = frechet_distance(*ours)
        print(f"FID {exact:.6f}, pytorch-fid {float(theirs['value']):.6f}")
        assert float(theirs["value"]) == pytest.approx(exact, rel=1e-4)
    assert torch.__version__


@needs_oracle
@pytest.mark.slow
def test_lpips_is_that_of_the_package(tmp_path: Path) -> None:
    import torch

    from benchmark.networks.lpips import Lpips
    from tests.seeded_weights import seeded_weights

    names = ("lpips/alexnet-owt-7be5be79.pth", "lpips/alex.pth")
    a, b = (torch.rand(3, 3, 128, 128, generator=torch.Generator().manual_seed(s)) * 2 - 1 for s in (0, 1))
    torch.save((a, b), tmp_path / "pictures.pt")
    with seeded_weights(tmp_path, *names):
        trunk, layers = (torch.load(tmp_path / name, weights_only=True) for name in names)
    network = Lpips().eval()
    network.trunk.load_state_dict({k: v for k, v in trunk.items() if k.startswith("features.")})
    network.layers.load_state_dict(layers)
    script = SHIM + (
        "import lpips\n"
        "trunk, layers = (torch.load(p, weights_only=True) for p in sys.argv[2:4])\n"
        "m = lpips.LPIPS(net='alex', version='0.1', pnet_rand=True, pretrained=False, verbose=False).eval()\n"
        "own = m.net.state_dict()\n"
        "trunk = {k.split('features.')[1]: v for k, v in trunk.items() if k.startswith('features.')}\n"
        "m.net.load_state_dict({k: trunk[k.split('.', 1)[1]] for k in own})\n"
        "for i in range(5): m.lins[i].load_state_dict({'model.1.weight': layers[f'lin{i}.model.1.weight']})\n"
        "a, b = torch.load(sys.argv[4], weights_only=True)\n"
        "with torch.no_grad(): torch.save(m(a, b).flatten(), sys.argv[5])\n"
    )
    paths = [str(tmp_path / name) for name in (*names, "pictures.pt", "out.pt")]
    subprocess.run([sys.executable, "-c", script, ORACLE, *paths], check=True, timeout=250)
    theirs = torch.load(tmp_path / "out.pt", weights_only=True)
    with torch.no_grad():
        ours = network(a, b)
    difference = ((ours - theirs).abs().max() / theirs.abs().max()).item()
    print(f"LPIPS: relative difference {difference:.1e}")
    assert difference < 1e-5
