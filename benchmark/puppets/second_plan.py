"""The target clips of the second cast's splits: 24 test speakers, every one with little, so that a difference shows.

A condition is an emotion at a level; number i of them is emotion i mod 7 at level i mod 3, so that 21 consecutive
numbers are all conditions once. Each speaker says three of the six test sentences, neighbours begin one further on.

* `full-v2`: speaker p shows conditions 12 p to 12 p + 11: 288 edits. Every speaker has each emotion once or twice, each
  level four times, and four edits of each of its sentences, over which levels are spread; every condition comes 13 or
  14 times, every emotion 41 or 42 times, every level 96 times, every sentence 48 times. 72 neutral sources.
* `test-v2`: 56 edits, every speaker two or three, with one sentence each; every emotion eight times, every level 18 or
  19 times. Its first 24 are 24 speakers. 24 sources.
* `extended-v2`: all six unseen emotions of every speaker, at level 2 or 3 in turn: 144 edits, half of them at each
  level for every emotion. Sources as in `full-v2`.

The emotions of a speaker are a balanced incomplete choice (Yates, Incomplete randomized blocks, Annals of Eugenics 7,
1936): what a speaker lacks, its neighbours have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmark.core.types import EXTENDED_EMOTIONS
from benchmark.puppets.cast import SECOND_TEST_IDENTITIES
from benchmark.puppets.clip_plan import MOVED, ClipPlan
from benchmark.puppets.sentences import TEST_SENTENCES

EACH = 12
"""Edits of a speaker in `full-v2`."""
SENTENCES_EACH = 3


def full_targets() -> list[ClipPlan]:
    """Targets of `full-v2`, every speaker's first edit before any speaker's second."""
    people = list(enumerate(SECOND_TEST_IDENTITIES))
    return [
        _condition(who, EACH * person + turn, _words(person)[(turn // 3 + turn) % SENTENCES_EACH])
        for turn in range(EACH)
        for person, who in people
    ]


def test_targets() -> list[ClipPlan]:
    """Targets of `test-v2`."""
    people = len(SECOND_TEST_IDENTITIES)
    # the round is added to the level: 24 is a multiple of 3, and a speaker's two edits would have the same one
    return [
        ClipPlan(SECOND_TEST_IDENTITIES[i % people], MOVED[i % 7], (i + i // people) % 3 + 1, _words(i % people)[0])
        for i in range(56)
    ]


def extended_targets() -> list[ClipPlan]:
    """Targets of `extended-v2`."""
    return [
        ClipPlan(who, emotion, 2 + (person + number) % 2, _words(person)[number % SENTENCES_EACH])
        for number, emotion in enumerate(EXTENDED_EMOTIONS)
        for person, who in enumerate(SECOND_TEST_IDENTITIES)
    ]


SECOND_SPLITS: dict[str, Callable[[], Sequence[ClipPlan]]] = {
    "test-v2": test_targets,
    "full-v2": full_targets,
    "extended-v2": extended_targets,
}


def _condition(who: str, number: int, sentence: str) -> ClipPlan:
    return ClipPlan(who, MOVED[number % len(MOVED)], number % 3 + 1, sentence)


def _words(person: int) -> list[str]:
    """The three sentences of a speaker."""
    return [TEST_SENTENCES[(person + k) % len(TEST_SENTENCES)] for k in range(SENTENCES_EACH)]
