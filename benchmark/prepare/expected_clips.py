"""Which clips the split of a dataset needs: sources, targets, references, and speech that emotion vectors come from."""

from __future__ import annotations

from benchmark.core.errors import UsageError, nearest
from benchmark.datasets.crema_d import CremaD
from benchmark.datasets.extended import Extended
from benchmark.datasets.mead import Mead
from benchmark.datasets.paired_corpus import PairedCorpus

CORPORA: dict[str, type[PairedCorpus]] = {"mead": Mead, "crema_d": CremaD, "extended": Extended}


def corpus(name: str) -> PairedCorpus:
    """The dataset of a name. Raises UsageError."""
    if name not in CORPORA:
        raise UsageError(f"unknown corpus '{name}'{nearest(name, CORPORA)}")
    return CORPORA[name]()


def wanted_clips(name: str, split: str = "test") -> list[str]:
    """Clip ids that a split needs, in the order of its rows. Raises UsageError for an unknown split."""
    dataset = corpus(name)
    if split not in dataset.splits():
        raise UsageError(f"dataset {name} has no split '{split}'{nearest(split, dataset.splits())}")
    clips: list[str] = []
    for row in dataset.rows(split):
        clips.append(row["source"])
        clips += [row[column] for column in ("target", "emotion_reference") if row.get(column)]
        emotional, neutral = dataset.cue_names(row)
        clips += neutral if name == "extended" else [*emotional, *neutral]
    return list(dict.fromkeys(clips))


def wanted_recordings() -> list[str]:
    """Names of the recordings of the extended set, `<emotion>/<name>`."""
    return list(dict.fromkeys(row["audio"] for row in Extended().rows("test")))


def facts_of(name: str, clip: str) -> dict[str, str]:
    """Identity, emotion, level and sentence that a clip id says."""
    if name == "crema_d":
        who, sentence, emotion, level = (*clip.split("_"), "", "", "", "")[:4]
    else:
        who, _, emotion, level, sentence = (*clip.split("/"), "", "", "", "", "")[:5]
    return {"identity": who, "emotion": emotion, "level": level, "sentence": sentence}
