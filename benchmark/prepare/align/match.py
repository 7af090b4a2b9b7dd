"""Match the clips of a folder to a list of sentences by what is heard in them.

The cost of a clip and a sentence is the character error rate of their texts. The assignment with the least total cost
is taken (Kuhn-Munkres, scipy), and each pair must be near and clear: no other sentence nearly as good for the clip, no
other clip nearly as good for the sentence. What is not stays in quarantine; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

NEAR = 0.4
"""Largest character error rate of a pair that counts as a match; tests have transcripts with 12 % wrong letters."""
CLEAR = 0.15
"""A match counts as clear if every other sentence, and every other clip, is worse by so much."""


@dataclass(frozen=True)
class Decision:
    """What was decided on one clip."""

    number: str
    """Number in the release."""
    heard: str
    sentence: str
    """Number in the paper; empty: in quarantine."""
    cost: float
    """Character error rate against the sentence that was assigned."""
    margin: float
    """How much worse the next best sentence, or the next best clip, is."""
    why: str
    """`same`, `renumbered`, or why it is in quarantine: `nothing_heard`, `unlike_any`, `ambiguous`, `twice`."""

    @property
    def confidence(self) -> float:
        """0 to 1: how near and how clear; 0 in quarantine."""
        return 0.0 if not self.sentence else round(max(0.0, 1.0 - self.cost) * min(1.0, self.margin / 0.5), 4)


def normal(text: str) -> str:
    """Lower-case letters, digits and single spaces."""
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", text.lower().replace("'", "")).split())


def error_rate(heard: str, wanted: str) -> float:
    """Edits (Levenshtein) that turn one text into the other, over the longer one's length: 0 same, 1 nothing alike."""
    a, b = normal(heard), normal(wanted)
    if not a or not b:
        return float(a != b)
    row = np.arange(len(b) + 1)
    codes = np.frombuffer(b.encode(), np.uint8)
    steps = np.arange(1, len(b) + 1)
    for place, letter in enumerate(a.encode(), start=1):
        changed = np.minimum(row[:-1] + (codes != letter), row[1:] + 1)
        # an insertion costs one more than the cell before: a running minimum of (cost - place), shifted back
        row = np.concatenate([[place], np.minimum.accumulate(np.concatenate([[place], changed - steps]))[1:] + steps])
    return float(row[-1]) / max(len(a), len(b))


def costs(heard: Sequence[str], sentences: Sequence[str]) -> NDArray[np.float64]:
    """Error rates (clips, sentences)."""
    return np.array([[error_rate(text, wanted) for wanted in sentences] for text in heard]).reshape(
        len(heard), len(sentences)
    )


def match_folder(heard: Mapping[str, str], sentences: Mapping[str, str]) -> list[Decision]:
    """Decide which sentence each clip of a folder says.

    Args:
        heard: number in the release -> transcript.
        sentences: number in the paper -> text.

    Returns:
        One decision a clip, by number. No sentence is given twice.
    """
    numbers, wanted = sorted(heard), sorted(sentences)
    if not numbers or not wanted:
        return [Decision(n, heard[n], "", 1.0, 0.0, "unlike_any") for n in numbers]
    table = costs([heard[n] for n in numbers], [sentences[w] for w in wanted])
    rows, columns = linear_sum_assignment(table)
    taken = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    decisions = []
    for row, number in enumerate(numbers):
        nearest = int(table[row].argmin())
        column = taken.get(row, nearest)
        cost = float(table[row, column])
        by_clip = float(np.delete(table[row], column).min()) - cost if table.shape[1] > 1 else 1.0
        by_sentence = float(np.delete(table[:, column], row).min()) - cost if table.shape[0] > 1 else 1.0
        margin = min(by_clip, by_sentence)
        why = ""
        if not normal(heard[number]):
            why = "nothing_heard"
        elif row not in taken or (column != nearest and table[row, nearest] <= NEAR):
            why = "twice"  # another clip says the same and took its place
        elif cost > NEAR:
            why = "unlike_any"
        elif by_clip < CLEAR:
            why = "ambiguous"
        elif by_sentence < CLEAR:
            why = "twice"
        good = not why
        decisions.append(
            Decision(
                number,
                heard[number],
                wanted[column] if good else "",
                round(cost, 4),
                round(margin, 4),
                why or ("same" if wanted[column] == number else "renumbered"),
            )
        )
    return decisions


def consensus(texts: Sequence[str]) -> str:
    """The transcript that is nearest to all others: what the sentence most likely is. Empty texts do not vote."""
    some = [text for text in texts if normal(text)]
    if not some:
        return ""
    return some[int(costs(some, some).sum(axis=1).argmin())]


def sentence_list(trusted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Number -> text, from the transcripts of trusted folders; numbers without any text are left out."""
    found = {number: consensus(texts) for number, texts in trusted.items()}
    return {number: text for number, text in found.items() if text}
