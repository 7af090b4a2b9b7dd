"""How a puppet looks: the fixed traits of one identity, drawn once from its name.

Lengths are fractions of the picture's side. Positions are counted from the picture's middle (x, to the right) and
top (y, downwards). The proportions scatter around the neoclassical canons that anthropometry found to be near the
means of adult faces (Farkas, Anthropometry of the Head and Face, 2nd ed., Raven Press 1994): eyes at half the head's
height, three equal thirds from hairline to chin, an eye's width between the eyes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]
"""Red, green, blue, 0 to 255."""

HAIR_CUTS: tuple[str, ...] = ("short", "swept", "curly", "buzz", "long", "bob", "fringe", "bun")
"""Hair cuts; the first four are drawn for broader faces, the last four for narrower ones, with some overlap."""

_SKINS: tuple[Colour, ...] = (
    (244, 208, 184),
    (236, 196, 166),
    (228, 184, 148),
    (214, 166, 128),
    (196, 146, 108),
    (170, 120, 86),
    (138, 94, 66),
    (108, 74, 54),
)
_HAIRS: tuple[Colour, ...] = (
    (34, 28, 27),
    (48, 36, 30),
    (74, 50, 36),
    (104, 70, 44),
    (146, 100, 58),
    (186, 144, 88),
    (142, 66, 36),
    (128, 124, 120),
)
_IRISES: tuple[Colour, ...] = (
    (70, 46, 30),
    (98, 66, 38),
    (112, 96, 52),
    (82, 108, 74),
    (84, 120, 148),
    (108, 128, 140),
)
_SHIRTS: tuple[Colour, ...] = (
    (58, 74, 108),
    (124, 52, 56),
    (66, 96, 84),
    (196, 190, 178),
    (52, 54, 62),
    (150, 120, 72),
    (104, 84, 128),
    (70, 120, 140),
)
_WALLS: tuple[Colour, ...] = (
    (148, 160, 172),
    (176, 166, 150),
    (126, 142, 134),
    (168, 150, 156),
    (112, 120, 138),
    (188, 184, 176),
    (140, 128, 120),
)


@dataclass(frozen=True)
class FaceStyle:
    """The fixed traits of one puppet."""

    texture_seed: int
    """Seeds what has no name: strands of hair, pores, freckles."""
    width: float
    """Half width of the face at the cheekbones."""
    jaw: float
    """Half width at the height of the mouth."""
    chin: float
    """Half width of the chin's flat part."""
    chin_y: float
    top_y: float
    """Top of the skull, under the hair."""
    hairline_y: float
    eye_y: float
    eye_x: float
    """Distance of each eye's centre from the middle line."""
    eye_width: float
    """Half width of the eye's opening."""
    eye_height: float
    """Full height of the open eye."""
    eye_tilt: float
    """How much higher the outer corner is than the inner one."""
    eye_hood: float
    """Distance from lid to lid crease."""
    brow_y: float
    brow_arch: float
    brow_width: float
    """Thickness of the brow."""
    brow_slope: float
    """How much lower the inner end is than the outer one."""
    nose_y: float
    """Height of the nose's base."""
    nose_width: float
    """Half width over the wings."""
    nose_bridge: float
    """Relative prominence of the bridge, about 1."""
    mouth_y: float
    mouth_width: float
    """Half width of the closed mouth."""
    lip_upper: float
    lip_lower: float
    cheek: float
    """Fullness of the cheeks, about 1."""
    ear: float
    """Relative size of the ears, about 1."""
    age: float
    """0 young to 1 old: how deep the resting folds are."""
    skin: Colour
    lips: Colour
    iris: Colour
    hair: Colour
    hair_cut: str
    parting: float
    """-1 to 1, where the hair parts."""
    hair_volume: float
    beard: str
    """`none`, `stubble`, `moustache`, `goatee` or `full`."""
    freckles: float
    glasses: str
    """`none`, `round` or `square`."""
    shirt: Colour
    collar: str
    """`crew`, `neck_v` or `shirt`."""
    wall: Colour
    light_x: float
    """Where the light comes from: negative is the picture's left."""

    @staticmethod
    def of(identity: str, seed: int) -> FaceStyle:
        """The style of an identity: the same name and seed always give the same face.

        Args:
            identity: any name.
            seed: the corpus's seed.
        """
        digest = hashlib.sha256(f"face:{identity}:{seed}".encode()).digest()
        rng = np.random.default_rng(int.from_bytes(digest[:8], "little"))

        def near(mean: float, spread: float) -> float:
            return float(mean + spread * (2 * rng.beta(2.0, 2.0) - 1))

        broad = float(rng.beta(0.8, 0.8))  # 0: narrow jaw, full lips, thin brows; 1: the opposite
        age = float(rng.beta(1.6, 2.2))
        tone = int(rng.integers(len(_SKINS)))
        skin = _mixed(_SKINS[tone], _SKINS[max(tone - 1, 0)], float(rng.uniform(0, 0.8)))
        dark = tone >= 4
        hair = _HAIRS[int(rng.integers(3 if dark else len(_HAIRS) - (age < 0.5)))]
        chin_y = near(0.845, 0.022) + 0.012 * (broad - 0.5)
        eye_y = near(0.430, 0.012)
        nose_y = eye_y + (chin_y - eye_y) * near(0.445, 0.028)
        mouth_y = nose_y + (chin_y - nose_y) * near(0.370, 0.025)
        width = near(0.246, 0.018)
        cuts = HAIR_CUTS[: 5 if broad > 0.8 else 4] if broad > 0.5 else HAIR_CUTS[4 if broad < 0.2 else 1 :]
        beards = ("none", "none", "stubble", "moustache", "goatee", "full") if broad > 0.55 else ("none",)
        rosy = (198.0, 92.0, 92.0) if broad < 0.4 else (176.0, 96.0, 88.0)
        return FaceStyle(
            texture_seed=int.from_bytes(digest[8:12], "little"),
            width=width,
            jaw=width * (near(0.795, 0.06) + 0.09 * (broad - 0.5)),
            chin=near(0.062, 0.012) + 0.026 * (broad - 0.5),
            chin_y=chin_y,
            top_y=near(0.092, 0.015),
            hairline_y=near(0.208, 0.026),
            eye_y=eye_y,
            eye_x=near(0.113, 0.009),
            eye_width=near(0.0610, 0.0055),
            eye_height=near(0.0475, 0.0070) - 0.004 * (broad - 0.5),
            eye_tilt=near(0.004, 0.008),
            eye_hood=near(0.0165, 0.0055),
            brow_y=eye_y - near(0.070, 0.008) + 0.010 * (broad - 0.5),
            brow_arch=near(0.010, 0.006),
            brow_width=near(0.0190, 0.0035) + 0.010 * (broad - 0.5),
            brow_slope=near(0.002, 0.007),
            nose_y=nose_y,
            nose_width=near(0.056, 0.008) + 0.008 * (broad - 0.5) + 0.006 * dark,
            nose_bridge=near(1.0, 0.28),
            mouth_y=mouth_y,
            mouth_width=near(0.095, 0.010),
            lip_upper=near(0.0200, 0.0055) - 0.006 * (broad - 0.5) + 0.004 * dark,
            lip_lower=near(0.0270, 0.0060) - 0.006 * (broad - 0.5) + 0.004 * dark,
            cheek=near(1.0, 0.5),
            ear=near(1.0, 0.16),
            age=age,
            skin=skin,
            lips=_mixed(_mixed(skin, rosy, 0.62 - 0.22 * broad), (110.0, 60.0, 58.0), 0.25 * dark),
            iris=_IRISES[int(rng.integers(2 if dark else len(_IRISES)))],
            hair=_mixed(hair, (150.0, 148.0, 146.0), max(0.0, age - 0.62) * float(rng.uniform(0, 1.6))),
            hair_cut=str(rng.choice(cuts)),
            parting=near(0.0, 0.75),
            hair_volume=near(1.0, 0.35),
            beard=str(rng.choice(beards)),
            freckles=float(rng.uniform(0.4, 1.0)) if tone < 3 and rng.random() < 0.3 else 0.0,
            glasses=str(rng.choice(("none", "none", "none", "round", "square"))),
            shirt=_SHIRTS[int(rng.integers(len(_SHIRTS)))],
            collar=str(rng.choice(("crew", "neck_v", "shirt"))),
            wall=_mixed(_WALLS[int(rng.integers(len(_WALLS)))], (128.0, 132.0, 140.0), float(rng.uniform(0, 0.4))),
            light_x=float(rng.choice((-1.0, 1.0))) * near(0.42, 0.16),
        )


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a `share` (0 to 1) of `other`."""
    red, green, blue = (float(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return (red, green, blue)
