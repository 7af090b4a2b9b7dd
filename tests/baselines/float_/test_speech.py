"""FLOAT's readers of speech beside transformers' own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from transformers import Wav2Vec2FeatureExtractor

from baselines.float_.config import EMOTIONS, FloatConfig
from baselines.float_.speech import AudioEncoder, audio_config, frame_count, normalised, one_hot
from benchmark.media.audio import read_audio
from benchmark.media.video import read_clip
from tests.baselines.float_.made_float import SIZES, SPEECH
from tests.benchmark.media.made import made_sound
from tests.shared_files import MEDIA, needs_media


def test_sound_is_normalised_as_by_transformers() -> None:
    sound = made_sound(0.7)
    theirs = Wav2Vec2FeatureExtractor(do_normalize=True)(sound, sampling_rate=16000, return_tensors="pt").input_values
    torch.testing.assert_close(normalised(sound), theirs, atol=1e-6, rtol=0)


@pytest.mark.parametrize("sound", [np.zeros(1599, np.float32), np.zeros((2, 9000), np.float32), np.full(9000, np.nan)])
def test_what_is_no_speech_is_refused(sound: np.ndarray) -> None:
    with pytest.raises(ValueError, match="speech"):
        normalised(sound.astype(np.float32))


def test_a_frame_that_is_begun_counts() -> None:
    assert [frame_count(n) for n in (640, 641, 16000, 16001)] == [1, 2, 25, 26]


@needs_media
def test_a_released_output_has_as_many_frames() -> None:
    """The authors' example: their video of this speech."""
    folder = MEDIA / "float"
    speech, clip = read_audio(folder / "aud-sample-vs-1.wav"), read_clip(folder / "sam_altman_result.mp4")
    assert frame_count(len(speech)) == len(clip.frames) == 376


@torch.no_grad()
def test_features_are_one_a_frame_between_wav2vecs_parts() -> None:
    """Step by step: the convolutions of the padded sound, resampled, through every layer, projected."""
    torch.manual_seed(0)
    encoder = AudioEncoder(FloatConfig(**SIZES), audio_config(**SPEECH)).eval()  # type: ignore[arg-type]
    sound = normalised(made_sound(1.01))
    model = encoder.wav2vec2
    held = F.pad(sound, (0, 26 * 640 - sound.shape[1]), mode="replicate")
    x = F.interpolate(model.feature_extractor(held), size=26, mode="linear", align_corners=True).transpose(1, 2)
    x = model.feature_projection(x)[0]
    x = model.encoder.layer_norm(x + model.encoder.pos_conv_embed(x))
    layers = []
    for layer in model.encoder.layers:
        out = layer(x)
        x = out[0] if isinstance(out, tuple) else out
        layers.append(x)
    torch.testing.assert_close(encoder(sound), encoder.audio_projection(torch.cat(layers, dim=-1)))
    assert model(sound).last_hidden_state.shape[1] == 50, "outside of the encoder wav2vec 2.0 is what it was"


def test_labels_stand_in_the_released_order() -> None:
    assert EMOTIONS == ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
    assert one_hot("happy").tolist() == [[0, 0, 0, 1, 0, 0, 0]]
    with pytest.raises(ValueError):
        one_hot("contempt")
