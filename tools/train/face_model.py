"""Train the small EDTalk face model: `python -m tools.train.face_model --data DIR --work DIR --out cmet/puppets`.

In three stages, each of which resumes. First the encoder and its heads learn to read the motion codes of a picture, as
`tools.train.codes` defines them. Then the encoder rests and the decoder learns to reenact: a step draws a few speakers,
for each one source frame and several driving frames of other clips; the picture decoded from the source's features
and the driving frame's known codes must equal the driving frame, in L1 over a Laplacian pyramid, heavier where source
and driving frame differ (mouth, brows, eyes), and the encoder must read the same codes off both. The decoder starts
from doing nothing: no flow, and masks that let the source through. In the last stage the codes weigh ten times as
much, so that expressions are shown in full.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmark.checkpoints.shipped import ship
from benchmark.core.command_line import Parser, leave, run_command
from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.decoder import Flow, ToRGB
from cmet.edtalk.generator import Generator, Source
from cmet.edtalk.layers import EqualConv2d, FusedLeakyReLU
from tools.train.codes import EXPRESSION_CODES, LIP_CODES, POSE_CODES, CodeBook
from tools.train.conditioning import folded, normed, straighten_heads
from tools.train.frames import DATA_VERSION, FrameBank
from tools.train.loop import Schedule, SplitLoss, fit, seeded

CONFIG = GeneratorConfig(size=64, style_dim=128, width=0.125, exp_hidden=32, unused_entries=False)
SLOW = ("fineadainresblock", "dec.input", "direction")
"""Parameters that are not equalised and so learn at a tenth of the rate."""
OPEN_MASK = 4.0
"""Before the sigmoid: masks that let 98 % of the source through."""
LIFT = 1.5
"""Added to colours, so that the activation of the last colour layer is never bent at the start."""
DRIVERS = 4
"""Driving frames for each speaker of a step."""
SECOND_BANK = 0.4
"""Share of the steps whose pictures come from the bank `faces`."""
READ_BACK = (0.3, 3.0)
"""Weight of the codes that the encoder reads off the drawn picture, beside the pixels: first, and at the end."""


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
        assert isinstance(flow, Flow)
        flow.conv.weight.mul_(0.02)
        flow.bias.zero_()
        flow.bias[0, 2] = OPEN_MASK if level == 0 else 0.0
    for block in decoder.fineadainresblock:
        silence(block)
    for rgb in decoder.to_rgbs:
        assert isinstance(rgb, ToRGB)
        for parameter in rgb.conv[0].parameters():
            parameter.mul_(0.02)
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
    columns = torch.cat([rows, torch.ones(len(rows), 1)], dim=1)
    # float64: the columns are nearly dependent, and in float32 the solution moved with the memory's alignment
    solution = torch.linalg.lstsq(columns.double(), wanted.double()).solution.float()
    last = network.dec.to_rgbs[-1]
    assert isinstance(last, ToRGB)
    mix, activation = last.conv[0], last.conv[1]
    assert isinstance(mix, EqualConv2d) and isinstance(activation, FusedLeakyReLU)
    mix.weight.copy_(solution[:-1].T[:, :, None, None] / mix.scale)
    activation.bias.copy_(solution[-1].view(1, 3, 1, 1))
    last.bias.fill_(-LIFT)


@dataclass(frozen=True)
class Pictures:
    """Banks as the face model sees them, one after the other, on a device."""

    banks: Sequence[FrameBank]
    starts: Sequence[int]
    """Row of each bank's first frame."""
    images: Tensor
    """uint8 (N, size, size, 3)."""
    codes: Tensor
    """float32 (N, 36)."""

    @staticmethod
    def of(banks: Sequence[FrameBank], book: CodeBook, device: str) -> Pictures:
        """At the size of `CONFIG`."""
        images = np.concatenate([bank.small_images(CONFIG.size) for bank in banks])
        codes = np.concatenate([bank.codes(book) for bank in banks])
        starts = np.cumsum([0, *(len(bank.images) for bank in banks)])[:-1].tolist()
        return Pictures(banks, starts, torch.from_numpy(images).to(device), torch.from_numpy(codes).to(device))

    def show(self, rows: Tensor) -> Tensor:
        """The pictures of some rows, float32 (N, 3, size, size) in [-1, 1]."""
        return self.images[rows].permute(0, 3, 1, 2).float().div(127.5).sub(1.0)


