"""A corpus comes back from disk as it was written, and says in one line what is wrong with it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from cmet.corpus import prepared as corpus
from cmet.corpus.command import main as pack_command
from cmet.corpus.packed import unpack
from cmet.corpus.sampler import ClipKey, Sampler, any_clip, mead_anchor

KEYS = [
    ClipKey(identity, emotion, level, number)
    for identity in ("M003", "W009")
    for emotion in ("happy", "neutral", "angry")
    for level in ((1,) if emotion == "neutral" else (1, 2))
    for number in (1, 2, 31)
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for i, key in enumerate(KEYS):
        rng = np.random.default_rng(i)
        frames = int(rng.integers(6, 12))
        corpus.write_clip(
            folder,
            key,
            expression=rng.standard_normal((frames, 10)),
            pose=rng.standard_normal((frames, 6)),
            lip=rng.standard_normal((frames, 20)),
            speech=rng.standard_normal(16),
        )
    return folder


def test_the_files_lie_where_the_authors_scripts_look_for_them(root: Path) -> None:
    level = root / "M003" / "front" / "happy" / "level_2"
    names = sorted(str(path.relative_to(level)) for path in level.rglob("*.npy"))
    numbers = ("001", "002", "031")
    codes = [f"{n}_ED_{part}.npy" for n in numbers for part in ("exp", "lip", "pose")]
    assert names == sorted([*codes, *(f"emotion2vec+large_features/{n}.npy" for n in numbers)])
    values = np.load(level / "001_ED_exp.npy", allow_pickle=False)
    assert values.dtype == np.float32 and values.shape[1] == 10
    assert not list(root.rglob("*.tmp"))


def test_what_was_written_is_read(root: Path) -> None:
    features = corpus.read_corpus(root)
    assert sorted(features.codes) == sorted(features.speech) == sorted(KEYS)
    assert features.emotions == ("angry", "happy", "neutral")
    assert features.anchor is mead_anchor
    rng = np.random.default_rng(7)
    wanted = rng.standard_normal((int(rng.integers(6, 12)), 10)).astype(np.float32)
    np.testing.assert_array_equal(features.codes[KEYS[7]], wanted)
    sample = Sampler(features).draw(0, np.random.default_rng(0))
    assert sample.vector.shape == (1, 16) and sample.neutral.shape == (5, 10)


def test_a_packed_corpus_is_the_same_corpus(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = root.parent / "packed.npz"
    assert pack_command([str(root), str(packed)]) == 0
    assert "30 clips, 30 embeddings" in capsys.readouterr().out
    one, two = corpus.read_corpus(root, rule="any"), corpus.read_corpus(packed, rule="any")
    assert two.emotions == one.emotions and two.anchor is any_clip
    for name in ("codes", "speech"):
        a, b = getattr(one, name), getattr(two, name)
        assert sorted(a) == sorted(b)
        assert all(a[key].tobytes() == b[key].tobytes() and a[key].shape == b[key].shape for key in a)


@pytest.mark.parametrize("form", ["folder", "packed"])
def test_only_the_wanted_identities_and_emotions_are_read(root: Path, form: str) -> None:
    source = root
    if form == "packed":
        source = root.parent / "packed.npz"
        assert pack_command([str(root), str(source)]) == 0
    features = corpus.read_corpus(source, identities=["W009"], emotions=["neutral", "happy"])
    assert {key.identity for key in [*features.codes, *features.speech]} == {"W009"}
    assert features.emotions == ("neutral", "happy")
    assert {key.emotion for key in features.codes} == {"neutral", "happy"}
    with pytest.raises(FileNotFoundError, match="no expression codes of M030"):
        corpus.read_corpus(source, identities=["W009", "M030"])


def test_identity_lists_hold_the_first_word_of_each_line(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("M003 1 front\n\n  W009\tx\n")
    assert corpus.read_identities(tmp_path / "train.txt") == ("M003", "W009")
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(ValueError, match="names no identity"):
        corpus.read_identities(tmp_path / "empty.txt")
    with pytest.raises(FileNotFoundError, match="no such list"):
        corpus.read_identities(tmp_path / "absent.txt")


def test_another_speech_encoder_has_a_folder_of_its_own(root: Path) -> None:
    corpus.write_clip(root, KEYS[0], speech=np.ones(8), speech_folder="puppets_[v1]")
    assert corpus.list_speech(root, "puppets_[v1]") == [KEYS[0]]
    features = corpus.read_corpus(root, speech_folder="puppets_[v1]")
    assert list(features.speech) == [KEYS[0]] and len(features.codes) == len(KEYS)


def test_what_can_not_be_used_is_refused_by_name(root: Path) -> None:
    file = corpus.code_file(root, KEYS[0])
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="_ED_exp.npy: not a plain array"):
        corpus.read_corpus(root)
    np.save(file, np.full((4, 10), np.nan, np.float32))
    with pytest.raises(ValueError, match="not finite"):
        corpus.read_corpus(root)
    np.save(file, np.zeros((4, 9), np.float32))
    with pytest.raises(ValueError, match="different widths: 9, 10"):
        corpus.read_corpus(root)
    file.write_bytes(b"")
    with pytest.raises(ValueError, match="not a plain array"):
        corpus.read_corpus(root)
    with pytest.raises(FileNotFoundError, match="no such corpus folder"):
        corpus.read_corpus(root / "absent")
    (root.parent / "bare").mkdir()
    with pytest.raises(ValueError, match="no expression codes"):
        corpus.read_corpus(root.parent / "bare")
    with pytest.raises(ValueError, match="unknown rule 'crema'"):
        corpus.read_corpus(root, rule="crema")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"expected \(frames, n\)"):
        corpus.write_clip(root, KEYS[0], expression=np.zeros(10))


def test_a_damaged_packed_file_is_refused(root: Path) -> None:
    packed = root.parent / "packed.npz"
    pack_command([str(root), str(packed)])
    whole = packed.read_bytes()
    packed.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="not a packed corpus"):
        unpack(packed)
    np.savez(packed, other=np.zeros(3))
    with pytest.raises(ValueError, match="not a packed corpus"):
        corpus.read_corpus(packed)
    np.save(packed.with_suffix(".npy"), np.zeros(3))
    packed.with_suffix(".npy").rename(packed)
    with pytest.raises(ValueError, match="not a packed corpus"):
        unpack(packed)
    assert pack_command([str(root), str(root.parent / "wrong.zip")]) == 2


def test_keys_are_ordered_as_the_speech_pools_are() -> None:
    fields = [field.name for field in dataclasses.fields(ClipKey)]
    assert fields == ["identity", "emotion", "level", "number"]
