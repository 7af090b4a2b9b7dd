"""What a rater is asked: blind pairs in an order and with sides of their own, some of them with a known answer.

Everything follows from the rater's id, so a reload shows the same question and nobody can pick one.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

QUESTIONS = ("emotion", "natural")
"""Which shows the named emotion better; which looks more natural."""
CHECK_EVERY = 6
"""Every sixth pair is an attention check: the real target against the unedited source, asked for the emotion."""


@dataclass(frozen=True)
class Pair:
    """One question."""

    sample: str
    left: str
    """Method on the left."""
    right: str
    check: str = ""
    """The method that a rater who looks must choose for the emotion; empty: an honest question."""

    @property
    def key(self) -> str:
        """The pair whatever its sides: sample and both methods in order."""
        first, second = sorted((self.left, self.right))
        return f"{self.sample}|{first}|{second}"


def pairs_for(
    rater: str, outputs: Mapping[str, Sequence[str]], checks: Mapping[str, tuple[str, str]], count: int
) -> list[Pair]:
    """The questions of a rater, in order.

    Args:
        rater: the rater's id.
        outputs: sample -> methods that have a video of it (without floor and ceiling).
        checks: samples that can serve as attention checks, as source and target differ plainly -> the methods that show
            them: the ceiling, which is right, and the floor.
        count: number of questions, checks among them.
    """
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(rater.encode()).digest()[:8], "big"))
    honest = [(s, a, b) for s in sorted(outputs) for a, b in itertools.combinations(sorted(outputs[s]), 2)]
    order = [honest[i] for i in rng.permutation(len(honest))]
    known = [sorted(checks)[i] for i in rng.permutation(len(checks))]
    pairs: list[Pair] = []
    while len(pairs) < count and (order or known):
        ask_check = len(pairs) % CHECK_EVERY == CHECK_EVERY // 2 or not order
        if ask_check and known:
            sample = known.pop()
            (first, second), right_answer = checks[sample], checks[sample][0]
        elif order:
            (sample, first, second), right_answer = order.pop(), ""
        else:
            break
        left, right = (first, second) if rng.random() < 0.5 else (second, first)
        pairs.append(Pair(sample, left, right, right_answer))
    return pairs
