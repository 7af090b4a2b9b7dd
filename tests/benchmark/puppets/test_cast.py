"""The second cast is a fair draw of the first one's groups, and nobody is in two parts of it."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from benchmark.puppets.cast import (
    APART,
    IDENTITIES,
    SECOND_TEST_IDENTITIES,
    TEST_IDENTITIES,
    TRAINING_IDENTITIES,
    VALIDATION_IDENTITIES,
    fair_draw,
    voice_of,
)
from benchmark.puppets.face.style import FaceStyle


def test_the_second_cast_is_what_the_rule_draws() -> None:
    first = (*TRAINING_IDENTITIES, *TEST_IDENTITIES)
    people, after = fair_draw(24, first, 29)
    assert people == SECOND_TEST_IDENTITIES
    assert fair_draw(8, (*first, *people), after)[0] == VALIDATION_IDENTITIES


def test_nobody_is_in_two_parts() -> None:
    parts = (TRAINING_IDENTITIES, TEST_IDENTITIES, SECOND_TEST_IDENTITIES, VALIDATION_IDENTITIES)
    assert [len(part) for part in parts] == [24, 4, 24, 8]
    assert sum(map(len, parts)) == len(set(IDENTITIES)) == len(IDENTITIES)
    faces = [FaceStyle.of(name, 0) for name in IDENTITIES]
    assert len({face.texture_seed for face in faces}) == len(faces)


def test_glasses_beards_and_low_voices_are_as_frequent_as_in_training() -> None:
    def shares(people: tuple[str, ...]) -> list[float]:
        faces = [FaceStyle.of(name, 0) for name in people]
        low = [voice_of(name).variant.startswith("en-us+m") for name in people]
        counts = (sum(f.glasses != "none" for f in faces), sum(f.beard != "none" for f in faces), sum(low))
        return [count / len(people) for count in counts]

    expected = shares(TRAINING_IDENTITIES)
    assert shares(SECOND_TEST_IDENTITIES) == expected
    assert all(abs(a - b) < 1 / 8 for a, b in zip(shares(VALIDATION_IDENTITIES), expected, strict=True))


def test_no_voice_of_the_second_cast_comes_twice() -> None:
    new = {*SECOND_TEST_IDENTITIES, *VALIDATION_IDENTITIES}
    for one, other in combinations(map(voice_of, IDENTITIES), 2):
        if {one.identity, other.identity} & new and one.variant == other.variant:
            apart = (one.pitch - other.pitch) ** 2 + (one.formants - other.formants) ** 2
            assert apart**0.5 >= APART, (one.identity, other.identity)
    variants = Counter(voice_of(name).variant for name in SECOND_TEST_IDENTITIES)
    assert max(variants.values()) <= 4 and len(variants) >= 10
