"""Feature banks: packing, reading, and what they say about the published features."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.checkpoints.shipped import ship
from benchmark.media.audio import read_audio, write_wav
from cmet.bank import main
from cmet.inference.feature_bank import Bank, pack_folder, read_bank, speakers, trust, write_bank
from cmet.inference.recorded_speech import Embedder, Recordings, list_speech, read_recordings
from cmet.inference.speech import load_speech_encoder
from cmet.model.speech_network import SpeechNetwork
from tests.shared_files import SHARED

FEATURES = SHARED / "features" / "cmet_mead.npz"
GOLDEN = SHARED / "reference" / "cmet" / "emotion_vectors" / "e2v.npz"
needs_features = pytest.mark.skipif(not FEATURES.is_file(), reason="no published features in ../shared/features")
SPEECH = {"embedding": 8, "width": 8, "emotions": 8, "affect": 7}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A random speech encoder as it ships."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "speech.safetensors"
    ship(SpeechNetwork(**SPEECH), path, arguments=SPEECH, command="none", seed=0, data_version="0", scores={})
    return str(path)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two recordings and three embeddings of two emotions."""
    rng = np.random.default_rng(0)
    for name in ("happy/A_1.wav", "neutral/A_1.wav"):
        write_wav(tmp_path / "tree" / name, (0.2 * rng.standard_normal(8000)).astype(np.float32))
    for name, shape in (("happy/A_2.npy", (8,)), ("neutral/B_1.npy", (1, 8)), ("neutral/A_1.npy", (8,))):
        np.save(tmp_path / "tree" / name, rng.standard_normal(shape))
    (tmp_path / "tree" / "happy" / "notes.txt").write_text("not speech")
    return tmp_path / "tree"


def test_a_folder_is_packed_with_names_and_hashes(tree: Path, encoder: str, tmp_path: Path, capsys) -> None:
    out = tmp_path / "bank.npz"
    assert main(["pack", str(tree), str(out), "--speech-encoder", encoder]) == 0
    assert "happy 2, neutral 2; 8 numbers each, by speech.safetensors" in capsys.readouterr().out
    bank = read_bank(out)
    assert {emotion: rows.names for emotion, rows in bank.emotions.items()} == {
        "happy": ("A_1", "A_2"),
        "neutral": ("A_1", "B_1"),
    }
    direct = load_speech_encoder(encoder).embed([read_audio(tree / "happy" / "A_1.wav")])[0]
    np.testing.assert_array_equal(bank.of("happy").rows[0], direct)
    np.testing.assert_array_equal(bank.of("happy").rows[1], np.load(tree / "happy" / "A_2.npy").astype(np.float32))
    for key, source in bank.sources.items():
        assert source.sha256 == hashlib.sha256((tree / source.file).read_bytes()).hexdigest()
        assert source.file.startswith(key)
    assert bank.sources["neutral/A_1"].file == "neutral/A_1.npy"  # made already: the wav beside it is not embedded
    again = tmp_path / "again.npz"
    write_bank(pack_folder(tree, Embedder(encoder)), again)
    assert again.read_bytes() == out.read_bytes()


def test_show_counts_and_judges_every_emotion(tmp_path: Path, capsys) -> None:
    rng = np.random.default_rng(1)
    axis = np.zeros(16, np.float32)
    axis[0] = 5.0

    def side(shift: np.ndarray) -> Recordings:
        rows = (rng.standard_normal((24, 16)) + shift).astype(np.float32)
        return Recordings(tuple(f"{'AB'[i % 2]}_{i}" for i in range(24)), rows)

    emotions = {"happy": side(axis), "nothing": side(0 * axis), "neutral": side(0 * axis)}
    write_bank(Bank(emotions), tmp_path / "bank.npz")
    assert main(["show", str(tmp_path / "bank.npz")]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()[1:]}
    assert lines["happy"].endswith(": reliable") and "n =   24" in lines["happy"]
    assert lines["nothing"].endswith("not reliable")
    assert "compared with" in lines["neutral"]
    write_bank(Bank({"happy": emotions["happy"]}), tmp_path / "one.npz")
    assert main(["show", str(tmp_path / "one.npz")]) == 0
    assert "no 'neutral'" in capsys.readouterr().out
    assert main(["show", str(tmp_path / "one.npz"), "--against", str(tmp_path / "bank.npz")]) == 0
    assert capsys.readouterr().out.splitlines()[1] == lines["happy"].replace("happy  ", "happy")


