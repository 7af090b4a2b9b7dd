"""Controlled damages by name. A new one gets a file and one line here."""

from benchmark.selftest.damage.base import DAMAGES

__all__ = ["DAMAGES"]

for _name, _class in {
    "blur": "Blur",
    "noise": "Noise",
    "jpeg": "Jpeg",
    "h264": "H264",
    "audio_shift": "AudioShift",
    "identity_swap": "IdentitySwap",
    "emotion_shuffle": "EmotionShuffle",
    "frames_dropped": "FramesDropped",
    "mouth_frozen": "MouthFrozen",
}.items():
    DAMAGES.add(_name, f"benchmark.selftest.damage.{_name}:{_class}")
