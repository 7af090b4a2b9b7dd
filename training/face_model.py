"""Train the small EDTalk face model: `python -m training.face_model --data DIR --work DIR --out cmet/puppets`.

In four stages, each of which resumes: the encoder and its heads learn the motion codes of pictures at 64 pixels;
encoder and decoder learn to reenact at 64; the model grows by one level, whose encoder part is taught to repeat the
small encoder's features; it goes on learning at 128, where a step costs more than twice as much.

A step of reenactment draws a few speakers; for each one source frame and several driving frames of other clips. The
picture decoded from the source's features and the driving frame's codes must equal the driving frame. Losses: L1 over a
Laplacian pyramid, heavier where source and driving frame differ (mouth, brows, eyes), and the distance of the codes
from what `training.codes` says they mean. Half of the batches decode with the known codes, half with the encoder's
own, so that both serve at run time. Training starts from doing nothing: no flow, and masks that let the source through.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from training.codes import EXPRESSION_CODES, LIP_CODES, POSE_CODES, CodeBook
from training.frames import DATA_VERSION, FrameBank
from training.loop import Schedule, fit, seeded
from weights.shipped import ship

CONFIG = GeneratorConfig(size=128, style_dim=128, width=0.125, exp_hidden=32, unused_entries=False)
SMALL = replace(CONFIG, size=CONFIG.size // 2)
SLOW = ("fineadainresblock", "dec.input", "direction")
"""Parameters that are not equalised and so learn at a tenth of the rate."""
OPEN_MASK = 4.0
"""Before the sigmoid: masks that let 98 % of the source through."""
LIFT = 1.5
"""Added to colours, so that the activation of the last colour layer is never bent at the start."""
SOURCES = 4
"""Speakers in a step."""
DRIVERS = 3
"""Driving frames for each of them."""


def to_tensor(images: np.ndarray, size: int) -> Tensor:
    """uint8 (N, S, S, 3) RGB -> float32 (N, 3, size, size) in [-1, 1], averaged down by a whole factor."""
    x = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
    return x if x.shape[-1] == size else F.avg_pool2d(x, x.shape[-1] // size)


@torch.no_grad()
def start_still(network: Generator, images: Tensor) -> Generator:
    """Set the decoder so that it passes its source through before it has learned anything else; returns the network.

    No flow and open masks; expression blocks that add nothing; colours read off the warped stem features by least
    squares.

    Args:
        network: its encoder may be trained.
        images: float (N, 3, S, S) in [-1, 1], a few pictures.
    """
    decoder = network.dec
    for level, flow in enumerate(decoder.to_flows):
        flow.conv.weight.mul_(0.02)
        flow.bias.zero_()
        flow.bias[0, 2] = OPEN_MASK if level == 0 else 0.0
    for block in decoder.fineadainresblock:
        silence(block)
    for rgb in decoder.to_rgbs:
        rgb.conv[0].weight.mul_(0.02)
    read_colours(network, images)
    return network


def silence(block: nn.Module) -> None:
    """Make an expression block add nothing: a scale of 1 + gamma = 0 and a shift of 0."""
    for name, layer in block.named_modules():
        if isinstance(layer, nn.Linear) and ("gamma" in name or "beta" in name):
            layer.weight.mul_(0.1)
            layer.bias.fill_(-1.0 if "gamma" in name else 0.0)


def read_colours(network: Generator, images: Tensor) -> None:
    """Make the last colour layer repeat the source: leaky_relu(A m + b) sqrt(2) - LIFT = colour, solved for m and b."""
    features = network.enc(images)[1][-1]
    rows = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])
    wanted = (images.permute(0, 2, 3, 1).reshape(-1, 3) + LIFT) / 2**0.5
    solution = torch.linalg.lstsq(torch.cat([rows, torch.ones(len(rows), 1)], dim=1), wanted).solution
    last = network.dec.to_rgbs[-1]
    last.conv[0].weight.copy_(solution[:-1].T[:, :, None, None] / last.conv[0].scale)
    last.conv[1].bias.copy_(solution[-1].view(1, 3, 1, 1))
    last.bias.fill_(-LIFT)


def code_loss(images: np.ndarray, codes: Tensor, network: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
    """How far the codes of 32 pictures uint8 (N, S, S, 3) are from the known ones (N, 36)."""
    assert isinstance(network, Generator)
    rows = np.sort(rng.integers(0, len(images), 32))
    own = torch.cat(network.codes(network.latent(to_tensor(images[rows], images.shape[1]))), dim=1)
    return {"total": F.smooth_l1_loss(own, codes[torch.from_numpy(rows)])}


def pyramid_loss(made: Tensor, wanted: Tensor, weight: Tensor, levels: int = 4) -> Tensor:
    """Weighted L1 over a Laplacian pyramid, each level counted alike; images (N, 3, S, S), weight (N, 1, S, S)."""
    total = made.new_zeros(())
    difference = made - wanted
    for level in range(levels):
        if level < levels - 1:
            small = F.avg_pool2d(difference, 2)
            detail = difference - F.interpolate(small, scale_factor=2.0, mode="bilinear", align_corners=False)
        else:
            small, detail = difference, difference
        total = total + (detail.abs() * weight).mean() * (2.0 if level < levels - 1 else 1.0)
        difference, weight = small, F.avg_pool2d(weight, 2)
    return total


def face_loss(bank: FrameBank, codes: np.ndarray, network: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
    """One batch's losses: "total", "picture", "code" (see the module)."""
    assert isinstance(network, Generator)
    source_rows, driver_rows = bank.pairs(rng, SOURCES, DRIVERS)
    size = network.config.size
    sources, drivers = to_tensor(bank.images[source_rows], size), to_tensor(bank.images[driver_rows], size)
    truth = torch.from_numpy(codes[driver_rows])
    source_truth = torch.from_numpy(codes[source_rows])
    source = network.encode(sources)
    own = torch.cat(network.codes(network.latent(drivers)), dim=1)
    source_own = torch.cat(network.codes(source.latent), dim=1)
    chosen = truth if rng.random() < 0.5 else own
    repeat = torch.arange(SOURCES).repeat_interleave(DRIVERS)
    wide = source._replace(
        latent=source.latent[repeat],
        features=[f[repeat] for f in source.features],
        details=[d[repeat] for d in source.details],
    )
    lip, pose, exp = chosen.split([LIP_CODES, POSE_CODES, EXPRESSION_CODES], dim=1)
    made = network.decode(wide, lip, pose, exp, network.directions())
    with torch.no_grad():
        moved = F.avg_pool2d((drivers - sources[repeat]).abs().mean(1, keepdim=True), 9, 1, 4)
        weight = 1.0 + 6.0 * (moved / (moved.amax(dim=(2, 3), keepdim=True) + 1e-3))
    picture = pyramid_loss(made, drivers, weight)
    code = F.smooth_l1_loss(own, truth) + F.smooth_l1_loss(source_own, source_truth)
    return {"total": picture + 2.0 * code, "picture": picture, "code": code}


