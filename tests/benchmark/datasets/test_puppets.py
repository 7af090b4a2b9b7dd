"""The dataset hands out samples whose files are all there."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.core.errors import UsageError
from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS, Sample
from benchmark.datasets import DATASETS
from benchmark.media.audio import read_audio
from benchmark.media.video import read_clip
from benchmark.puppets.cast import TEST_IDENTITIES


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The first sample of the default split, made."""
    (first,) = DATASETS.get("puppets")().samples("test", tmp_path_factory.mktemp("cache"), seed=0, workers=1, limit=1)
    return first


def test_every_file_of_a_sample_is_there(sample: Sample) -> None:
    cues = sample.cues
    files = [sample.source, sample.speech, sample.target, sample.truth, cues.reference]
    files += [*cues.emotional_speech, *cues.neutral_speech]
    assert len(files) == 25
    assert all(isinstance(file, Path) and file.stat().st_size > 1000 for file in files)


def test_the_speech_to_speak_is_the_sources_own(sample: Sample) -> None:
    assert sample.speech == sample.source.with_suffix(".wav")
    clip = read_clip(sample.source)
    assert len(read_audio(sample.speech)) == len(clip.frames) * 640


def test_source_and_target_are_the_same_person_saying_the_same(sample: Sample) -> None:
    assert sample.target is not None and sample.truth == sample.target.with_suffix(".npz")
    assert sample.id == sample.target.stem
    assert sample.source.stem == f"{sample.speaker}_neutral_level_1_{sample.sentence}"
    assert sample.speaker in TEST_IDENTITIES
    assert sample.cues.label == sample.emotion != sample.source_emotion == "neutral"


def test_splits_ids_and_hashes_need_no_media() -> None:
    puppets = DATASETS.get("puppets")()
    assert puppets.splits() == ("test", "full", "levels", "extended", "test-v2", "full-v2", "extended-v2")
    ids = {split: puppets.sample_ids(split) for split in puppets.splits()}
    assert [len(found) for found in ids.values()] == [56, 336, 84, 48, 56, 288, 144]
    assert len({puppets.split_sha256(split) for split in puppets.splits()}) == 7
    emotions = {split: {name.split("_")[1] for name in found} for split, found in ids.items()}
    assert emotions["test"] == emotions["full"] == emotions["levels"] == set(BASIC_EMOTIONS) - {"neutral"}
    assert emotions["test-v2"] == emotions["full-v2"] == emotions["test"]
    assert emotions["extended"] == emotions["extended-v2"] == set(EXTENDED_EMOTIONS)


def test_an_unknown_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no split 'extendet'; did you mean 'extended'"):
        DATASETS.get("puppets")().samples("extendet", tmp_path, 0, 1)
