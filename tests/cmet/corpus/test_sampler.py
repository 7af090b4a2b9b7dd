"""The training sampler on a corpus whose averages are known."""

from __future__ import annotations

import numpy as np
import pytest

from cmet.corpus.sampler import ClipKey, Features, Sampler, any_clip, average, build_window, mead_anchor, mead_member

EMOTIONS = ("angry", "happy", "neutral")


def corpus(frames: int = 8, anchor=mead_anchor, member=mead_member) -> Features:
    """Code of a clip: 100 * identity + 10 * emotion + level; speech of a recording: one-hot of its emotion."""
    codes, speech = {}, {}
    for who in range(2):
        for emotion, name in enumerate(EMOTIONS):
            for level in (1,) if name == "neutral" else (1, 2):
                for number in (1, 2, 15, 25, 35):
                    key = ClipKey(f"W{who:03d}", name, level, number)
                    codes[key] = np.full((frames, 10), 100 * who + 10 * emotion + level, dtype=np.float32)
                    speech[key] = np.eye(4, dtype=np.float32)[emotion] * level
    return Features(codes, speech, EMOTIONS, anchor, member)


def test_sentences_are_chosen_as_for_mead() -> None:
    def numbers(rule, emotion: str) -> list[int]:
        return [n for n in range(1, 41) if rule(ClipKey("M003", emotion, 1, n))]

    assert numbers(mead_anchor, "happy") == [1, 2, 3, *range(21, 31)]
    assert numbers(mead_anchor, "neutral") == [1, 2, 3, *range(31, 41)]
    assert numbers(mead_member, "happy") == [*range(1, 11), *range(21, 31)]
    assert numbers(mead_member, "neutral") == [*range(1, 11), *range(31, 41)]


def test_short_clips_are_repeated_before_averaging() -> None:
    short, long = np.array([[1.0], [2.0]]), np.array([[10.0], [20.0], [30.0], [40.0], [50.0]])
    np.testing.assert_allclose(average([short, long])[:, 0], [5.5, 11, 15.5, 21, 25.5])


@pytest.mark.parametrize(("start", "empty"), [(0, 5), (3, 2), (4, 1), (5, 0), (7, 0)])
def test_the_reference_is_the_direction_before_the_window(start: int, empty: int) -> None:
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((12, 3)), rng.standard_normal((14, 3))
    reference, neutral, emotional, direction = build_window([first], [second], start)
    expected = (second[:12] - first).mean(axis=0)
    np.testing.assert_allclose(direction, np.tile(expected, (5, 1)), atol=1e-6)
    np.testing.assert_allclose(reference, np.where(np.arange(5)[:, None] < empty, 0, expected), atol=1e-6)
    np.testing.assert_allclose(neutral, first[start : start + 5], atol=1e-6)
    np.testing.assert_allclose(emotional, second[start : start + 5], atol=1e-6)


@pytest.mark.parametrize("start", [-1, 8])
def test_a_window_outside_of_the_clip_is_refused(start: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        build_window([np.zeros((12, 3))], [np.zeros((14, 3))], start)


def test_samples_lead_from_one_emotion_of_an_identity_to_another() -> None:
    sampler, rng = Sampler(corpus()), np.random.default_rng(0)
    seen = set()
    for index in range(200):
        sample = sampler.draw(index, rng)
        before, after = float(sample.neutral[0, 0]), float(sample.emotional[0, 0])
        assert before // 100 == after // 100, "one identity"
        emotion_1, emotion_2 = int(before % 100 // 10), int(after % 100 // 10)
        assert emotion_1 != emotion_2 == sample.label
        level = {int(value % 10) for value, emotion in ((before, emotion_1), (after, emotion_2)) if emotion != 2}
        assert len(level) == 1 and (before % 10 == 1 or emotion_1 != 2), "one level, neutral at 1"
        np.testing.assert_allclose(sample.direction, after - before)
        strength = {0: level, 1: level, 2: {1}}
        expected = np.zeros(4)
        expected[emotion_2], expected[emotion_1] = min(strength[emotion_2]), -min(strength[emotion_1])
        np.testing.assert_allclose(sample.vector[0], expected, atol=1e-6)
        seen.add((emotion_1, emotion_2, before % 10, after % 10))
    # a neutral clip takes level 1 of the other emotion; the others keep their level
    assert {(e2, after) for e1, e2, _, after in seen if e1 == 2} == {(0, 1.0), (1, 1.0)}
    assert {(e1, before) for e1, e2, before, _ in seen if e2 == 2} == {(0, 1.0), (0, 2.0), (1, 1.0), (1, 2.0)}


def test_the_index_decides_the_recordings_and_the_generator_the_rest() -> None:
    features = corpus()
    rng = np.random.default_rng(3)
    speech = {key: rng.standard_normal(4).astype(np.float32) for key in features.speech}
    sampler = Sampler(Features(features.codes, speech, EMOTIONS), count=2)
    one, same, other = (sampler.draw(i, np.random.default_rng(7)) for i in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(vars(one).values(), vars(same).values(), strict=True))
    assert np.array_equal(one.neutral, other.neutral) and not np.array_equal(one.vector, other.vector)


def test_unit_vectors_have_the_level_as_length() -> None:
    sampler, rng = Sampler(corpus(), unit_vectors=True), np.random.default_rng(0)
    lengths = {round(float(np.linalg.norm(sampler.draw(i, rng).vector)), 4) for i in range(60)}
    assert lengths == {1.0, 2.0}


def test_clips_shorter_than_the_window_are_not_drawn() -> None:
    with pytest.raises(RuntimeError, match="5 frames"):
        Sampler(corpus(frames=4)).draw(0, np.random.default_rng(0))


def test_a_corpus_without_a_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="to begin with"):
        Sampler(corpus(anchor=lambda key: False))
    assert len(Sampler(corpus(anchor=any_clip))) == 50