def code_loss(pictures: Pictures, count: int) -> SplitLoss:
    """How far the codes of `count` pictures are from the known ones."""

    def draw(rng: np.random.Generator) -> tuple[Tensor, ...]:
        return (torch.from_numpy(np.sort(rng.integers(0, len(pictures.images), count))),)

    def terms(network: Generator, rows: Tensor) -> dict[str, Tensor]:
        own = torch.cat(network.codes(network.latent(pictures.show(rows))), dim=1).float()
        return {"total": F.smooth_l1_loss(own, pictures.codes[rows])}

    return SplitLoss(draw, terms)


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


def each(x: Tensor) -> Tensor:
    """One row for each driving frame: (N, ...) -> (N * DRIVERS, ...)."""
    return x.unsqueeze(1).expand(-1, DRIVERS, *x.shape[1:]).flatten(0, 1)


def face_loss(pictures: Pictures, read_back: float, speakers: int, fixed: Tensor | None = None) -> SplitLoss:
    """One batch's error of reenactment with known codes; the encoder is not trained.

    Beside the pixels counts, `read_back` times, what the encoder reads: from the drawn picture it should read the
    codes that it reads from the driving frame. `fixed`: the orthonormal directions, if they are not trained either.
    """

    def draw(rng: np.random.Generator) -> tuple[Tensor, ...]:
        chosen = int(rng.random() < SECOND_BANK)
        rows = pictures.banks[chosen].pairs(rng, speakers, DRIVERS)
        return tuple(torch.from_numpy(one + pictures.starts[chosen]) for one in rows)

    def terms(network: Generator, source_rows: Tensor, driver_rows: Tensor) -> dict[str, Tensor]:
        sources, drivers = pictures.show(source_rows), pictures.show(driver_rows)
        with torch.no_grad():
            latent, features = network.enc(sources)
            moved = F.avg_pool2d((drivers - each(sources)).abs().mean(1, keepdim=True), 5, 1, 2)
            weight = 1.0 + 6.0 * (moved / (moved.amax(dim=(2, 3), keepdim=True) + 1e-3))
            wanted = torch.cat(network.codes(network.latent(drivers)), dim=1).float()
        details = [each(d) for d in network.dec.details(features)]
        source = Source(each(latent), [each(f) for f in features], details)
        lip, pose, exp = pictures.codes[driver_rows].split([LIP_CODES, POSE_CODES, EXPRESSION_CODES], dim=1)
        basis = network.directions() if fixed is None else fixed
        made = network.decode(source, lip, pose, exp, basis).float()
        read = torch.cat(network.codes(network.latent(made)), dim=1).float()
        pixels, codes = pyramid_loss(made, drivers, weight), F.smooth_l1_loss(read, wanted)
        return {"total": pixels + read_back * codes, "pixels": pixels, "codes": codes}

    return SplitLoss(draw, terms)


GROUPS = {"lip": slice(0, 20), "pose": slice(20, 26), "expression": slice(26, 36)}


@torch.inference_mode()
def code_scores(network: Generator, bank: FrameBank, codes: np.ndarray) -> dict[str, float]:
    """R2 of the codes of every fourth frame of a bank, by group."""
    images, true = bank.images[::4], codes[::4]
    size = network.config.size
    parts = [network.codes(network.latent(to_tensor(images[i : i + 64], size))) for i in range(0, len(images), 64)]
    own = np.concatenate([torch.cat(part, dim=1).numpy() for part in parts])
    residual, spread = ((own - true) ** 2).sum(axis=0), ((true - true.mean(axis=0)) ** 2).sum(axis=0)
    return {f"{n}_code_r2": 1.0 - float(residual[s].sum() / spread[s].sum()) for n, s in GROUPS.items()}


