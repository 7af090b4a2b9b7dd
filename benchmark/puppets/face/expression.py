"""From action units, visemes and eyes to what each part of the face does.

Several sources move the same tissue: the jaw follows AU26 and the `open` viseme, the corners of the mouth follow six
action units and two visemes. They are combined here, once, so that the skin, the lips, the lids, the folds and the
landmarks all follow the same numbers. Every map is continuous; sums that could leave anatomy saturate smoothly.

Pairs are (picture left, picture right), that is (puppet's right, puppet's left).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.core.action_units import ACTION_UNITS
from benchmark.puppets.parameters import EYES, VISEMES

Pair = tuple[float, float]


def saturate(value: float, limit: float) -> float:
    """`value` where it is small against `limit`, never above `limit`; odd, smooth and monotonic."""
    return float(value / (1.0 + (value / limit) ** 4) ** 0.25)


@dataclass(frozen=True)
class Expression:
    """What each part of the face does in one frame; 0 is rest, 1 is full unless said otherwise."""

    brow_inner: float
    """Rise of the inner ends (AU1)."""
    brow_outer: Pair
    """Rise of the outer ends (AU2)."""
    brow_lower: float
    """Brows down and together (AU4)."""
    cheek: Pair
    """Cheeks lifted (AU6, and in part AU12)."""
    crow: float
    """Crow's feet (AU6)."""
    lid_upper: float
    """Upper lid above its rest (AU5), negative below (AU7)."""
    lid_lower: float
    """Lower lid raised (AU7, AU6, AU9)."""
    closure: float
    """0 open to 1 shut (blink, AU43)."""
    gaze: Pair
    """Right and up, -1 to 1."""
    nose_wrinkle: float
    """AU9."""
    flare: float
    """Nostrils widened (AU9, AU10)."""
    lip_raise: float
    """Upper lip raised (AU10, AU9)."""
    corner_out: Pair
    """Corners away from the middle line; negative towards it."""
    corner_up: Pair
    """Corners upwards; negative downwards."""
    dimple: Pair
    """AU14."""
    corner_down: float
    """AU15, for its folds."""
    chin_raise: float
    """AU17."""
    stretch: float
    """AU20, for its folds."""
    tighten: float
    """AU23."""
    press: float
    """Lips pressed on each other (AU24, viseme `press`)."""
    roll_in: float
    """How much of the red of the lips is rolled inside, 0 to 1."""
    pout: float
    """Lips protruded (viseme `round`)."""
    part: float
    """Lips apart beyond what the jaw does (AU25 and others), 0 to about 1."""
    jaw: float
    """Jaw drop (AU26, viseme `open`), 0 to 1.2."""
    lip_to_teeth: float
    """Lower lip on the upper teeth (viseme `teeth`)."""
    tongue: float
    """Tongue tip at the upper teeth (viseme `tongue`)."""

    @staticmethod
    def of(action_units: NDArray[np.float32], visemes: NDArray[np.float32], eyes: NDArray[np.float32]) -> Expression:
        """The expression of one frame.

        Args:
            action_units: float32 (21,), columns as ACTION_UNITS, 0 to 1.
            visemes: float32 (6,), columns as VISEMES, 0 to 1.
            eyes: float32 (3,), columns as EYES.
        """
        au = dict(zip(ACTION_UNITS, map(float, action_units), strict=True))
        speech = dict(zip(VISEMES, map(float, visemes), strict=True))
        eye = dict(zip(EYES, map(float, eyes), strict=True))
        smile = (au["AU12R"], au["AU12L"])
        dimple = (au["AU14R"], au["AU14L"])
        press = 1.0 - (1.0 - 0.97 * au["AU24"]) * (1.0 - speech["press"])
        jaw = saturate(au["AU26"] + 0.66 * speech["open"] + 0.10 * speech["tongue"], 1.15) * (1.0 - 0.55 * press)
        spread = 1.0 * au["AU20"] + 0.55 * speech["wide"] - 0.42 * au["AU23"] - 0.05 * au["AU24"]
        part = saturate(au["AU25"] + 0.30 * (au["AU26"] + speech["open"]) + 0.80 * speech["tongue"], 1.3)
        part += 0.22 * au["AU10"] + 0.34 * speech["wide"] + 0.30 * speech["round"] + 0.10 * au["AU20"]
        return Expression(
            brow_inner=au["AU1"],
            brow_outer=(au["AU2R"], au["AU2L"]),
            brow_lower=au["AU4"] + 0.30 * au["AU9"],
            cheek=(saturate(au["AU6"] + 0.35 * smile[0], 1.2), saturate(au["AU6"] + 0.35 * smile[1], 1.2)),
            crow=au["AU6"],
            lid_upper=au["AU5"] - 0.35 * au["AU7"] - 0.12 * au["AU6"] - 0.15 * au["AU4"],
            lid_lower=saturate(0.85 * au["AU7"] + 0.50 * au["AU6"] + 0.25 * au["AU9"], 1.0),
            closure=1.0 - (1.0 - eye["blink"]) * (1.0 - 0.80 * au["AU43"]),
            gaze=(eye["gaze_x"], eye["gaze_y"]),
            nose_wrinkle=au["AU9"],
            flare=0.8 * au["AU9"] + 0.5 * au["AU10"],
            lip_raise=saturate(au["AU10"] + 0.45 * au["AU9"], 1.2),
            corner_out=_pair(
                lambda k: saturate(spread + 0.85 * smile[k] + 0.30 * dimple[k] - 0.10 * jaw, 1.5)
                - 1.05 * speech["round"] * (1.0 - 0.3 * smile[k])
            ),
            corner_up=_pair(
                lambda k: smile[k] + 0.16 * dimple[k] - 0.95 * au["AU15"] - 0.12 * au["AU20"] - 0.12 * au["AU17"]
                - 0.22 * jaw
            ),
            dimple=dimple,
            corner_down=au["AU15"],
            chin_raise=au["AU17"],
            stretch=au["AU20"],
            tighten=au["AU23"],
            press=press,
            roll_in=1.0 - (1.0 - 0.55 * au["AU23"]) * (1.0 - 0.62 * press) * (1.0 - 0.22 * au["AU20"])
            * (1.0 - 0.18 * max(smile)),
            pout=speech["round"],
            part=part * (1.0 - press) * (1.0 - 0.35 * au["AU17"]),
            jaw=jaw,
            lip_to_teeth=speech["teeth"] * (1.0 - press),
            tongue=speech["tongue"] * (1.0 - press),
        )  # fmt: skip


def _pair(side: Callable[[int], float]) -> Pair:
    return side(0), side(1)
