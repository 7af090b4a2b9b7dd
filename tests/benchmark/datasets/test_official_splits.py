"""The split files say what shared/splits/README.md counted in the authors' files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmark.core.errors import ManifestError, MissingRequirement, UsageError
from benchmark.datasets import DATASETS, crema_d, extended, mead, split_file
from benchmark.datasets.paired_corpus import PairedCorpus
from benchmark.datasets.split_file import SplitFile


def count(rows: list[dict[str, str]], column: str) -> dict[str, int]:
    return dict(Counter(row[column] for row in rows))


def corpus(name: str, **options: object) -> PairedCorpus:
    found = DATASETS.get(name)(options)
    assert isinstance(found, PairedCorpus)
    return found


def test_mead_counts() -> None:
    rows = corpus("mead").rows("test")
    assert len(rows) == 1143 and len({row["source"] for row in rows}) == 56
    assert count(rows, "emotion") == {
        "angry": 159, "contempt": 166, "disgusted": 161, "fear": 159, "happy": 168, "sad": 165, "surprised": 165,
    }  # fmt: skip
    assert count(rows, "identity") == {"M003": 291, "M030": 280, "W009": 284, "W015": 288}
    assert count(rows, "intensity") == {"level_1": 385, "level_2": 379, "level_3": 379}
    assert count(rows, "sentence") == {
        "001": 82, "002": 82, "003": 82, "020": 71, "021": 84, "022": 84, "023": 83, "024": 83, "025": 82, "026": 82,
        "027": 81, "028": 81, "029": 83, "030": 83,
    }  # fmt: skip
    assert len(corpus("mead").sample_ids("test-no020")) == 1143 - 71
    assert len(mead.training_identities()) == 43 and not {"M003", "M030", "W009", "W015"} & {
        *mead.training_identities()
    }


def test_crema_d_counts() -> None:
    rows = corpus("crema_d").rows("test")
    assert len(rows) == 1546 and len({row["source"] for row in rows}) == 523
    assert count(rows, "emotion") == {"ANG": 309, "DIS": 292, "FEA": 329, "HAP": 308, "SAD": 308}
    assert count(rows, "intensity") == {"XX": 1233, "LO": 109, "MD": 99, "HI": 105}
    assert count(rows, "sentence") == {
        "DFA": 114, "IEO": 313, "IOM": 106, "ITH": 98, "ITS": 145, "IWL": 114, "IWW": 108, "MTI": 124, "TAI": 111,
        "TIE": 101, "TSI": 104, "WSI": 108,
    }  # fmt: skip
    actors = count(rows, "identity")
    assert len(actors) == 91 and (actors["1001"], actors["1062"], actors["1058"], actors["1091"]) == (32, 3, 33, 18)
    held_out = corpus("crema_d").rows("test-heldout")
    assert len(held_out) == 331 and len({row["identity"] for row in held_out}) == 75
    assert count(held_out, "emotion") == {"ANG": 68, "DIS": 53, "FEA": 76, "HAP": 70, "SAD": 64}


def test_extended_counts() -> None:
    rows = corpus("extended").rows("test")
    assert set(count(rows, "emotion").values()) == {25} and len(rows) == 150
    assert count(rows, "identity") == {"M003": 41, "M030": 35, "W009": 35, "W015": 39}
    assert count(rows, "ser_label") == {
        "happy": 50, "sad": 56, "disgusted": 20, "neutral": 11, "surprised": 7, "<unk>": 6,
    }  # fmt: skip
    assert sum(row["emotion_reference"] == row["source"] for row in rows) == 17
    targets = {row["target"] for row in mead.TEST.rows}
    assert sum(row["emotion_reference"] in targets for row in rows) == 133


@pytest.mark.parametrize("name", ["mead", "crema_d", "extended"])
def test_every_sample_has_ten_cues_of_each_side_and_none_says_its_words(name: str, tmp_path: Path) -> None:
    dataset = corpus(name, root=str(tmp_path), speech=str(tmp_path))
    for split in dataset.splits():
        ids = dataset.sample_ids(split)
        assert len(set(ids)) == len(ids)
        for row, sample in zip(dataset.rows(split), dataset.samples(split, tmp_path, 0, 1), strict=True):
            emotional, neutral = dataset.cue_names(row)
            assert len(set(emotional)) == len(set(neutral)) == 10 and sample.id == row["sample_id"]
            if name == "mead":
                assert all(clip[-3:] != row["sentence"] and "level_3" in clip for clip in emotional)
                assert all(clip[-3:] != row["source"][-3:] for clip in neutral)
            elif name == "crema_d":
                assert all(clip.split("_")[1] != row["sentence"] for clip in (*emotional, *neutral))
            else:
                assert row["audio"] not in emotional and row["source"] not in neutral
                assert sample.target is None and (sample.cues.label is None) == (row["ser_label"] == "<unk>")


def test_variants_have_their_own_hash_and_an_unknown_split_names_the_nearest() -> None:
    for name in ("mead", "crema_d"):
        dataset = corpus(name)
        assert len({dataset.split_sha256(split) for split in dataset.splits()}) == 2
    with pytest.raises(UsageError, match="test-no020"):
        corpus("mead").sample_ids("test-no02")


def test_a_changed_split_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (split_file.FOLDER / "extended_test.csv").read_text(encoding="utf-8")
    (tmp_path / "extended_test.csv").write_text(text.replace("level_2", "level_3", 1), encoding="utf-8")
    monkeypatch.setattr(split_file, "FOLDER", tmp_path)
    with pytest.raises(ManifestError, match="was changed"):
        _ = SplitFile("extended_test.csv", extended.TEST.sha256).rows


def test_without_a_folder_the_message_says_where_to_look() -> None:
    with pytest.raises(MissingRequirement, match=r"dataset.root=DIR.*prepare_data.md"):
        corpus("crema_d").samples("test", Path(), 0, 1)
    assert crema_d.LEVELS["HI"] == 3