@needs_features
def test_of_the_published_features_all_but_contempt_are_reliable(capsys) -> None:
    assert main(["show", str(FEATURES)]) == 0
    verdicts = dict(re.findall(r"^(\w+) .*: (not reliable|reliable)$", capsys.readouterr().out, re.M))
    assert verdicts.pop("contempt") == "not reliable"
    assert sorted(verdicts) == ["angry", "disgusted", "fear", "happy", "sad", "surprised"]
    assert set(verdicts.values()) == {"reliable"}
    bank = read_bank(FEATURES)
    assert bank.dimension == 1024 and len(bank.of("neutral").names) == 160
    assert trust(bank.of("contempt"), bank.of("neutral")).p_value > 0.2  # the reference's own test: 0.44


@pytest.mark.golden
@needs_features
def test_vectors_of_the_published_features_are_those_of_the_reference() -> None:
    if not GOLDEN.is_file():
        pytest.skip("no golden values in ../shared/reference")
    from cmet.inference.emotion_cue import from_bank

    golden = np.load(GOLDEN)
    bank = read_bank(FEATURES)
    for row, name in enumerate(golden["names"].tolist()):
        corpus, emotion = name.split("/")
        if corpus != "MEAD" or emotion == "neutral":
            continue
        for mode, key in (("clean", "raw_all"), ("paper", "seed42_raw")):
            cue = from_bank(bank, emotion, mode=mode)
            np.testing.assert_allclose(cue.vector(), golden[key][row], atol=1e-5)


def test_who_speaks_is_told_by_names_that_both_sides_share() -> None:
    assert speakers(["M003_level_3_005", "W009_1"], ["M003_001"]) == (["M003", "W009"], ["M003"])
    assert speakers(["happy_1", "happy_2"], ["neutral_1"]) is None
    assert speakers(["001", "002"], ["001"]) == (["", ""], [""])


def test_files_folders_and_embeddings_are_read_in_order(tree: Path, encoder: str, tmp_path: Path) -> None:
    several = tmp_path / "several.npy"
    np.save(several, np.arange(24.0).reshape(3, 8))
    found = read_recordings([several, tree / "happy"], Embedder(encoder))
    assert found.names == ("several", "several_2", "several_3", "A_1", "A_2")
    np.testing.assert_array_equal(found.rows[:3], np.arange(24.0).reshape(3, 8))
    np.testing.assert_array_equal(found.of(["A_2", "several_3"]).rows, found.rows[[4, 2]])
    with pytest.raises(ValueError, match="different names"):
        Recordings(("a", "a"), np.zeros((2, 8), np.float32))
    assert [path.name for path in list_speech([tree / "happy"])] == ["A_1.wav", "A_2.npy"]


def test_wrong_input_is_one_line_and_exit_code_2(tree: Path, tmp_path: Path, capsys) -> None:
    def complaint(*arguments: str) -> str:
        assert main(arguments) == 2
        error = capsys.readouterr().err
        assert error.startswith("error: ") and error.count("\n") == 1
        return error

    out = str(tmp_path / "bank.npz")
    assert "holds values that are not finite" in complaint(*_packing(tmp_path / "a", np.full(8, np.nan), out))
    assert "expected an embedding of floats" in complaint(*_packing(tmp_path / "b", np.zeros(8, int), out))
    assert "one embedding, got 2" in complaint(*_packing(tmp_path / "c", np.zeros((2, 8)), out))
    assert "must be of one length: neutral/x has 8, happy/y has 9" in complaint(
        *_packing(tmp_path / "d", np.zeros(8), out, np.zeros(9))
    )
    assert "no such folder" in complaint("pack", str(tmp_path / "none"), out)
    (tmp_path / "empty").mkdir()
    assert "no EMOTION/CLIP.wav" in complaint("pack", str(tmp_path / "empty"), out)
    assert "called NAME.npz" in complaint("pack", str(tree), str(tmp_path / "bank.zip"))
    assert "absent.safetensors" in complaint("pack", str(tree), out, "--speech-encoder", "absent.safetensors")
    assert not Path(out).exists()
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 but no more")
    assert "not a whole bank" in complaint("show", str(tmp_path / "bad.npz"))
    np.savez(tmp_path / "other.npz", weights=np.zeros((3, 3)))
    assert "entry 'weights'" in complaint("show", str(tmp_path / "other.npz"))
    np.savez(tmp_path / "fine.npz", **{"happy/x": np.zeros(4)})
    assert "no emotion 'hapy'; it has happy; did you mean" in complaint(
        "show", str(tmp_path / "fine.npz"), "--neutral", "hapy"
    )
    assert "see python -m cmet.bank --help" in complaint("view")


def _packing(folder: Path, one: np.ndarray, out: str, other: np.ndarray | None = None) -> list[str]:
    """Arguments that pack a folder of one or two embeddings."""
    for name, values in (("neutral/x", one), ("happy/y", other)):
        if values is not None:
            (folder / name).parent.mkdir(parents=True)
            np.save(folder / f"{name}.npy", values)
    return ["pack", str(folder), out]
