"""The similarity transform against its own definition and scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.transform import SimilarityTransform

from benchmark.media.errors import MediaError
from benchmark.media.similarity import aligned, apply, similarity


@pytest.mark.parametrize("seed", range(5))
def test_a_known_transform_is_found_again(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(5, 2)) * 40 + 100
    angle, scale, shift = rng.uniform(-3, 3), rng.uniform(0.2, 4), rng.normal(size=2) * 50
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = scale * points @ turn.T + shift
    matrix = similarity(points, moved)
    assert np.allclose(matrix[:, :2], scale * turn) and np.allclose(matrix[:, 2], shift)
    assert np.allclose(apply(matrix, points), moved)


@pytest.mark.parametrize("seed", range(5))
def test_noisy_points_agree_with_scikit_image(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(6, 2)) * 30, rng.normal(size=(6, 2)) * 30
    oracle = SimilarityTransform.from_estimate(a, b)
    assert np.allclose(similarity(a, b), oracle.params[:2], atol=1e-10)


def test_a_track_is_laid_on_a_face_as_scikit_image_lays_every_frame() -> None:
    rng = np.random.default_rng(0)
    face = rng.normal(size=(9, 2)) * 30 + 100
    track = np.stack([face @ rng.normal(size=(2, 2)) + rng.normal(size=2) * 9 for _ in range(8)])
    track[0] = face * [-1, 1]  # mirrored: still no mirror image is made
    found = aligned(track, face)
    for frame, laid in zip(track, found, strict=True):
        assert np.allclose(laid, SimilarityTransform.from_estimate(frame, face)(frame), atol=1e-9)
        assert np.allclose(laid, apply(similarity(frame, face), frame), atol=1e-9)


def test_it_never_mirrors() -> None:
    points = np.array([[0.0, 0], [1, 0], [0, 1], [2, 3]])
    matrix = similarity(points, points * [-1, 1])
    assert np.linalg.det(matrix[:, :2]) > 0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.zeros((5, 2)), np.ones((5, 2))),
        (np.ones((1, 2)), np.ones((1, 2))),
        (np.ones((3, 2)), np.ones((4, 2))),
        (np.array([[0, 0], [np.nan, 1]]), np.eye(2)),
    ],
)
def test_points_that_define_nothing_are_refused(a: np.ndarray, b: np.ndarray) -> None:
    with pytest.raises(MediaError):
        aligned(a[None], b)
    with pytest.raises(MediaError) as caught:
        similarity(a, b)
    assert caught.value.status == "bad_points"
