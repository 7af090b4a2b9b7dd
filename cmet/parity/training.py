"""Checks of training: losses with their gradients, optimiser steps, and the sampler."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmark.checkpoints.golden import Comparison, GoldenError, GoldenFolder
from benchmark.checkpoints.seeded import fill_cmet
from cmet.corpus.sampler import build_window
from cmet.model.transformer import Connector, ConnectorConfig
from cmet.parity.arrays import Arrays, Results, prefixes, tensors
from cmet.training import losses
from cmet.training.step import optimiser, training_step

LOSS = 1e-5
GRADIENT = 1e-6
STEP = 1e-3
"""AdamW's first steps follow the sign of tiny gradients, so rounding moves the losses after them."""
FIRST_OUTPUT = 3e-5
EMOTIONS = ("angry", "contempt", "disgusted", "fear", "happy", "neutral", "sad", "surprised")


def check_losses(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Every term of the objective on stored predictions, its gradients, and the alternative and logged losses."""
    arrays = folder.arrays(parameters["file"])
    results = Results(parameters["id"], arrays)
    names = ("emo_hat", "emo_hat_flipped", "ED_neu_hat", "ED_emo_hat", "e2v_hat", "e2v_hat_flipped", "emo_dir")
    results.inputs([*(f"in.{name}" for name in names), "in.emo_label"])
    given = dict(zip(names, tensors(arrays, [f"in.{name}" for name in names]), strict=True))
    labels = torch.from_numpy(arrays["in.emo_label"])
    for name in names[:-1]:
        given[name].requires_grad_()
    target = given["emo_dir"]
    p, q = given["emo_hat"].reshape(target.shape), given["emo_hat_flipped"].reshape(target.shape)
    neutral, emotional = given["ED_neu_hat"], given["ED_emo_hat"]
    terms = losses.objective(p, q, target, neutral, emotional, given["e2v_hat"], given["e2v_hat_flipped"], labels)
    terms.total.backward()

    for name, value in {
        "MSE_loss": terms.focal,
        "Cnt_v2a_loss": terms.visual_to_audio,
        "Cnt_a2v_loss": terms.audio_to_visual,
        "Cnt_loss": terms.contrastive,
        "Dir_loss": terms.opposite,
        "loss": terms.total,
    }.items():
        results.add(name, value, LOSS, "relative")
    for name in arrays:
        kind, columns = (
            (found.group(1), found.group(2)) if (found := re.match(r"(gradnorm|grad)(\d*)\.", name)) else ("", "")
        )
        if not kind:
            continue
        gradient = given[name.split(".", 1)[1]].grad
        assert gradient is not None
        results.add(
            name, gradient.norm() if kind == "gradnorm" else gradient[..., : int(columns or 0) or None], GRADIENT
        )
    for name, value in other_losses(p.detach(), q.detach(), target, labels).items():
        results.add(name, value, LOSS, "relative")
    return results.finish()


def other_losses(p: Tensor, q: Tensor, target: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """The optional and the logged losses; p, q, target (B, T, n)."""
    rows, flipped_rows, targets = p.flatten(0, 1), q.flatten(0, 1), target.flatten(0, 1)
    weights = losses.label_weights(labels, target.shape[1])
    return {
        "focal_forward": losses.focal_error(p, target),
        "focal_flipped": losses.focal_error(q, -target),
        "focal_tanh": losses.focal_error(p, target, "tanh"),
        "mse": losses.weighted_error(rows, targets),
        "wmse": losses.weighted_error(rows, targets, weights),
        "bmse": losses.balanced_error(rows, targets),
        "eval_EC": losses.inconsistency(rows, targets, weights) + losses.inconsistency(flipped_rows, -targets, weights),
        "eval_Vel": losses.velocity_error(p, target),
        "dir_weighted": losses.opposite(rows, flipped_rows, weights),
    }


def check_train_step(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Optimiser steps on a stored batch without dropout: losses, first gradients, last weights."""
    arrays = folder.arrays(parameters["file"])
    results = Results(parameters["id"], arrays)
    names = ("ED_ref", "e2v", "ED_neu", "ED_emo", "emo_dir")
    results.inputs([*(f"in.{name}" for name in names), "in.emo_label", "grad_keys", "bn_keys"])
    reference, vector, neutral, emotional, target = tensors(arrays, [f"in.{name}" for name in names])
    labels = torch.from_numpy(arrays["in.emo_label"])
    config = ConnectorConfig(expression=int(target.shape[-1]), speech=int(vector.shape[-1]), dropout=0.0)
    network = fill_cmet(Connector(config), folder.seed).train()
    optimise = optimiser(network)
    history: dict[str, list[float]] = {name: [] for name in ("MSE_loss", "Cnt_loss", "Dir_loss", "loss")}
    for step in range(len(arrays["step.loss"])):
        optimise.zero_grad()
        outcome = training_step(network, reference, vector, neutral, emotional, target, labels)
        outcome.terms.total.backward()
        terms = outcome.terms
        for name, value in zip(history, (terms.focal, terms.contrastive, terms.opposite, terms.total), strict=True):
            history[name].append(value.item())
        if step == 0:
            compare_first_step(results, arrays, network, outcome.forward.direction, outcome.flipped.direction)
        optimise.step()
    for name, values in history.items():
        results.add(f"step.{name}", np.array(values), STEP, "relative")
    if "final.paramnorm" in arrays:
        parameters_by_name = dict(network.named_parameters())
        norms = [parameters_by_name[str(key)].norm().item() for key in arrays["grad_keys"]]
        results.add("final.paramnorm", np.array(norms), STEP, "relative")
    return results.finish()


def compare_first_step(results: Results, arrays: Arrays, network: Connector, forward: Tensor, flipped: Tensor) -> None:
    """Outputs, gradient norms and batch-norm statistics of the first step."""
    results.reshaped("step0.emo_hat", forward.detach(), FIRST_OUTPUT)
    results.reshaped("step0.emo_hat_flipped", flipped.detach(), FIRST_OUTPUT)
    gradients = {key: parameter.grad for key, parameter in network.named_parameters()}
    if "step0.gradnorm" in arrays:
        want = np.array(arrays["step0.gradnorm"])
        got = np.array(
            [float(found.norm()) if (found := gradients[str(key)]) is not None else 0.0 for key in arrays["grad_keys"]]
        )
        # A convolution bias in front of a batch norm has zero gradient: what is stored is rounding.
        idle = np.array([str(key).endswith("conv_block.0.bias") for key in arrays["grad_keys"]])
        results.add("step0.gradnorm", np.where(idle, want, got), STEP, "relative")
    buffers = dict(network.named_buffers())
    if "step0.bn_mean_of_buffer" in arrays:
        means = [float(buffers[str(key)].double().mean()) for key in arrays["bn_keys"]]
        results.add("step0.bn_mean_of_buffer", np.array(means), LOSS)
    counter = next(value for key, value in buffers.items() if key.endswith("num_batches_tracked"))
    results.add("step0.num_batches_tracked", counter, 0, "exact")


def check_training_sampler(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Window, reference and target from stored clips; the label from the list of files, where there is one."""
    arrays = folder.arrays(parameters["file"])
    results = Results(parameters["id"], arrays)
    path = PurePosixPath(parameters["file"])
    try:
        files = folder.json(str(path.with_name(f"{path.stem}_files.json")))
    except GoldenError:
        files = {}
    for case in prefixes(arrays, ".start"):
        window = len(arrays[f"{case}.ED_neu"])
        sides = []
        for side in ("clips1", "clips2"):
            results.inputs([f"{case}.{side}", f"{case}.{side}_len"])
            sides.append(np.split(arrays[f"{case}.{side}"], np.cumsum(arrays[f"{case}.{side}_len"])[:-1]))
        results.inputs([f"{case}.start"])
        built = build_window(sides[0], sides[1], int(arrays[f"{case}.start"]), window)
        for name, value in zip(("ED_ref", "ED_neu", "ED_emo", "emo_dir"), built, strict=True):
            results.add(f"{case}.{name}", value, GRADIENT)
        if case in files:
            emotion = str(files[case]["emotion_2_files"][0]).split("/")[0]
            results.add(f"{case}.label", np.full((window, 1), EMOTIONS.index(emotion)), 0, "exact")
        else:
            results.inputs([f"{case}.label"])
    return results.finish()
