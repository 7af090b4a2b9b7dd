"""YuNet: where the faces of one picture are, with five points each.

W. Wu, H. Peng, S. Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20, 2023. The
graph is `onnx/yunet_n_dynamic.onnx` of https://github.com/ShiqiYu/libfacedetection.train: input BGR 0..255 (1, 3, H, W)
with H and W multiples of 32; for each stride (8, 16, 32) `cls`, `obj`, `bbox`, `kps` of every cell, row by row.

Pictures with a longer side above 640 are scaled to 640 and padded with black at right and bottom; the result is in
pixels of the given picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.record import Checkpoint

YUNET = Checkpoint(
    name="yunet/yunet_n_dynamic.onnx",
    address="https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/"
    "0047ac24afb1a50a0c6105001c89d1b5b805dbf1/onnx/yunet_n_dynamic.onnx",
    sha256="104ee26c71d5c270ce79a6b3dced91c91013260d29a6bf18f9296c5b8c4c2b12",
    size=322906,
    licence="Apache-2.0",
    belongs_to="YuNet",
)
STRIDES = (8, 16, 32)
LONGEST_SIDE = 640
THRESHOLD = 0.5
OVERLAP = 0.3


class Detections(NamedTuple):
    """The faces of one picture, best first."""

    boxes: NDArray[np.float64]
    """float64 (K, 4): left, top, right, bottom in pixels; may reach over the picture's edge."""
    points: NDArray[np.float64]
    """float64 (K, 5, 2): eye, eye, nose tip, mouth corner, mouth corner; x, y; image-left first."""
    scores: NDArray[np.float64]
    """float64 (K,), in [0, 1]."""


class YuNet:
    """The detector; one instance serves many pictures.

    Args:
        path: `yunet_n_dynamic.onnx`.
        threads: threads of onnxruntime; the result does not depend on it.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        from benchmark.media.onnx import open_session

        self._session = open_session(path, threads)

    def detect(self, picture: NDArray[np.uint8]) -> Detections:
        """Find all faces.

        Args:
            picture: uint8 (H, W, 3), RGB.

        Returns:
            The faces with a score of at least 0.5, after suppression of boxes that overlap a better one by 0.3 (IoU).
        """
        height, width = picture.shape[:2]
        scale = min(1.0, LONGEST_SIDE / max(height, width))
        small = picture
        if scale < 1.0:
            size = (round(width * scale), round(height * scale))
            small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        padded = np.zeros((-(-small.shape[0] // 32) * 32, -(-small.shape[1] // 32) * 32, 3), np.float32)
        padded[: small.shape[0], : small.shape[1]] = small[..., ::-1]
        names = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in STRIDES]
        values = self._session.run(names, {"input": padded.transpose(2, 0, 1)[None]})
        raw = dict(zip(names, values, strict=True))
        boxes, points, scores = decode(raw, padded.shape[1])
        keep = scores >= THRESHOLD
        boxes, points, scores = boxes[keep], points[keep], scores[keep]
        chosen = suppress(boxes, scores, OVERLAP)
        return Detections(boxes[chosen] / scale, points[chosen] / scale, scores[chosen])


def decode(raw: dict[str, NDArray[np.float32]], width: int) -> Detections:
    """Turn the graph's outputs into boxes, points and scores of all cells.

    Args:
        raw: `cls_8` ... `kps_32`, each (1, cells, 1 | 4 | 10), rows of cells from the top.
        width: of the padded picture, pixels.
    """
    boxes, points, scores = [], [], []
    for stride in STRIDES:
        cls, obj = raw[f"cls_{stride}"][0, :, 0], raw[f"obj_{stride}"][0, :, 0]
        bbox, kps = raw[f"bbox_{stride}"][0].astype(np.float64), raw[f"kps_{stride}"][0].astype(np.float64)
        cells = np.arange(len(cls))
        corner = np.stack([cells % (width // stride), cells // (width // stride)], axis=1)
        centre = (corner + bbox[:, :2]) * stride
        size = np.exp(bbox[:, 2:]) * stride
        boxes.append(np.concatenate([centre - size / 2, centre + size / 2], axis=1))
        points.append((kps.reshape(-1, 5, 2) + corner[:, None]) * stride)
        scores.append(np.sqrt(np.clip(cls, 0, 1).astype(np.float64) * np.clip(obj, 0, 1)))
    return Detections(np.concatenate(boxes), np.concatenate(points), np.concatenate(scores))


def suppress(boxes: NDArray[np.float64], scores: NDArray[np.float64], overlap: float) -> NDArray[np.intp]:
    """Greedy non-maximum suppression: indices of the boxes to keep, best score first, ties by their order."""
    waiting = np.argsort(-scores, kind="stable")
    chosen: list[int] = []
    while len(waiting):
        best, waiting = waiting[0], waiting[1:]
        chosen.append(int(best))
        waiting = waiting[intersection_over_union(boxes[best], boxes[waiting]) < overlap]
    return np.asarray(chosen, np.intp)


def intersection_over_union(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """IoU of a box (4,) with others (K, 4), all left, top, right, bottom."""
    shared = np.clip(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return np.asarray(shared / np.maximum(areas - shared, 1e-12))
