"""Check of Audio2Lip: sound -> mel -> windows -> layers -> lip codes -> smoothed."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from benchmark.checkpoints.golden import Comparison, GoldenFolder
from benchmark.checkpoints.seeded import fill_cmet
from cmet.model.audio2lip import Audio2Lip
from cmet.model.mel import frame_count, mel_basis, mel_spectrogram, mel_windows, window_rows
from cmet.model.smoothing import gaussian_kernel, smooth
from cmet.parity.arrays import Results

MEL = 1e-4
LAYERS = 1e-4
CODES = 5e-5


@torch.no_grad()
def check_audio2lip(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Every stored step from samples to smoothed lip codes."""
    arrays = folder.arrays(parameters["file"])
    results = Results(parameters["id"], arrays)
    results.inputs(["pcm16", "sample_rate", "window_frames", "mel_reflect_rows"])
    audio = (arrays["pcm16"] / 32768.0).astype(np.float32)

    mel = mel_spectrogram(audio)
    frames = frame_count(len(audio))
    results.add("n_frames", np.array(frames), 0, "exact")
    results.add("mel_basis", mel_basis(), 1e-6)
    results.add("mel", mel, MEL)
    if "mel_reflect_rows" in arrays:
        results.add("mel_reflect_values", mel_spectrogram(audio, "reflect")[arrays["mel_reflect_rows"]], MEL)
    results.add("window_rows", window_rows(frames, len(mel)), 0, "exact")

    outputs = int(arrays["lip_raw"].shape[-1]) if "lip_raw" in arrays else 20
    network = fill_cmet(Audio2Lip(lip=outputs), folder.seed).eval()
    windows = torch.from_numpy(mel_windows(audio))
    if "window_frames" in arrays:
        x = windows[torch.from_numpy(arrays["window_frames"])]
        results.add("windows", x[:, 0], MEL)
        for index, block in enumerate(network.audio_encoder):
            x = block(x)
            results.add(f"layer{index}.cmean", x.mean(dim=(2, 3)), LAYERS)
            if f"layer{index}.sub" in arrays:
                stored = arrays[f"layer{index}.sub"].shape[1:]
                steps = [-(-full // part) for full, part in zip(x.shape[1:], stored, strict=True)]
                results.add(f"layer{index}.sub", x[:, :: steps[0], :: steps[1], :: steps[2]], LAYERS)
        results.add("embed", x.flatten(1), LAYERS)

    raw = network(windows)
    results.add("lip_raw", raw, CODES)
    results.add("gauss_kernel", gaussian_kernel(), 1e-6)
    results.add("lip_smooth", smooth(raw, "damp"), CODES)
    return results.finish()
