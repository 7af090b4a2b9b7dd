"""Affect state -> action units: one smooth map, fitted to the prototypes of the seven basic emotions.

Each action unit is a rectified linear function of the state, `a = r(w . s)` with the smooth rectifier
`r(x) = x^2 / (x + c)` for x > 0, else 0. The weights are the ridge solution that reproduces the prototypes below: an
action unit that a prototype has is met as closely as possible; where a prototype lacks it, `w . s` only has to stay
below zero (an active-set least squares). The basic emotions are the only data: the faces of the six extended emotions
follow from where these lie in the state. A level scales the state and, because the map is almost homogeneous, the
face with it.

**Prototypes.** Which units: EMFACS, Ekman & Friesen 1983, and the FACS Investigator's Guide 2002, table of
predictions for emotions: happiness 6+12(+25), sadness 1+4+15(+17), surprise 1+2+5+26, fear 1+2+4+5+7+20+26, anger
4+5+7+23/24, disgust 9+10+15+17 (4 and 7 come with 9), contempt 12+14 on one side. Lowered lids (43) in sadness and
contempt: Darwin 1872, chapters 7 and 11 (disdain partly closes the eyelids). How strong each unit is, 0 to 1, is our
own choice.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from benchmark.core.action_units import ACTION_UNITS
from benchmark.puppets.affect import full_state

PROTOTYPES: dict[str, dict[str, float]] = {
    "angry": {"AU4": 0.95, "AU5": 0.5, "AU7": 0.7, "AU23": 0.75, "AU24": 0.4},
    "contempt": {"AU12R": 0.7, "AU14R": 0.85, "AU43": 0.35},
    "disgusted": {"AU4": 0.35, "AU7": 0.3, "AU9": 0.9, "AU10": 0.75, "AU15": 0.4, "AU17": 0.5},
    "fear": {
        "AU1": 0.8, "AU2L": 0.5, "AU2R": 0.5, "AU4": 0.6, "AU5": 0.8, "AU7": 0.35, "AU20": 0.7, "AU25": 0.5,
        "AU26": 0.35,
    },
    "happy": {"AU6": 0.75, "AU12L": 0.9, "AU12R": 0.9, "AU25": 0.45},
    "sad": {"AU1": 0.85, "AU4": 0.5, "AU15": 0.8, "AU17": 0.5, "AU43": 0.35},
    "surprised": {"AU1": 0.8, "AU2L": 0.85, "AU2R": 0.85, "AU5": 0.8, "AU25": 0.6, "AU26": 0.7},
}  # fmt: skip
"""Action units of the basic emotions at level 3, 0 to 1; those not named are 0."""

KNEE = 0.05
"""`c` of the rectifier: where it bends, in units of an action unit."""

RIDGE = 0.03
"""Weight of |w|^2 in the fit. Larger: extended faces closer to neutral, prototypes less exact."""


def rectify(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smooth rectifier: 0 for x <= 0, x^2 / (x + KNEE) above. Differentiable everywhere."""
    positive: NDArray[np.float64] = np.maximum(x, 0.0)
    curved: NDArray[np.float64] = positive * positive / (positive + KNEE)
    return curved


def unrectify(a: NDArray[np.float64]) -> NDArray[np.float64]:
    """The x >= 0 with rectify(x) = a, for a >= 0."""
    x: NDArray[np.float64] = (a + np.sqrt(a * a + 4 * KNEE * a)) / 2
    return x


def prototype(emotion: str) -> NDArray[np.float64]:
    """The prototype face of a basic emotion at level 3, float64 (21,), order as ACTION_UNITS; neutral is zero."""
    wanted = PROTOTYPES.get(emotion, {})
    return np.array([wanted.get(unit, 0.0) for unit in ACTION_UNITS])


@lru_cache(maxsize=1)
def weights() -> NDArray[np.float64]:
    """The fitted map, float64 (21, 7): one row of weights per action unit.

    Rounded to four decimals, so that different linear-algebra libraries give the same faces.
    """
    states = np.stack([full_state(name) for name in PROTOTYPES])
    faces = np.stack([prototype(name) for name in PROTOTYPES])
    rows = [_fit_unit(states, faces[:, unit]) for unit in range(faces.shape[1])]
    fitted: NDArray[np.float64] = np.round(np.stack(rows), 4).astype(np.float64)
    fitted.flags.writeable = False
    return fitted


def _fit_unit(states: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ridge weights of one action unit; rows that should be 0 and already are below don't count."""
    active = np.ones(len(states), bool)
    weight: NDArray[np.float64] = np.zeros(states.shape[1])
    for _ in range(50):
        rows = states[active]
        gram = rows.T @ rows + RIDGE * np.eye(states.shape[1])
        weight = np.linalg.solve(gram, rows.T @ unrectify(wanted[active])).astype(np.float64)
        needed = (wanted > 0) | (states @ weight > 0)
        if np.array_equal(needed, active):
            break
        active = needed
    return weight


def action_units(state: NDArray[np.floating]) -> NDArray[np.float64]:
    """The face of an affect state.

    Args:
        state: (..., 7), order as `affect.AFFECT`.

    Returns:
        float64 (..., 21), order as ACTION_UNITS, 0 to 1.
    """
    return np.minimum(rectify(np.asarray(state, np.float64) @ weights().T), 1.0)