def grown(small: Generator, config: GeneratorConfig) -> Generator:
    """A generator of twice the size with all levels of `small`; stem, first block and last level are new."""
    large = Generator(config)
    state = large.state_dict()
    for name, value in small.state_dict().items():
        parts = name.split(".")
        if name.startswith("enc.net_app.convs."):
            if parts[3] == "0":
                continue
            parts[3] = str(int(parts[3]) + 1)
        state[".".join(parts)] = value
    large.load_state_dict(state)
    return large


@torch.no_grad()
def quiet_top(network: nn.Module) -> Generator:
    """Make the new last level add nothing to the picture of the level below yet; returns the network."""
    assert isinstance(network, Generator)
    network.dec.to_flows[-1].conv.weight.mul_(0.02)
    network.dec.to_flows[-1].bias.zero_()
    silence(network.dec.fineadainresblock[-1])
    network.dec.to_rgbs[-1].conv[0].weight.mul_(0.02)
    return network


def repeat_loss(small: Generator, bank: FrameBank, network: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
    """How far the grown encoder's features and latent are from the small one's."""
    assert isinstance(network, Generator)
    rows = rng.integers(0, len(bank.images), 12)
    images = to_tensor(bank.images[rows], network.config.size)
    latent, features = network.enc(images)
    with torch.no_grad():
        wanted, wanted_features = small.enc(F.avg_pool2d(images, 2))
    pairs = zip(features[: len(wanted_features)], wanted_features, strict=True)
    far = [((a - b).square().mean() / b.square().mean()) for a, b in pairs]
    total = torch.stack(far).mean() + (latent - wanted).square().mean() / wanted.square().mean()
    return {"total": total}


@torch.inference_mode()
def measure(network: Generator, bank: FrameBank, codes: np.ndarray, seed: int = 1) -> dict[str, float]:
    """Scores on a bank of other speakers: PSNR of reenactment (dB), of copying the source, and code R2 by group."""
    rng = np.random.default_rng(seed)
    made_error, copy_error, own_codes, true_codes = [], [], [], []
    basis = network.directions()
    for _ in range(24):
        source_rows, driver_rows = bank.pairs(rng, 1, 8)
        drivers = to_tensor(bank.images[driver_rows], network.config.size)
        sources = to_tensor(bank.images[source_rows], network.config.size)
        own = network.codes(network.latent(drivers))
        made = network.decode(network.encode(sources), *own, basis).clamp(-1, 1)
        made_error.append(((made - drivers) / 2).square().mean(dim=(1, 2, 3)).numpy())
        copy_error.append(((sources - drivers) / 2).square().mean(dim=(1, 2, 3)).numpy())
        own_codes.append(torch.cat(own, dim=1).numpy())
        true_codes.append(codes[driver_rows])
    own_all, true_all = np.concatenate(own_codes), np.concatenate(true_codes)
    residual = ((own_all - true_all) ** 2).sum(axis=0)
    spread = ((true_all - true_all.mean(axis=0)) ** 2).sum(axis=0)
    groups = {"lip": slice(0, 20), "pose": slice(20, 26), "expression": slice(26, 36)}
    scores = {f"{n}_code_r2": 1.0 - float(residual[s].sum() / spread[s].sum()) for n, s in groups.items()}
    scores["psnr_db"] = float(-10 * np.log10(np.concatenate(made_error)).mean())
    scores["psnr_of_source_copy_db"] = float(-10 * np.log10(np.concatenate(copy_error)).mean())
    return scores


def main(argv: Sequence[str] | None = None) -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m training.face_model", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="frame bank, made by python -m training.make_frames")
    parser.add_argument("--work", type=Path, required=True, help="checkpoints and log; resumes from here")
    parser.add_argument("--out", type=Path, required=True, help="folder of shipped weights")
    parser.add_argument("--steps", type=int, nargs=4, default=[1500, 3500, 250, 1500], help="of the four stages")
    parser.add_argument("--rate", type=float, default=6e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    bank, held_out = FrameBank.open(args.data / "train"), FrameBank.open(args.data / "test")
    book = CodeBook.fit(bank.action_units, bank.eyes)
    codes = bank.codes(book)
    seeded(args.seed)
    basic = Schedule(steps=0, learning_rate=args.rate, seed=args.seed, weight_decay=0.0, slow=SLOW)
    small: nn.Module = Generator(SMALL)
    known, pictures = torch.from_numpy(codes), bank.small_images(SMALL.size)
    stages = [replace(basic, steps=steps) for steps in args.steps]
    small = fit(small, lambda n, rng: code_loss(pictures, known, n, rng), stages[0], args.work / "codes").train()
    assert isinstance(small, Generator)
    few = bank.images[:: len(bank.images) // 24]
    small = start_still(small, to_tensor(few, SMALL.size))
    small = fit(small, lambda n, rng: face_loss(bank, codes, n, rng), stages[1], args.work / "small")
    assert isinstance(small, Generator)
    print("at 64 pixels:", measure(small, held_out, held_out.codes(book)), flush=True)
    taught = fit(grown(small, CONFIG), lambda n, rng: repeat_loss(small, bank, n, rng), stages[2], args.work / "grown")
    large = quiet_top(taught.train())
    last = replace(stages[3], learning_rate=args.rate / 3)
    best = fit(large, lambda n, rng: face_loss(bank, codes, n, rng), last, args.work / "large")
    assert isinstance(best, Generator)
    scores = measure(best, held_out, held_out.codes(book)) | {"expression_variance_held": book.explained}
    print(scores)
    steps = " ".join(map(str, args.steps))
    ship(
        best,
        args.out / "face_model.safetensors",
        arguments=asdict(CONFIG),
        command=f"python -m training.face_model --steps {steps} --rate {args.rate} --seed {args.seed}",
        seed=args.seed,
        data_version=DATA_VERSION,
        scores=scores,
    )


if __name__ == "__main__":
    main()
