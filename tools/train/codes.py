"""What the small face model's motion codes mean on puppets: fixed linear functions of the known parameters.

EDTalk learns its lip, pose and expression codes from video without labels (Tan et al., ECCV 2024, sections 3.2 and
3.3). A corpus with known truth allows a shorter way to the same disentangled space: the heads are taught linear
functions of the parameters that drew the picture. Lip codes see only visemes, pose codes only the head, expression
codes only action units and eyes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.parameters import EYES, POSE, VISEMES

LIP_CODES = 20
POSE_CODES = 6
EXPRESSION_CODES = 10
POSE_UNIT = np.array([8.0, 6.0, 5.0, 0.03, 0.03, 0.05])
"""Degrees, degrees, degrees, share of the side, the same, log ratio: what one unit of a pose code is."""
EYE_WEIGHT = np.array([0.6, 0.25, 0.25])
"""Weight of blink and gaze beside action units in the expression code's principal components."""


@dataclass(frozen=True)
class CodeBook:
    """Parameters -> codes. Made from the training frames by `CodeBook.fit`."""

    lip: NDArray[np.float64]
    """(6, 20), orthonormal rows times a scale."""
    mean: NDArray[np.float64]
    """(24,) mean of action units and weighted eyes."""
    expression: NDArray[np.float64]
    """(24, 10) principal directions, each divided by one common scale."""
    explained: float
    """Share of the variance of action units and eyes that ten numbers hold, 0 to 1."""

    @staticmethod
    def fit(action_units: NDArray[np.float32], eyes: NDArray[np.float32]) -> CodeBook:
        """Principal components of the training frames; signs fixed so that the largest entry is positive."""
        values = np.concatenate([action_units, eyes * EYE_WEIGHT], axis=1).astype(np.float64)
        mean = values.mean(axis=0)
        covariance = np.cov(values - mean, rowvar=False)
        variances, directions = np.linalg.eigh(covariance)
        order = np.argsort(variances)[::-1][:EXPRESSION_CODES]
        basis = directions[:, order]
        basis = basis * np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(EXPRESSION_CODES)])
        scale = float(np.sqrt(variances[order].mean()))
        square = np.random.default_rng(20).standard_normal((LIP_CODES, len(VISEMES)))
        lip = np.linalg.qr(square)[0].T * 8.0
        explained = float(variances[order].sum() / variances.sum())
        return CodeBook(lip=lip, mean=mean, expression=basis / scale, explained=explained)

    def encode(
        self,
        action_units: NDArray[np.float32],
        visemes: NDArray[np.float32],
        pose: NDArray[np.float32],
        eyes: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Codes of frames: float32 (N, 36), columns lip 20, pose 6, expression 10."""
        if pose.shape[1] != len(POSE) or eyes.shape[1] != len(EYES):
            raise ValueError(
                f"expected (N, {len(POSE)}) pose and (N, {len(EYES)}) eyes, got {pose.shape}, {eyes.shape}"
            )
        values = np.concatenate([action_units, eyes * EYE_WEIGHT], axis=1) - self.mean
        parts = [visemes @ self.lip, pose / POSE_UNIT, values @ self.expression]
        return np.concatenate(parts, axis=1).astype(np.float32)
