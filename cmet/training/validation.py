"""How well a connector edits identities that it has not seen: figures on fixed batches of a validation corpus."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cmet.corpus.sampler import Features
from cmet.model.transformer import Directions
from cmet.training.batches import Batches
from cmet.training.losses import focal_error, inconsistency, velocity_error
from cmet.training.run_config import TrainConfig


class Validation:
    """Fixed batches of a corpus: the same samples at every validation.

    Args:
        features: the validation corpus.
        config: its seed, sampling, batch size (at most the corpus) and number of batches count.
        device: "cpu" or "cuda".
    """

    def __init__(self, features: Features, config: TrainConfig, device: str) -> None:
        anchors = sum(map(features.anchor, features.codes))
        batches = Batches(features, max(1, min(config.schedule.batch, anchors)), config.seed, config.sampling)
        made = [batches.batch(number) for number in range(config.validation.batches)]
        self.batches = [tuple(torch.from_numpy(part).to(device) for part in batch[:5]) for batch in made]

    @torch.inference_mode()
    def scores(self, network: nn.Module) -> dict[str, float]:
        """Means over all samples, the network in eval mode meanwhile.

        Returns:
            `focal`: as the objective's, both passes. `cosine`: between predicted and true direction, 1 is best.
            `explained`: 1 - squared error / squared length of the true direction; 0 is no edit at all, 1 is best.
            `inconsistency`, `velocity_error`: as the authors log them, without class weights.
        """
        training = network.training
        network.eval()
        sums = dict.fromkeys(("focal", "cosine", "inconsistency", "velocity_error"), 0.0)
        error = length = 0.0
        for reference, neutral, emotional, target, vector in self.batches:
            forward = cast(Directions, network(reference, vector, neutral)).direction
            flipped = cast(Directions, network(-reference, -vector, emotional)).direction
            rows, flipped_rows, wanted = forward.flatten(0, 1), flipped.flatten(0, 1), target.flatten(0, 1)
            values: dict[str, Tensor] = {
                "focal": focal_error(forward, target) + focal_error(flipped, -target),
                "cosine": F.cosine_similarity(rows, wanted, dim=-1).mean(),
                "inconsistency": inconsistency(rows, wanted) + inconsistency(flipped_rows, -wanted),
                "velocity_error": velocity_error(forward, target),
            }
            for name, value in values.items():
                sums[name] += float(value) / len(self.batches)
            error += float((forward - target).square().sum())
            length += float(target.square().sum())
        network.train(training)
        return sums | {"explained": 1.0 - error / length if length > 0 else float("nan")}
