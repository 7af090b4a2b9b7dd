"""`crema_d`: the official test pairs of C-MET on CREMA-D (H. Cao et al., 2014), neutral to five emotions, 91 actors.

The pairs are those of `dataset/CREMA_D/test.csv` in ChanHyeok-Choi/C-MET (commit d23fd3d, Apache-2.0). Clips lie as
prepared, ROOT/<actor>_<sentence>_<emotion>_<intensity>.mp4 (an FPS25 level above is found too).

Cues. Label: the target emotion. Speech: ten targets of that emotion and ten neutral sources of the whole list, all
actors pooled, never with the sentence of the sample. Reference: a clip of the emotion by another actor, other sentence.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import ClassVar

from benchmark.core.types import Cues, Sample
from benchmark.datasets.mead import clips_folder
from benchmark.datasets.paired_corpus import PairedCorpus, Row, sound, video
from benchmark.datasets.split_file import SplitFile, draw

TEST = SplitFile("crema_d_test.csv", "9022bd138963934b76fc088d14fab08cedcce8cb7ffcf18ad02b4bcb7c7ffe6e")
HELD_OUT = ("TAI", "IOM", "IWL")
"""`dataset/CREMA_D/test.txt`: the sentences that are in no training clip. The list of pairs holds all twelve."""
EMOTIONS = {"ANG": "angry", "DIS": "disgusted", "FEA": "fear", "HAP": "happy", "SAD": "sad"}
LEVELS = {"XX": 0, "LO": 1, "MD": 2, "HI": 3}


class CremaD(PairedCorpus):
    """CREMA-D."""

    name: ClassVar[str] = "crema_d"
    title: ClassVar[str] = "CREMA-D, official pairs"
    version: ClassVar[str] = "1"
    licence: ClassVar[str] = "Open Database License, contents DbCL"
    get_it: ClassVar[str] = "see docs/guide/prepare_data.md"

    def splits(self) -> tuple[str, ...]:
        """`test` (1,546 pairs, the default), `test-heldout` (the 331 whose sentence was not trained on)."""
        return ("test", "test-heldout")

    def rows(self, split: str) -> list[Row]:
        return [row for row in TEST.rows if split == "test" or row["sentence"] in HELD_OUT]

    def cue_names(self, row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        emotional, neutral = _pools(row["emotion"], row["sentence"])
        return draw(emotional, row["sample_id"], "emotional"), draw(neutral, row["sample_id"], "neutral")

    def sample(self, root: Path, split: str, row: Row) -> Sample:
        folder = clips_folder(root)
        emotional, neutral = self.cue_names(row)
        others = [c for c in _pools(row["emotion"], row["sentence"])[0] if c[:4] != row["identity"]]
        return Sample(
            id=row["sample_id"],
            dataset=self.name,
            split=split,
            speaker=row["identity"],
            sentence=row["sentence"],
            source=video(folder, row["source"]),
            source_emotion="neutral",
            emotion=EMOTIONS[row["emotion"]],
            intensity=LEVELS[row["intensity"]],
            speech=sound(folder, row["source"]),
            cues=Cues(
                label=EMOTIONS[row["emotion"]],
                emotional_speech=tuple(sound(folder, clip) for clip in emotional),
                neutral_speech=tuple(sound(folder, clip) for clip in neutral),
                reference=video(folder, draw(others, row["sample_id"], "reference", count=1)[0]),
            ),
            target=video(folder, row["target"]),
        )


@cache
def _pools(emotion: str, sentence: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = [r for r in TEST.rows if r["sentence"] != sentence]
    emotional = tuple(r["target"] for r in rows if r["emotion"] == emotion)
    return emotional, tuple(sorted({r["source"] for r in rows}))
