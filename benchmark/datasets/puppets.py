"""The embedded corpus as a dataset: synthetic talking faces with known truth, made on first use.

**Which speech drives the lips.** `Sample.speech` is the *source's* own recording: C-MET's released script drives the
lips with the wav of the neutral source video and scores lip sync against it; the target's emotional recording would
hand the method a piece of the answer that nobody has outside a benchmark. So an edit keeps the source's words, timing
and length. The target clip says the same words in its own, emotional timing (another take, as in MEAD).
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from benchmark.core.errors import UsageError, nearest
from benchmark.core.types import Cues, Sample
from benchmark.datasets.base import Dataset
from benchmark.puppets.plan import SPLITS, SamplePlan, clips_of, sample_plans, split_sha256


class Puppets(Dataset):
    """The puppets."""

    name: ClassVar[str] = "puppets"
    title: ClassVar[str] = "Puppets (embedded, synthetic)"
    version: ClassVar[str] = "1"
    licence: ClassVar[str] = "Apache-2.0"

    def splits(self) -> tuple[str, ...]:
        """`test` (56 samples, the default), `full` (336), `levels` (84) and `extended` (48, unseen emotions).

        Of the second cast: `test-v2` (56), `full-v2` (288) and `extended-v2` (144).
        """
        return SPLITS

    def split_sha256(self, split: str) -> str:
        """Hash of the split's samples and cues and of the data version."""
        return split_sha256(_known(split), self.version)

    def sample_ids(self, split: str) -> list[str]:
        """Ids of the split's samples, in order; nothing is made."""
        return [plan.id for plan in sample_plans(_known(split))]

    def samples(self, split: str, cache_root: Path, seed: int, workers: int, limit: int | None = None) -> list[Sample]:
        """Make what is missing of the split's clips and return its samples.

        Raises:
            MissingRequirement: the speech synthesizer isn't installed.
        """
        from benchmark.puppets.corpus import build, corpus_folder

        folder = corpus_folder(Path(cache_root), seed)
        seen, heard = clips_of(_known(split), limit)
        build(seen, heard, folder, seed=seed, workers=workers)
        return [_sample(plan, split, folder) for plan in sample_plans(split)[:limit]]


def _known(split: str) -> str:
    if split not in SPLITS:
        raise UsageError(f"dataset puppets has no split '{split}'{nearest(split, SPLITS)}")
    return split


def _sample(plan: SamplePlan, split: str, folder: Path) -> Sample:
    return Sample(
        id=plan.id,
        dataset="puppets",
        split=split,
        speaker=plan.target.identity,
        sentence=plan.target.sentence,
        source=folder / f"{plan.source.id}.mp4",
        source_emotion="neutral",
        emotion=plan.target.emotion,
        intensity=plan.target.level,
        speech=folder / f"{plan.source.id}.wav",
        cues=Cues(
            label=plan.label,
            level=plan.label_level,
            emotional_speech=tuple(folder / f"{clip.id}.wav" for clip in plan.emotional_speech),
            neutral_speech=tuple(folder / f"{clip.id}.wav" for clip in plan.neutral_speech),
            reference=folder / f"{plan.reference.id}.mp4",
        ),
        target=folder / f"{plan.target.id}.mp4",
        truth=folder / f"{plan.target.id}.npz",
    )
