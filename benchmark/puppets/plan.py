"""Which clips there are and what each split asks: pure values, made without rendering or speaking anything.

Clip ids read `P25_happy_level_2_s31`: identity, emotion, level, sentence. Neutral clips have level 1 only, as in MEAD.

* `test`, the default: 4 test identities x 7 emotions x 2 of the 3 levels = 56 edits of 12 neutral source clips.
* `full`: 4 x 7 x 3 levels x 4 sentences = 336 edits of 16 source clips.
* `levels`: 4 x 7 x 3 levels = 84 edits of 12 source clips; the three levels of an emotion have the same source, so that
  their order can be judged.
* `extended`: 4 x 6 emotions x levels 2 and 3 = 48 edits of 12 source clips; these emotions are in no training clip.
* `test-v2`, `full-v2`, `extended-v2`: of the second cast of 24 test identities, see `second_plan.py`.
* `train`: not a split to score, but the clips of the 24 training identities that the project's networks learn from.

Source and target say the same words. A sample's cues never do: the ten emotional and ten neutral recordings (as many as
C-MET averages) are pooled over the split's identities and say other sentences; the reference video is a target clip of
the same emotion by another identity, or the same identity's with other words. For an extended emotion, label and
reference video are those of the basic emotion, and level, that a judge hears in the emotional recordings
(`recognised.py`): all that a label- or image-driven method can be given without having seen the emotion.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from benchmark.core.errors import UsageError, nearest
from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS
from benchmark.puppets.cast import SECOND_TEST_IDENTITIES, TEST_IDENTITIES, TRAINING_IDENTITIES, generator
from benchmark.puppets.clip_plan import MOVED, ClipPlan
from benchmark.puppets.recognised import heard
from benchmark.puppets.second_plan import SECOND_SPLITS
from benchmark.puppets.sentences import CUE_SENTENCES, TEST_SENTENCES, TRAINING_SENTENCES

SPLITS: tuple[str, ...] = ("test", "full", "levels", "extended", *SECOND_SPLITS)
"""Splits that can be scored, the default one first."""

CUES = 10
"""Recordings per cue, as many as C-MET averages."""


@dataclass(frozen=True)
class SamplePlan:
    """One edit: from source to target, with its cues."""

    source: ClipPlan
    target: ClipPlan
    label: str
    """Basic emotion that a label-driven method is given."""
    label_level: int
    """Its level, 1 to 3."""
    emotional_speech: tuple[ClipPlan, ...]
    """Ten; only their sound is needed."""
    neutral_speech: tuple[ClipPlan, ...]
    """Ten; only their sound is needed."""
    reference: ClipPlan

    @property
    def id(self) -> str:
        """The target's id."""
        return self.target.id


def sample_plans(split: str) -> list[SamplePlan]:
    """The samples of a split, in order.

    Raises:
        UsageError: there is no such split.
    """
    if split in SECOND_SPLITS:
        return _second(split)
    if split == "test":
        targets = list(_targets(MOVED, levels_each=2, sentences_each=3, own_sentence=True))
    elif split == "full":
        targets = list(_targets(MOVED, levels_each=3, sentences_each=4, own_sentence=False))
    elif split == "levels":
        targets = list(_triples())
    elif split == "extended":
        targets = list(_targets(EXTENDED_EMOTIONS, levels_each=0, sentences_each=3, own_sentence=True))
    else:
        raise UsageError(f"dataset puppets has no split '{split}'{nearest(split, SPLITS)}")
    references = targets if split != "extended" else list(_targets(MOVED, 2, 3, own_sentence=True))
    return [_sample(target, references) for target in targets]


def _second(split: str) -> list[SamplePlan]:
    """The samples of a split of the second cast; references come from `full-v2` itself, otherwise from `test-v2`."""
    references = list(SECOND_SPLITS["full-v2" if split == "full-v2" else "test-v2"]())
    return [_sample(target, references, cast=2) for target in SECOND_SPLITS[split]()]


