"""What each metric should do under each damage, stated before anything is measured, and whether it did.

Three kinds of expectation. `worse`: the damage aims at what the metric measures, so the curve must get worse at every
step or stay. `unaffected`: the damage leaves alone what the metric measures, so the curve may move by at most a tenth
of what it moves under the damage that it is made for. `amount`: a closed form says by how much. Other pairs are
reported without a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

PIXELS = ("blur", "noise", "jpeg", "h264")
JUDGES = ("faceapi", "xception102", "xception119", "hsemotion")

WORSE: dict[str, tuple[str, ...]] = {
    "psnr": PIXELS,
    "ssim": PIXELS,
    "expression_cosine": ("emotion_shuffle",),
    "sharpness_kept": ("blur",),
    "frechet_face": PIXELS,
    "fid_standard": PIXELS,
    "identity_similarity": ("identity_swap",),
    "identity_mobilefacenet": ("identity_swap",),
    "emotion_accuracy": ("emotion_shuffle",),
    "emotion_probability": ("emotion_shuffle",),
    "macro_f1_puppets": ("emotion_shuffle",),
    "action_unit_error": ("emotion_shuffle",),
    "edit_gain": ("emotion_shuffle",),
    "edit_cosine": ("emotion_shuffle",),
    "edit_success": ("emotion_shuffle", "identity_swap"),
    "affect_agreement": ("emotion_shuffle",),
    "sync_confidence": ("mouth_frozen", "frames_dropped"),
    "sync_in_time": ("audio_shift", "mouth_frozen"),
    "sync_offset": ("audio_shift",),
    "lip_motion_kept": ("mouth_frozen",),
    "mouth_motion": ("mouth_frozen",),
    "face_distance": ("emotion_shuffle",),
    **{f"emotion_{what}_{judge}": ("emotion_shuffle",) for judge in JUDGES for what in ("accuracy", "probability")},
    **{f"macro_f1_{judge}": ("emotion_shuffle",) for judge in JUDGES},
}
"""Metric -> damages that must make it worse."""

_FACE = ("audio_shift", "frames_dropped")
UNAFFECTED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("psnr", "ssim", "frechet_face", "fid_standard"), ("audio_shift",)),
    "identity_similarity": (*_FACE, "emotion_shuffle", "mouth_frozen"),
    "identity_mobilefacenet": (*_FACE, "emotion_shuffle", "mouth_frozen"),
    "emotion_accuracy": (*_FACE, "identity_swap", "mouth_frozen"),
    "emotion_probability": (*_FACE, "identity_swap", "mouth_frozen"),
    "action_unit_error": _FACE,
    "edit_gain": _FACE,
    "edit_cosine": _FACE,
    "affect_agreement": _FACE,
    "sync_in_time": ("identity_swap", "emotion_shuffle"),
    "sync_offset": ("identity_swap", "emotion_shuffle"),
    **{f"emotion_{what}_{judge}": _FACE for judge in JUDGES for what in ("accuracy", "probability")},
}
"""Metric -> damages that must leave it alone: within `LEAVES_ALONE` of its span under those of `WORSE`."""
LEAVES_ALONE = 0.1


@dataclass(frozen=True)
class Amount:
    """A closed form of a whole curve."""

    text: str
    value: Callable[[float, float], float]
    """(strength, value without damage) -> what it should be."""
    tolerance: float
    """Largest difference, in the metric's unit."""


def _noise_psnr(strength: float, undamaged: float) -> float:
    return undamaged if strength == 0 else 20.0 * float(np.log10(255.0 / strength))


AMOUNTS: dict[tuple[str, str], Amount] = {
    ("psnr", "noise"): Amount("20 log10(255 / sigma) dB", _noise_psnr, 0.3),
    ("sync_offset", "audio_shift"): Amount("the delay", lambda k, _: k, 0.5),
    ("sync_in_time", "audio_shift"): Amount("all up to one frame, then none", lambda k, v: v if k <= 1 else 0.0, 5.0),
    ("emotion_accuracy", "emotion_shuffle"): Amount("the share left alone", lambda p, v: v * (1 - p / 100), 5.0),
    ("edit_gain", "frames_dropped"): Amount("no change", lambda _, v: v, 5.0),
}


def direction(values: Sequence[float], higher_is_better: bool) -> str:
    """`worse`, `not monotone`, `better`, `flat`, or `no value` of a curve that begins with no damage."""
    points = np.asarray(values, np.float64)
    if len(points) < 2 or not np.isfinite(points).all():
        return "no value"
    worsening = np.diff(points) * (-1.0 if higher_is_better else 1.0)
    slack = 1e-9 * max(1.0, float(np.abs(points).max()))
    if (np.abs(worsening) <= slack).all():
        return "flat"
    if (worsening >= -slack).all():
        return "worse"
    return "better" if (worsening <= slack).all() else "not monotone"


def step_back(values: Sequence[float], higher_is_better: bool) -> float:
    """The largest step the better way, as a share of the curve's span; 0 for a curve that only gets worse."""
    points = np.asarray(values, np.float64)
    span = float(np.ptp(points))
    worsening = np.diff(points) * (-1.0 if higher_is_better else 1.0)
    return float(max(0.0, -worsening.min())) / span if len(points) > 1 and span > 0 else 0.0


@dataclass(frozen=True)
class Verdict:
    """What was expected of one curve, what came, and whether it holds."""

    expected: str
    found: str
    holds: bool | None
    """None: nothing was expected, or there is no value."""


def judge(
    metric: str, damage: str, strengths: Sequence[float], values: Sequence[float], higher: bool, span: float
) -> list[Verdict]:
    """All verdicts on one curve; one without expectation if none was stated.

    Args:
        metric: its name.
        damage: its name.
        strengths: of the points, the first 0.
        values: at these strengths.
        higher: whether higher is better.
        span: how far the metric moves under the damages it is made for; NaN: not measured.
    """
    found = direction(values, higher)
    verdicts = []
    there = found != "no value"
    if damage in WORSE.get(metric, ()):
        back = step_back(values, higher)
        how = f"not monotone (a step back of {100 * back:.0f} %)" if found == "not monotone" else found
        verdicts.append(Verdict("worse", how, found == "worse" if there else None))
    if damage in UNAFFECTED.get(metric, ()):
        moved = float(np.abs(np.asarray(values) - values[0]).max()) if there else np.nan
        share = moved / span if span > 0 else np.nan
        how = f"moves {100 * share:.0f} % of its span" if np.isfinite(share) else "span not measured"
        verdicts.append(Verdict("unaffected", how, bool(share <= LEAVES_ALONE) if np.isfinite(share) else None))
    if (metric, damage) in AMOUNTS and there:
        amount = AMOUNTS[metric, damage]
        expected = [amount.value(s, values[0]) for s in strengths]
        off = float(np.abs(np.asarray(values) - expected).max())
        how = f"at most {off:.2g} off (tolerance {amount.tolerance:g})"
        verdicts.append(Verdict(f"amount: {amount.text}", how, off <= amount.tolerance))
    return verdicts or [Verdict("", found, None)]


def measure_spans(curves: pd.DataFrame) -> Mapping[str, float]:
    """How far each metric moves under the damages that it is made for (`WORSE`), the largest of them."""
    found: dict[str, float] = {}
    for (metric, damage), curve in curves.groupby(["metric", "damage"], sort=False):
        if damage in WORSE.get(str(metric), ()):
            span = float(np.ptp(curve["value"].to_numpy(np.float64)))
            found[str(metric)] = max(found.get(str(metric), 0.0), span)
    return found
