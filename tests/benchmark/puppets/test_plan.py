"""Splits are disjoint from training, balanced, and their cues never give the words away."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmark.core.errors import UsageError
from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS
from benchmark.puppets.affect import full_state
from benchmark.puppets.cast import IDENTITIES, TEST_IDENTITIES, TRAINING_IDENTITIES, voice_of
from benchmark.puppets.plan import SPLITS, clips_of, cue_clips, sample_plans, split_sha256, training_clips
from benchmark.puppets.recognised import record
from benchmark.puppets.sentences import CUE_SENTENCES, SENTENCES, TEST_SENTENCES, TRAINING_SENTENCES


def test_identities_and_sentences_are_disjoint() -> None:
    assert len(TRAINING_IDENTITIES) == 24 and len(TEST_IDENTITIES) == 4
    assert not set(TRAINING_IDENTITIES) & set(TEST_IDENTITIES)
    parts = [set(TRAINING_SENTENCES), set(TEST_SENTENCES), set(CUE_SENTENCES)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == len(SENTENCES) == 40
    assert len(set(SENTENCES.values())) == 40


def test_every_identity_has_its_own_voice() -> None:
    voices = [voice_of(name) for name in IDENTITIES]
    assert len({(v.variant, v.pitch, v.formants) for v in voices}) == len(IDENTITIES)
    assert len({v.variant for v in voices}) >= 6
    assert voice_of("P01", 0) != voice_of("P01", 1)
    with pytest.raises(UsageError, match="unknown puppet 'P99'"):
        voice_of("P99")


def test_training_holds_no_extended_emotion_no_test_identity_and_no_test_sentence() -> None:
    clips = training_clips()
    assert {c.emotion for c in clips} == set(BASIC_EMOTIONS)
    assert not {c.emotion for c in clips} & set(EXTENDED_EMOTIONS)
    assert {c.identity for c in clips} == set(TRAINING_IDENTITIES)
    assert {c.sentence for c in clips} <= set(TRAINING_SENTENCES)
    assert {c.level for c in clips if c.emotion == "neutral"} == {1}
    assert len(clips) == len(set(clips)) == 24 * 24 * 3


def test_split_sizes() -> None:
    assert [len(sample_plans(split)) for split in SPLITS[:4]] == [56, 336, 84, 48]
    assert len({p.source for p in sample_plans("test")}) == 12


@pytest.mark.parametrize("split", SPLITS[:4])
def test_source_and_target_say_the_same_and_the_cues_do_not(split: str) -> None:
    plans = sample_plans(split)
    assert len({p.id for p in plans}) == len(plans)
    for plan in plans:
        assert plan.source.identity == plan.target.identity and plan.source.sentence == plan.target.sentence
        assert plan.source.emotion == "neutral" and plan.target.emotion != "neutral"
        assert len(plan.emotional_speech) == len(plan.neutral_speech) == 10
        for clip in (*plan.emotional_speech, *plan.neutral_speech, plan.reference):
            assert clip.sentence != plan.source.sentence
            assert clip.identity in TEST_IDENTITIES
        assert {(c.emotion, c.level) for c in plan.emotional_speech} == {(plan.target.emotion, plan.target.level)}
        assert plan.reference.identity != plan.target.identity
        assert plan.reference.emotion == plan.label and plan.label in BASIC_EMOTIONS


def test_test_split_is_balanced() -> None:
    plans = sample_plans("test")
    assert set(Counter((p.target.identity, p.target.emotion) for p in plans).values()) == {2}
    levels = Counter(p.target.level for p in plans)
    assert max(levels.values()) - min(levels.values()) <= 1
    assert set(Counter(p.target.emotion for p in plans[:28]).values()) == {4}


def test_references_of_the_test_split_need_no_further_clip() -> None:
    plans = sample_plans("test")
    targets = {p.target for p in plans}
    assert all(p.reference in targets for p in plans)
    seen, heard = clips_of("test")
    assert len(seen) == 56 + 12 and len(heard) == 220


def test_a_limit_makes_only_what_it_needs() -> None:
    seen, heard = clips_of("test", 1)
    assert len(seen) == 3 and len(heard) == 20


def test_cues_are_pooled_over_identities() -> None:
    assert len({c.identity for c in cue_clips("happy", 2)}) == 4


def test_split_hash_moves_with_the_version() -> None:
    assert split_sha256("test", "1") == split_sha256("test", "1") != split_sha256("test", "2")
    assert len({split_sha256(s, "1") for s in SPLITS}) == len(SPLITS)


def test_an_unknown_split_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no split 'tset'; did you mean 'test'"):
        sample_plans("tset")


def _nearest(emotion: str) -> str:
    """What an oracle would say: the basic emotion, neutral left out, nearest in the state."""
    others = [name for name in BASIC_EMOTIONS if name != "neutral"]
    return min(others, key=lambda name: float(np.linalg.norm(full_state(name) - full_state(emotion))))


def test_the_cue_of_an_extended_emotion_is_what_a_judge_hears_and_a_basic_one_is_given() -> None:
    for plan in sample_plans("full"):
        assert (plan.label, plan.label_level) == (plan.target.emotion, plan.target.level)
    extended, targets = sample_plans("extended"), {plan.target for plan in sample_plans("test")}
    for plan in extended:
        entry = record()["heard"][plan.target.emotion][str(plan.target.level)]
        assert (plan.label, plan.label_level) == (entry["label"], entry["level"])
        assert plan.reference.emotion == plan.label
        pool = [c for c in targets if c.emotion == plan.label and c.identity != plan.target.identity]
        levels = {c.level for c in pool if c.sentence != plan.target.sentence}
        assert plan.reference.level == min(levels, key=lambda level: abs(level - plan.label_level))
    oracle = {_nearest(plan.target.emotion) == plan.label for plan in extended}
    assert oracle == {True, False}, "a judge errs where an oracle does not"


def test_a_level_that_is_the_targets_own_leaves_the_hash_as_it_was() -> None:
    """Known values: the splits of basic emotions have not moved since labels carry a level."""
    assert split_sha256("test", "1").startswith("14e1c5a1c63b")
    assert split_sha256("full", "1").startswith("dc81078c41cf")
