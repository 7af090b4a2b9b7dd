"""Parity of FLOAT with the public code: every golden array of family `float`, recomputed here.

Both sides ran the same seeded weights (`baselines.float_.files.seeded`), formula picture, formula sound and noise; only
what the public code computed is stored. A check names the sizes that it means: `{"size": 64, ...}` of FLOAT and
`speech`, of both wav2vec 2.0 models; without them the released sizes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from baselines.float_.config import SAMPLES_PER_FRAME, FloatConfig
from baselines.float_.files import seeded
from baselines.float_.model import Float
from baselines.float_.motion_autoencoder import Portrait
from baselines.float_.sampling import Sampling, guided, sample_motion
from baselines.float_.speech import audio_config, emotion_config, normalised, one_hot
from baselines.float_.vector_field import Conditions
from benchmark.checkpoints.golden import Check, Comparison, GoldenFolder
from benchmark.checkpoints.seeded import Seed
from benchmark.parity.golden.inputs import formula_image, formula_sound
from cmet.inference.editing import to_unit
from cmet.parity.arrays import Arrays, Bounds, Results, within

LATENTS = 1e-5
SPEECH = 2e-5
MOTION = 5e-5
IMAGES = Bounds((("mean", 3e-5), ("p99.9", 2e-3), ("max", 2e-2)), 3e-5)
"""Tolerance of pictures, as for EDTalk, whose decoder it is: a rounding error in a flow moves single pixels."""
FLOAT64 = 1e-10
"""Tolerance of everything that is computed in float64."""
EVERY = 16
"""Stored channels of audio features, velocities and motions."""
SPOKEN = 70 * SAMPLES_PER_FRAME - 300
"""Samples of the sound: two windows, and a last frame that is not filled."""
NOISE_SEED = 7
TIME = 0.3


class Stage:
    """The network and what all checks of one size and dtype share.

    Args:
        sizes: of FLOAT, and under `speech` of both wav2vec 2.0 models.
        dtype: float32 or float64.
        seed: of the weights.
    """

    def __init__(self, sizes: dict[str, Any], dtype: torch.dtype, seed: Seed) -> None:
        speech = {name: tuple(v) if isinstance(v, list) else v for name, v in sizes.pop("speech", {}).items()}
        network = Float(FloatConfig(**sizes), audio_config(**speech), emotion_config(**speech))
        self.network = seeded(network, seed).to(dtype)
        self.dtype = dtype
        config = self.network.config
        self.image = to_unit(formula_image("PUB", 0, config.size, config.size)[None]).to(dtype)
        self.sound = normalised(formula_sound(SPOKEN).astype(np.float32) / 32768.0).to(dtype)
        drawn = np.random.Generator(np.random.PCG64(NOISE_SEED)).standard_normal((3, config.num_frames, config.dim_w))
        self.noise = torch.from_numpy(drawn.astype(np.float32)).to(dtype)

    def within(self, tolerance: float) -> float:
        """The tolerance in this dtype."""
        return FLOAT64 if self.dtype == torch.float64 else tolerance

    @property
    def bounds(self) -> Bounds:
        """Of pictures in this dtype."""
        return within(FLOAT64) if self.dtype == torch.float64 else IMAGES

    @property
    def portrait(self) -> Portrait:
        """Of the formula picture."""
        return self.network.motion_autoencoder.encode(self.image)

    def sampled(self, audio: Tensor, emotion: Tensor, options: Sampling) -> Tensor:
        """Motion of the sound."""
        return sample_motion(
            self.network.fmt, audio, self.portrait.motion, emotion.to(self.dtype), self.noise[:2], options
        )


_kept: dict[tuple[str, torch.dtype, Seed], Stage] = {}


def stage(sizes: str, dtype: torch.dtype, seed: Seed) -> Stage:
    """The stage of sizes given as JSON. The last one is kept, and let go before another is made: they are big."""
    key = (sizes, dtype, seed)
    if key not in _kept:
        _kept.clear()
        _kept[key] = Stage(json.loads(sizes), dtype, seed)
    return _kept[key]


def check_autoencoder(stage: Stage, results: Results) -> None:
    """Latent, motion coefficients, motion, features; the picture with its own motion, and with twice the opposite."""
    portrait = stage.portrait
    results.add("latent", portrait.latent, stage.within(LATENTS))
    results.add("coefficients", stage.network.motion_autoencoder.coefficients(portrait.latent), stage.within(LATENTS))
    results.add("identity_motion", portrait.motion, stage.within(LATENTS))
    for level, feature in enumerate(portrait.features):
        results.stored(f"feature{level}", feature, within(stage.within(LATENTS)))
    both = torch.cat([portrait.motion, -2 * portrait.motion])
    results.stored("drawn", stage.network.motion_autoencoder.decode(portrait, both), stage.bounds)


def check_speech(stage: Stage, results: Results) -> None:
    """Normalised sound, audio features of every frame, logits and shares of the emotions."""
    results.add("sound", stage.sound[0, :: len(stage.sound[0]) // 500], stage.within(SPEECH))
    results.add("audio", stage.network.audio_encoder(stage.sound)[0, :, ::EVERY], stage.within(SPEECH))
    results.add("logits", stage.network.emotion_encoder.wav2vec2_for_emotion(stage.sound), stage.within(SPEECH))
    results.add("emotion", stage.network.emotion_encoder(stage.sound), stage.within(SPEECH))


def check_field(stage: Stage, results: Results) -> None:
    """The vector field at one time, plain and guided, on a window that sees another before it."""
    audio = stage.network.audio_encoder(stage.sound)
    emotion = stage.network.emotion_encoder(stage.sound)
    frames, before = stage.network.config.num_frames, stage.network.config.num_prev_frames
    previous, heard = stage.noise[2:, :before], audio[:, frames : frames + before]
    given = Conditions(audio[:, :frames], stage.portrait.motion, emotion, previous, heard)
    time = torch.tensor(TIME, dtype=stage.dtype)
    for name, options in (
        ("plain", Sampling(a_cfg_scale=1.0)),
        ("guided", Sampling(a_cfg_scale=2.0, e_cfg_scale=3.0)),
    ):
        velocity = guided(stage.network.fmt, time, stage.noise[:1], given, options)
        results.add(name, velocity[0, :, ::EVERY], stage.within(MOTION))


def check_sampling(stage: Stage, results: Results) -> None:
    """Two windows of motion with fixed noise, emotion heard and given, and pictures of the first and last frame."""
    audio = stage.network.audio_encoder(stage.sound)
    heard = stage.sampled(audio, stage.network.emotion_encoder(stage.sound), Sampling())
    results.add("heard", heard[0, :, ::EVERY], stage.within(MOTION))
    results.add(
        "happy", stage.sampled(audio, one_hot("happy"), Sampling(e_cfg_scale=5.0))[0, :, ::EVERY], stage.within(MOTION)
    )
    ends = heard[0, [0, -1]]
    results.stored("frames", stage.network.motion_autoencoder.decode(stage.portrait, ends), stage.bounds)


def _check(part: Callable[[Stage, Results], None]) -> Check:
    @torch.no_grad()
    def run(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
        arrays: Arrays = folder.arrays(parameters["file"])
        dtype = torch.float64 if parameters.get("dtype") == "float64" else torch.float32
        results = Results(parameters["id"], arrays)
        part(stage(json.dumps(parameters.get("sizes", {}), sort_keys=True), dtype, folder.seed), results)
        return results.finish()

    run.__doc__ = part.__doc__
    return run


CHECKS: dict[str, Check] = {
    "autoencoder": _check(check_autoencoder),
    "speech": _check(check_speech),
    "field": _check(check_field),
    "sampling": _check(check_sampling),
}
"""Check id of a golden index -> function."""
