"""A corpus of noise around known directions, for tests of training."""

from __future__ import annotations

import numpy as np

from cmet.corpus.sampler import ClipKey, Features, any_clip, mead_anchor, mead_member

EMOTIONS = ("angry", "happy", "neutral", "sad")


def made_features(
    identities: int = 3, clips: int = 6, expression: int = 10, speech: int = 12, mead: bool = False, seed: int = 0
) -> Features:
    """Every emotion has a direction in the expression space and one in the speech space; levels scale both."""
    rng = np.random.default_rng(0)
    faces, voices = rng.standard_normal((4, expression)), rng.standard_normal((4, speech))
    faces[2] = voices[2] = 0.0
    rng = np.random.default_rng(seed)
    codes, embeddings = {}, {}
    for who in range(identities):
        own = 0.3 * rng.standard_normal(expression)
        for emotion, name in enumerate(EMOTIONS):
            for level in (1,) if name == "neutral" else (1, 2, 3):
                for number in range(1, clips + 1):
                    key = ClipKey(f"P{who:02d}", name, level, number)
                    frames = int(rng.integers(4, 20))
                    noise = 0.2 * rng.standard_normal((frames, expression))
                    codes[key] = (own + level / 3 * faces[emotion] + noise).astype(np.float32)
                    heard = level / 3 * voices[emotion] + 0.1 * rng.standard_normal(speech)
                    embeddings[key] = heard.astype(np.float32)
    rules = (mead_anchor, mead_member) if mead else (any_clip, any_clip)
    return Features(codes, embeddings, EMOTIONS, *rules)
