"""`extended`: six emotions that no face was seen showing, spoken by a text-to-speech voice, on neutral MEAD clips.

The 150 items are those of `audios/gemini/test.csv` in ChanHyeok-Choi/C-MET (Apache-2.0). `root` is a prepared MEAD,
`speech` the folder `audios/gemini` of that repository. The lips follow the item's own recording.

Cues. Speech: ten of the 24 other recordings of the emotion, and ten of the neutral MEAD clips of this list other than
the source. Label: what the authors' speech emotion classifier said of the item, one of MEAD's; where it said `<unk>` (6
items) there is none, and a label-driven method ends as `no_label`. Reference: the MEAD clip of that label; where
the label is neutral or missing (17 items) it is the source itself, as in the authors' list. No target clip exists.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import ClassVar

from benchmark.core.errors import MissingRequirement, user_path
from benchmark.core.types import BASIC_EMOTIONS, Cues, Sample
from benchmark.datasets.mead import clips_folder
from benchmark.datasets.paired_corpus import PairedCorpus, Row, sound, video
from benchmark.datasets.split_file import SplitFile, draw

TEST = SplitFile("extended_test.csv", "35ab05a1d048d4b4fd3b6442cb063daeea2bc780594b7e2f3f66fcd5178a3361")


class Extended(PairedCorpus):
    """Extended emotions."""

    name: ClassVar[str] = "extended"
    title: ClassVar[str] = "Extended emotions on MEAD"
    version: ClassVar[str] = "1"
    licence: ClassVar[str] = "speech Apache-2.0; MEAD terms, research only"
    get_it: ClassVar[str] = "see docs/guide/prepare_data.md"

    def splits(self) -> tuple[str, ...]:
        """`test`: 150 items."""
        return ("test",)

    def rows(self, split: str) -> list[Row]:
        return list(TEST.rows)

    def cue_names(self, row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        spoken, neutral = _pools(row["emotion"])
        emotional = [name for name in spoken if name != row["audio"]]
        others = [clip for clip in neutral if clip != row["source"]]
        return draw(emotional, row["sample_id"], "emotional"), draw(others, row["sample_id"], "neutral")

    def sample(self, root: Path, split: str, row: Row) -> Sample:
        folder, speech = clips_folder(root), self.speech_folder()
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
            intensity=0,
            speech=speech / f"{row['audio']}.wav",
            cues=Cues(
                label=row["ser_label"] if row["ser_label"] in BASIC_EMOTIONS else None,
                emotional_speech=tuple(speech / f"{name}.wav" for name in emotional),
                neutral_speech=tuple(sound(folder, clip) for clip in neutral),
                reference=video(folder, row["emotion_reference"]),
            ),
        )

    def speech_folder(self) -> Path:
        """The folder of the recordings. Raises MissingRequirement."""
        given = self.options.get("speech")
        if not given or not user_path(given).is_dir():
            raise MissingRequirement(
                f"dataset extended needs dataset.speech=DIR, holding <emotion>/*.wav; {self.get_it}"
            )
        return user_path(given)


@cache
def _pools(emotion: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    spoken = tuple(row["audio"] for row in TEST.rows if row["emotion"] == emotion)
    return spoken, tuple(sorted({row["source"] for row in TEST.rows}))
