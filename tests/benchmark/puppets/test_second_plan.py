"""The second cast's splits are balanced over speakers, emotions, levels and sentences; the first's have not moved."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from benchmark.core.types import EXTENDED_EMOTIONS
from benchmark.puppets.cast import SECOND_TEST_IDENTITIES
from benchmark.puppets.clip_plan import MOVED
from benchmark.puppets.plan import SamplePlan, clips_of, sample_plans, split_sha256
from benchmark.puppets.second_plan import SECOND_SPLITS

HASHES = {"test": "14e1c5a1c63b", "full": "dc81078c41cf", "levels": "bfc3e1384e7b", "extended": "0d74798b0efc"}
"""Of version 1, as stored results have them."""


def spread(counts: Counter[object], cells: int) -> int:
    """Largest less smallest count; a cell that never comes counts 0."""
    return max(counts.values()) - (min(counts.values()) if len(counts) == cells else 0)


def by_speaker(plans: list[SamplePlan]) -> dict[str, list[SamplePlan]]:
    found = defaultdict(list)
    for plan in plans:
        found[plan.target.identity].append(plan)
    return found


@pytest.mark.parametrize("split", HASHES)
def test_version_1_is_byte_identical(split: str) -> None:
    assert split_sha256(split, "1").startswith(HASHES[split])


def test_full_is_balanced_within_speakers_and_over_them() -> None:
    plans = sample_plans("full-v2")
    targets = [plan.target for plan in plans]
    assert len(set(targets)) == 24 * 12 and len({plan.source for plan in plans}) == 24 * 3
    assert spread(Counter(t.emotion for t in targets), 7) == 1
    assert spread(Counter(t.level for t in targets), 3) == 0
    assert spread(Counter(t.sentence for t in targets), 6) == 0
    assert spread(Counter((t.emotion, t.level) for t in targets), 21) == 1
    own = by_speaker(plans)
    assert set(own) == set(SECOND_TEST_IDENTITIES)
    for mine in own.values():
        assert len({(p.target.emotion, p.target.level) for p in mine}) == 12
        assert set(Counter(p.target.emotion for p in mine).values()) == {1, 2}
        assert set(Counter(p.target.level for p in mine).values()) == {4}
        assert set(Counter(p.target.sentence for p in mine).values()) == {4}
        assert max(Counter((p.target.level, p.target.sentence) for p in mine).values()) == 2


def test_test_spreads_its_56_edits_over_all_24_speakers() -> None:
    plans = sample_plans("test-v2")
    targets = [plan.target for plan in plans]
    assert len(set(targets)) == 56 and len({plan.source for plan in plans}) == 24
    assert Counter(t.emotion for t in targets) == dict.fromkeys(MOVED, 8)
    assert spread(Counter(t.level for t in targets), 3) == 1
    assert spread(Counter(t.identity for t in targets), 24) == 1
    assert {t.identity for t in targets[:24]} == set(SECOND_TEST_IDENTITIES)
    for mine in by_speaker(plans).values():
        assert len({p.target.emotion for p in mine}) == len({p.target.level for p in mine}) == len(mine)


def test_extended_has_every_unseen_emotion_of_every_speaker_at_one_level() -> None:
    plans = sample_plans("extended-v2")
    assert len({plan.target for plan in plans}) == 24 * 6
    assert {plan.source for plan in plans} == {plan.source for plan in sample_plans("full-v2")}
    assert Counter((p.target.identity, p.target.emotion) for p in plans) == {
        (who, emotion): 1 for who in SECOND_TEST_IDENTITIES for emotion in EXTENDED_EMOTIONS
    }
    counts = Counter((p.target.emotion, p.target.level) for p in plans)
    assert counts == {(emotion, level): 12 for emotion in EXTENDED_EMOTIONS for level in (2, 3)}


@pytest.mark.parametrize("split", SECOND_SPLITS)
def test_cues_come_from_the_second_cast_with_other_words(split: str) -> None:
    for plan in sample_plans(split):
        assert plan.source.identity == plan.target.identity and plan.source.sentence == plan.target.sentence
        cues = (*plan.emotional_speech, *plan.neutral_speech)
        assert len(cues) == 20 and {clip.identity for clip in cues} <= set(SECOND_TEST_IDENTITIES)
        assert plan.source.sentence not in {clip.sentence for clip in (*cues, plan.reference)}
        assert plan.reference.identity != plan.target.identity and plan.reference.emotion == plan.label


def test_cues_of_the_second_cast_are_pooled_over_many_speakers() -> None:
    pools = [{clip.identity for clip in plan.emotional_speech} for plan in sample_plans("full-v2")]
    assert min(map(len, pools)) >= 5


def test_references_need_few_clips_beyond_the_split() -> None:
    assert len(clips_of("test-v2")[0]) == 56 + 24
    assert len(clips_of("full-v2")[0]) == 288 + 72
