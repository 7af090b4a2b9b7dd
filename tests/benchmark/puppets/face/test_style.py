"""Identities: the same name gives the same face, different names give different ones."""

from __future__ import annotations

import numpy as np

from benchmark.puppets.face.render import render
from benchmark.puppets.face.style import HAIR_CUTS, FaceStyle
from benchmark.puppets.parameters import FaceMotion


def test_name_and_seed_decide_everything() -> None:
    assert FaceStyle.of("anna", 3) == FaceStyle.of("anna", 3)
    assert FaceStyle.of("anna", 3) != FaceStyle.of("anna", 4)
    assert FaceStyle.of("anna", 3) != FaceStyle.of("anne", 3)


def test_a_style_can_be_a_key() -> None:
    assert len({FaceStyle.of(name, 0) for name in "aabbc"}) == 3


def test_faces_keep_human_proportions() -> None:
    for number in range(300):
        s = FaceStyle.of(f"p{number}", 1)
        assert s.top_y < s.hairline_y < s.brow_y < s.eye_y < s.nose_y < s.mouth_y < s.chin_y
        assert s.chin < s.jaw < s.width
        assert s.eye_x - s.eye_width > 0.03
        assert s.eye_x + s.eye_width < 0.9 * s.width
        assert s.mouth_width < s.jaw
        assert 0.004 < s.lip_upper < 0.04
        assert all(0 <= channel <= 255 for colour in (s.skin, s.lips, s.iris, s.hair) for channel in colour)


def test_the_cast_is_diverse() -> None:
    cast = [FaceStyle.of(f"p{number}", 1) for number in range(300)]
    assert {s.hair_cut for s in cast} == set(HAIR_CUTS)
    assert {s.beard for s in cast} == {"none", "stubble", "moustache", "goatee", "full"}
    assert {s.glasses for s in cast} == {"none", "round", "square"}
    assert 0.02 < np.mean([s.freckles > 0 for s in cast]) < 0.3
    assert len({s.skin for s in cast}) > 200


def test_no_two_of_sixteen_look_alike() -> None:
    pictures = [render(FaceStyle.of(f"p{number}", 1), FaceMotion.still(1), 64)[0].astype(float) for number in range(16)]
    faces = [p[18:54, 16:48] for p in pictures]
    nearest = min(np.abs(a - b).mean() for i, a in enumerate(faces) for b in faces[:i])
    assert nearest > 5.0