@torch.inference_mode()
def measure(network: Generator, bank: FrameBank, codes: np.ndarray, seed: int = 1) -> dict[str, float]:
    """Scores on a bank of other speakers: R2 of the codes; PSNR (dB) of reenactment by known codes and of no change."""
    rng = np.random.default_rng(seed)
    made_error, copy_error = [], []
    basis = network.directions()
    for _ in range(24):
        source_rows, driver_rows = bank.pairs(rng, 1, 8)
        drivers = to_tensor(bank.images[driver_rows], network.config.size)
        sources = to_tensor(bank.images[source_rows], network.config.size)
        known = torch.from_numpy(codes[driver_rows])
        lip, pose, exp = known.split([LIP_CODES, POSE_CODES, EXPRESSION_CODES], dim=1)
        made = network.decode(network.encode(sources), lip, pose, exp, basis).clamp(-1, 1)
        made_error.append(((made - drivers) / 2).square().mean(dim=(1, 2, 3)).numpy())
        copy_error.append(((sources - drivers) / 2).square().mean(dim=(1, 2, 3)).numpy())
    scores = code_scores(network, bank, codes)
    scores["psnr_db"] = float(-10 * np.log10(np.concatenate(made_error)).mean())
    scores["psnr_of_source_copy_db"] = float(-10 * np.log10(np.concatenate(copy_error)).mean())
    return scores


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.face_model", __doc__)
    p.add_argument("--data", type=Path, required=True, help="frame bank, made by python -m tools.train.make_frames")
    p.add_argument("--work", type=Path, required=True, help="checkpoints and log; resumes from here")
    p.add_argument("--out", type=Path, required=True, help="folder of shipped weights")
    p.add_argument("--steps", type=int, nargs=3, default=[3000, 14000, 4000], help="of the three stages")
    p.add_argument("--rate", type=float, default=6e-3)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--read", type=int, default=64, help="pictures in a step of the first stage")
    p.add_argument("--speakers", type=int, default=3, help=f"in a step of the others, {DRIVERS} pictures each")
    p.add_argument("--device", default="cpu")
    p.add_argument(
        "--fixed-directions", action="store_true", help="do not train the directions: a GPU can then record a step"
    )
    p.add_argument("--threads", type=int, default=2)
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(args: argparse.Namespace) -> None:
    torch.set_num_threads(args.threads)
    bank, held_out = FrameBank.open(args.data / "train"), FrameBank.open(args.data / "test")
    book = CodeBook.fit(bank.action_units, bank.eyes)
    pictures = Pictures.of([bank, FrameBank.open(args.data / "faces")], book, args.device)
    seeded(args.seed)
    basic = Schedule(steps=0, learning_rate=args.rate, seed=args.seed, weight_decay=0.0, slow=SLOW)
    reading = replace(basic, steps=args.steps[0], bfloat16=True)
    reader = normed(straighten_heads(Generator(CONFIG))).to(args.device)
    read = fit(reader, code_loss(pictures, args.read), reading, args.work / "codes").cpu()
    assert isinstance(read, Generator)
    network = start_still(folded(read), to_tensor(bank.images[:: len(bank.images) // 24], CONFIG.size)).train()
    for part in (network.enc, network.fc, network.lip_fc, network.pose_fc, network.exp_fc):
        part.requires_grad_(False)
    fixed: Tensor | None = None
    if args.fixed_directions:
        fixed = network.directions().detach().to(args.device)
        network.direction_lipnonlip.requires_grad_(False)
        network.direction_exp.requires_grad_(False)
    # the decomposition that orthonormalises trained directions can't be relied on inside a recorded step
    drawing = replace(basic, steps=args.steps[1], learning_rate=args.rate / 2, save_every=500, bfloat16=True)
    drawing = replace(drawing, graphs=args.fixed_directions)
    expressing = replace(drawing, steps=args.steps[2], learning_rate=args.rate / 4)
    best: nn.Module = network.to(args.device)
    for name, schedule, weight in (("draw", drawing, READ_BACK[0]), ("express", expressing, READ_BACK[1])):
        best = fit(best.train(), face_loss(pictures, weight, args.speakers, fixed), schedule, args.work / name)
    best = best.cpu()
    assert isinstance(best, Generator)
    scores = measure(best, held_out, held_out.codes(book)) | {"expression_variance_held": book.explained}
    print(scores)
    steps = " ".join(map(str, args.steps))
    ship(
        best,
        args.out / "face_model.safetensors",
        arguments=asdict(CONFIG),
        command=f"python -m tools.train.face_model --steps {steps} --rate {args.rate} --seed {args.seed}"
        f" --read {args.read} --speakers {args.speakers} --device {args.device}"
        + " --fixed-directions"
        * args.fixed_directions,
        seed=args.seed,
        data_version=DATA_VERSION,
        scores=scores,
    )


if __name__ == "__main__":
    leave(main())
