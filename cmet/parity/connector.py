"""Checks of the cross-modal transformer: one forward pass, and the editing loop."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from benchmark.checkpoints.golden import Comparison, GoldenFolder
from benchmark.checkpoints.seeded import Seed, fill_cmet
from cmet.inference.editing import choose_frames, edit_codes
from cmet.model.transformer import Connector, ConnectorConfig
from cmet.parity.arrays import Arrays, Results, prefixes, tensors

TOLERANCE = 1e-5


@lru_cache(maxsize=1)
def seeded_connector(expression: int, speech: int, seed: Seed) -> Connector:
    """The transformer with deterministic weights, in eval mode."""
    return fill_cmet(Connector(ConnectorConfig(expression=expression, speech=speech)), seed).eval()


def connector_of(folder: GoldenFolder, parameters: dict[str, Any], arrays: Arrays, codes: str) -> Connector:
    """The transformer whose sizes fit the stored inputs."""
    expression = int(parameters.get("expression_dim") or arrays[codes].shape[-1])
    return seeded_connector(expression, int(arrays["e2v"].shape[-1]), folder.seed)


@torch.no_grad()
def check_forward(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """`out`, the three embedded streams, and blocks of the frame encoders."""
    arrays = folder.arrays(parameters["file"])
    network = connector_of(folder, parameters, arrays, "ED_neu")
    results = Results(parameters["id"], arrays)
    inputs = ("ref_emb", "e2v", "ED_neu")
    results.inputs(inputs)
    reference, vector, neutral = tensors(arrays, inputs)
    out = network(reference, vector, neutral)
    results.reshaped("out", out.direction, TOLERANCE)
    results.add("h_ref", out.reference, TOLERANCE)
    results.add("h_e2v", out.speech, TOLERANCE)
    results.add("h_neu", out.neutral, TOLERANCE)
    for name, codes in (("exp_encoder", neutral), ("ref_encoder", reference)):
        x = codes.reshape(-1, 1, codes.shape[-1])
        for index, block in enumerate(getattr(network, name)):
            x = block(x)
            results.add(f"{name}_{index}", x, TOLERANCE)
        results.reshaped(f"{name}_out", x, TOLERANCE)
    return results.finish()


@torch.no_grad()
def check_loop(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Paper-mode editing of every stored clip, and for those with a speech length the choice of frames."""
    arrays = folder.arrays(parameters["file"])
    results = Results(parameters["id"], arrays)
    clips = prefixes(arrays, ".ED_neu")
    network = connector_of(folder, parameters, arrays, f"{clips[0]}.ED_neu")
    window = int(arrays["T"])
    results.inputs(["e2v", "T"])
    (vector,) = tensors(arrays, ["e2v"])
    for clip in clips:
        (codes,) = tensors(arrays, [f"{clip}.ED_neu"])
        references: list[Tensor] = []
        chunks: list[Tensor] = []

        def predict(
            reference: Tensor, vector: Tensor, chunk: Tensor, seen: tuple[list[Tensor], ...] = (references, chunks)
        ) -> Tensor:
            seen[0].append(reference)
            seen[1].append(chunk)
            direction: Tensor = network(reference, vector, chunk).direction
            return direction

        edited = edit_codes(predict, vector, codes[0], window, "paper")
        results.inputs([f"{clip}.ED_neu", f"{clip}.lip_len", f"{clip}.pose_len"])
        results.reshaped(f"{clip}.pred_exp", edited.codes, TOLERANCE)
        results.reshaped(f"{clip}.pred_dir", edited.directions, TOLERANCE)
        results.reshaped(f"{clip}.ref", torch.cat(references), TOLERANCE)
        results.reshaped(f"{clip}.chunk", torch.cat(chunks), TOLERANCE)
        if f"{clip}.lip_len" in arrays:
            length = int(arrays[f"{clip}.lip_len"])
            frames = choose_frames(length, int(arrays[f"{clip}.pose_len"]), len(edited.codes), "paper")
            results.add(f"{clip}.lip_index", torch.arange(length), 0, "exact")
            results.add(f"{clip}.pose_index", frames.pose, 0, "exact")
            results.add(f"{clip}.exp_index", frames.expression, 0, "exact")
            results.add(f"{clip}.used_exp", edited.codes[torch.from_numpy(frames.expression)], TOLERANCE)
    return results.finish()
