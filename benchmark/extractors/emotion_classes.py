"""Which emotions each classifier knows, in the order of its features. No network is imported here."""

from __future__ import annotations

from collections.abc import Mapping

from benchmark.core.types import BASIC_EMOTIONS, SEVEN_EMOTIONS

MEAD_CLASSES = ("happy", "angry", "disgusted", "fear", "sad", "contempt", "surprised")
"""C-MET's ResNet-18 for MEAD."""
CREMA_D_CLASSES = ("happy", "angry", "disgusted", "fear", "sad")
"""C-MET's ResNet-18 for CREMA-D."""
FAN_CLASSES = ("happy", "angry", "disgusted", "fear", "sad", "neutral", "surprised", "contempt")
"""EAT's Emotion-FAN for MEAD."""

CLASSES: Mapping[str, tuple[str, ...]] = {
    "puppet_emotion": BASIC_EMOTIONS,
    "emotion_faceapi": SEVEN_EMOTIONS,
    "emotion_xception102": SEVEN_EMOTIONS,
    "emotion_xception119": SEVEN_EMOTIONS,
    "emotion_hsemotion": BASIC_EMOTIONS,
    "judge_mead": MEAD_CLASSES,
    "judge_mead_author": MEAD_CLASSES,
    "judge_crema_d": CREMA_D_CLASSES,
    "judge_crema_d_author": CREMA_D_CLASSES,
    "judge_fan": FAN_CLASSES,
    "judge_hub": BASIC_EMOTIONS,
}
"""Extractor -> its classes. The classifier of the transformers hub has NaN for those that its model does not know."""
