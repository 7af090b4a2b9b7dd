"""Speech encoders and the small network's front end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.checkpoints.shipped import ship
from cmet.inference.speech import PuppetSpeechEncoder, TransformersSpeechEncoder, check_speech, load_speech_encoder
from cmet.model.speech_network import SpeechNetwork, front_end, pitch_track

RATE = 16000


def tone(hertz: float, seconds: float = 1.0, level: float = 0.3) -> np.ndarray:
    time = np.arange(int(RATE * seconds)) / RATE
    wave = sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 8))
    return (level * wave / 2.5).astype(np.float32)


@pytest.mark.parametrize("hertz", [90.0, 150.0, 300.0])
def test_the_lag_is_a_whole_number_of_the_tones_periods(hertz: float) -> None:
    track = pitch_track(tone(hertz))[10:-10]
    periods = hertz / (150.0 * 2.0 ** float(np.median(track[:, 0])))
    assert round(periods) >= 1 and periods == pytest.approx(round(periods), rel=0.03)
    assert np.median(track[:, 1]) > 0.9


def test_noise_has_no_pitch_and_loudness_follows_the_level() -> None:
    noise = np.random.default_rng(0).standard_normal(RATE).astype(np.float32) * 0.1
    assert np.median(pitch_track(noise)[:, 1]) < 0.4
    quiet, loud = pitch_track(tone(150, level=0.03)), pitch_track(tone(150, level=0.3))
    assert np.median(loud[:, 2] - quiet[:, 2]) == pytest.approx(1.0, abs=0.02)  # ten times the level is one decade


def test_front_end_has_80_rows_a_second() -> None:
    assert front_end(tone(120, 2.0)).shape[0] == 83
    assert abs(front_end(tone(120, 2.0)).shape[1] - 160) <= 1


@pytest.mark.parametrize(
    ("speech", "says"),
    [
        (np.zeros(RATE, np.float32), "silent"),
        (np.ones(100, np.float32), "last"),
        (np.ones((2, RATE), np.float32), "mono"),
        (np.full(RATE, np.nan, np.float32), "finite"),
    ],
)
def test_speech_that_says_nothing_is_refused(speech: np.ndarray, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_speech(speech)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    arguments = {"embedding": 12, "width": 8, "emotions": 8, "affect": 7}
    path = tmp_path / "speech.safetensors"
    ship(SpeechNetwork(**arguments), path, arguments=arguments, command="test", seed=0, data_version="0", scores={})
    return path


def test_an_utterance_is_embedded_on_its_own(small: Path) -> None:
    encoder = PuppetSpeechEncoder(small)
    together = encoder.embed([tone(100), tone(200, 0.6)])
    assert together.shape == (2, 12) and together.dtype == np.float32
    np.testing.assert_array_equal(together[1], encoder.embed([tone(200, 0.6)])[0])


def test_a_damaged_file_is_refused(small: Path) -> None:
    data = bytearray(small.read_bytes())
    data[-1] ^= 1
    small.write_bytes(bytes(data))
    with pytest.raises(ValueError, match="sha256"):
        load_speech_encoder(str(small))


def test_a_model_of_the_hub_gives_the_mean_of_its_last_states(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers", reason="needs the extra 'speech'")
    torch.manual_seed(0)
    config = transformers.Wav2Vec2Config(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, conv_dim=(8, 8),
        conv_kernel=(10, 8), conv_stride=(8, 8), num_conv_pos_embeddings=4, num_conv_pos_embedding_groups=2,
    )  # fmt: skip
    model = transformers.Wav2Vec2Model(config).eval()
    model.save_pretrained(tmp_path)
    transformers.Wav2Vec2FeatureExtractor().save_pretrained(tmp_path)
    speech = tone(150, 0.5)
    made = TransformersSpeechEncoder(str(tmp_path)).embed([speech])[0]
    unit = (speech - speech.mean()) / np.sqrt(speech.var() + 1e-7)
    with torch.no_grad():
        expected = model(torch.from_numpy(unit)[None]).last_hidden_state[0].mean(0).numpy()
    np.testing.assert_allclose(made, expected, atol=1e-4)
