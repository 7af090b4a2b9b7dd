"""`mead`: the official test pairs of C-MET on MEAD (K. Wang et al., ECCV 2020), neutral level 1 to seven emotions.

The pairs are those of `dataset/MEAD/test.csv` in ChanHyeok-Choi/C-MET (commit d23fd3d, Apache-2.0). Clips lie as the
authors prepared them, ROOT/<id>/front/<emotion>/<level>/NNN.mp4 (an FPS25 level above is found too).

Cues. Label: the target emotion. Speech: ten level_3 targets of that emotion and ten neutral sources of the split, all
four speakers pooled as in the authors' published folders, never with the words of the sample; drawn by
`split_file.draw`. Reference: a level_2 clip of the emotion by another speaker, with other words.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import ClassVar

from benchmark.core.types import Cues, Sample
from benchmark.datasets.paired_corpus import PairedCorpus, Row, sound, video
from benchmark.datasets.split_file import FOLDER, SplitFile, draw

TEST = SplitFile("mead_test.csv", "b73777f166349edc0d20c1254bb8807b4d2603fcae9e1fa824ef22c12322d033")
UNMATCHED = "020"
"""Sentence that is paired with neutral 030 and, as those who reproduced the paper report, never says the same."""


class Mead(PairedCorpus):
    """MEAD, front view."""

    name: ClassVar[str] = "mead"
    title: ClassVar[str] = "MEAD, official pairs"
    version: ClassVar[str] = "1"
    licence: ClassVar[str] = "MEAD terms, research only"
    get_it: ClassVar[str] = "see docs/guide/prepare_data.md"

    def splits(self) -> tuple[str, ...]:
        """`test` (1,143 pairs, the default), `test-no020` (1,072: without sentence 020)."""
        return ("test", "test-no020")

    def rows(self, split: str) -> list[Row]:
        return [row for row in TEST.rows if split == "test" or row["sentence"] != UNMATCHED]

    def cue_names(self, row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        emotional, neutral = _pools(row["emotion"], row["sentence"], row["source"][-3:])
        return draw(emotional, row["sample_id"], "emotional"), draw(neutral, row["sample_id"], "neutral")

    def sample(self, root: Path, split: str, row: Row) -> Sample:
        folder = clips_folder(root)
        emotional, neutral = self.cue_names(row)
        return Sample(
            id=row["sample_id"],
            dataset=self.name,
            split=split,
            speaker=row["identity"],
            sentence=row["sentence"],
            source=video(folder, row["source"]),
            source_emotion="neutral",
            emotion=row["emotion"],
            intensity=int(row["intensity"][-1]),
            speech=sound(folder, row["source"]),
            cues=Cues(
                label=row["emotion"],
                emotional_speech=tuple(sound(folder, clip) for clip in emotional),
                neutral_speech=tuple(sound(folder, clip) for clip in neutral),
                reference=video(folder, reference_of(row)),
            ),
            target=video(folder, row["target"]),
        )


def clips_folder(root: Path) -> Path:
    """The folder that holds the identities: ROOT/FPS25 as the authors name it, or ROOT."""
    return root / "FPS25" if (root / "FPS25").is_dir() else root


def training_identities() -> tuple[str, ...]:
    """The 43 identities that C-MET is trained on (`mead/train`); the four others are the test's."""
    return tuple(json.loads((FOLDER / "mead_identities.json").read_text(encoding="utf-8"))["train"])


def reference_of(row: Row) -> str:
    """Clip id of a row's reference."""
    others = _references(row["emotion"])
    wanted = [c for c in others if c.split("/")[0] != row["identity"] and c[-3:] != row["sentence"]]
    return draw(wanted, row["sample_id"], "reference", count=1)[0]


@cache
def _references(emotion: str) -> tuple[str, ...]:
    return tuple(r["target"] for r in TEST.rows if r["emotion"] == emotion and r["intensity"] == "level_2")


@cache
def _pools(emotion: str, sentence: str, neutral_sentence: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    strong = [r for r in TEST.rows if r["emotion"] == emotion and r["intensity"] == "level_3"]
    emotional = tuple(r["target"] for r in strong if r["sentence"] != sentence)
    return emotional, tuple(sorted({r["source"] for r in TEST.rows if r["source"][-3:] != neutral_sentence}))