def _targets(
    emotions: tuple[str, ...], levels_each: int, sentences_each: int, own_sentence: bool
) -> Iterator[ClipPlan]:
    """Target clips, every emotion of every identity once before any comes again, so that a few samples are varied.

    Args:
        emotions: target emotions.
        levels_each: 2: two of the three levels, turning so that all come equally often; 3: all; 0: levels 2 and 3.
        sentences_each: sentences per identity: consecutive TEST_SENTENCES, from another one on for each identity.
        own_sentence: every clip says one of them in turn; otherwise every clip is said with all of them.
    """
    rounds = levels_each or 2
    for turn in range(rounds if own_sentence else rounds * sentences_each):
        for person, identity in enumerate(TEST_IDENTITIES):
            words = [TEST_SENTENCES[(person * 2 + k) % len(TEST_SENTENCES)] for k in range(sentences_each)]
            for number, emotion in enumerate(emotions):
                level = 2 + turn if levels_each == 0 else (person + number + turn) % 3 + 1
                said = words[(number + turn) % len(words)] if own_sentence else words[turn // 3]
                yield ClipPlan(identity, emotion, level, said)


def _triples() -> Iterator[ClipPlan]:
    """Every emotion of every identity at levels 1, 2 and 3 with the same words, the three one after the other."""
    for person, identity in enumerate(TEST_IDENTITIES):
        for number, emotion in enumerate(MOVED):
            said = TEST_SENTENCES[(person * 2 + number % 3) % len(TEST_SENTENCES)]
            yield from (ClipPlan(identity, emotion, level, said) for level in (1, 2, 3))


def _sample(target: ClipPlan, references: list[ClipPlan], cast: int = 1) -> SamplePlan:
    label, level = heard(target.emotion, target.level, cast)
    people = SECOND_TEST_IDENTITIES if cast == 2 else TEST_IDENTITIES
    shown = [c for c in references if c.emotion == label and c.sentence != target.sentence]
    others = [c for c in shown if c.identity != target.identity] or shown
    turned = _shuffled(others, "reference", target.id)
    reference = min(turned, key=lambda clip: abs(clip.level - level))
    return SamplePlan(
        source=ClipPlan(target.identity, "neutral", 1, target.sentence),
        target=target,
        label=label,
        label_level=level,
        emotional_speech=cue_clips(target.emotion, target.level, people),
        neutral_speech=cue_clips("neutral", 1, people),
        reference=reference,
    )


def cue_clips(emotion: str, level: int, cast: tuple[str, ...] = TEST_IDENTITIES) -> tuple[ClipPlan, ...]:
    """The ten recordings that stand for an emotion and level in a cast's splits: its identities, cue sentences."""
    pool = [ClipPlan(i, emotion, level, s) for i in cast for s in CUE_SENTENCES]
    return tuple(sorted(_shuffled(pool, "cue", emotion, level)[:CUES]))


def _shuffled(clips: list[ClipPlan], *parts: object) -> list[ClipPlan]:
    order = generator(*parts).permutation(len(clips))
    return [clips[k] for k in order]


def training_clips(sentences_each: int = 3) -> list[ClipPlan]:
    """Clips to train on: 24 identities x (7 emotions x 3 levels + neutral), each with some of the 28 sentences.

    The order is shuffled once, so that the first so many are a fair sample of all. Extended emotions are never among
    them.

    Args:
        sentences_each: sentences per identity, emotion and level, 1 to 28.
    """
    clips = []
    for person, identity in enumerate(TRAINING_IDENTITIES):
        for number, emotion in enumerate(BASIC_EMOTIONS):
            for level in (1,) if emotion == "neutral" else (1, 2, 3):
                count = sentences_each * (3 if emotion == "neutral" else 1)
                first = person * 5 + number * 3 + level * 7
                words = [TRAINING_SENTENCES[(first + 9 * k) % len(TRAINING_SENTENCES)] for k in range(count)]
                clips += [ClipPlan(identity, emotion, level, word) for word in words]
    return _shuffled(sorted(set(clips)), "train", sentences_each)


def clips_of(split: str, limit: int | None = None) -> tuple[list[ClipPlan], list[ClipPlan]]:
    """What has to be made for a split: clips with picture, and clips of which only the sound is needed.

    Args:
        split: one of SPLITS, or `train`.
        limit: only what the first so many samples (or training clips) need.
    """
    if split == "train":
        return training_clips()[:limit], []
    plans = sample_plans(split)[:limit]
    seen = dict.fromkeys(clip for plan in plans for clip in (plan.source, plan.target, plan.reference))
    heard = dict.fromkeys(clip for plan in plans for clip in (*plan.emotional_speech, *plan.neutral_speech))
    return list(seen), [clip for clip in heard if clip not in seen]


def split_sha256(split: str, version: str) -> str:
    """Hash of a split's samples, cues and data version."""
    content = {"version": version, "samples": [_cells(plan) for plan in sample_plans(split)]}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _cells(plan: SamplePlan) -> dict[str, object]:
    """A sample as the hash of its split sees it; a level that is the target's own goes without saying."""
    cells = asdict(plan)
    if plan.label_level == plan.target.level:
        del cells["label_level"]
    return cells
