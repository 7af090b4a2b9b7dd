"""The whole edit with small random networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from cmet.inference.cmet import CMet
from cmet.inference.editing import mirrored
from cmet.model.audio2lip import Audio2Lip, lip_codes
from cmet.model.transformer import Connector, ConnectorConfig


@pytest.fixture(scope="module")
def model() -> CMet:
    torch.manual_seed(0)
    sizes = GeneratorConfig(size=32, style_dim=40, width=1 / 32, exp_hidden=8, unused_entries=False)
    connector = ConnectorConfig(width=32, speech=12, feedforward=24, layers=1, positions=8)
    return CMet(Generator(sizes), Audio2Lip(width=1 / 16), Connector(connector))


def clip(frames: int) -> torch.Tensor:
    return torch.rand(frames, 3, 32, 32, generator=torch.Generator().manual_seed(frames)) * 2 - 1


def speech(frames: int) -> np.ndarray:
    return (0.1 * np.random.default_rng(0).standard_normal(640 * frames + 100)).astype(np.float32)


VECTOR = torch.linspace(-1, 1, 12)


@pytest.mark.parametrize("mode", ["clean", "paper"])
def test_speech_decides_the_length(model: CMet, mode) -> None:
    out = model.edit(clip(1), clip(27), speech(33), VECTOR, mode)
    assert out.frames.shape == (33, 32, 32, 3) and out.frames.dtype == np.uint8
    assert out.expression.shape == (33, 10)


def test_without_speech_the_clip_keeps_its_lips_and_length(model: CMet) -> None:
    driving = clip(7)
    out = model.edit(driving[:1], driving, None, VECTOR)
    codes = model.motion_codes(driving)
    source, basis = model.generator.encode(driving[:1]), model.generator.directions()
    with torch.no_grad():
        image = model.generator.decode(source, codes.lip[6:], codes.pose[6:], out.expression[6:], basis)
    expected = (image[0].permute(1, 2, 0).clamp(-1, 1) + 1) * 127.5
    assert np.abs(out.frames[6] - expected.numpy()).max() <= 0.51


def test_the_shown_expression_is_the_edited_one_mirrored(model: CMet) -> None:
    driving = clip(7)
    once = model.edit(clip(1), driving, None, VECTOR).expression
    longer = model.edit(clip(1), driving, speech(20), VECTOR).expression
    torch.testing.assert_close(longer, once[torch.from_numpy(mirrored(20, 7))])


def test_the_batch_does_not_change_the_edit(model: CMet) -> None:
    one, many = (model.edit(clip(1), clip(11), speech(11), VECTOR, batch=size) for size in (1, 50))
    torch.testing.assert_close(one.expression, many.expression, atol=1e-5, rtol=1e-5)
    assert np.abs(one.frames.astype(int) - many.frames).max() <= 1


def test_emotion_lips_and_person_come_from_their_inputs(model: CMet) -> None:
    person, driving, sound = clip(1), clip(6), speech(6)
    still = model.edit(person, driving, sound, VECTOR)
    assert (model.edit(person, driving, sound, -VECTOR).expression - still.expression).abs().max() > 1e-3
    assert np.any(model.edit(person, driving, -3 * sound[::-1].copy(), VECTOR).frames != still.frames)
    other = model.edit(clip(2)[1:], driving, sound, VECTOR)
    assert np.any(other.frames != still.frames) and torch.equal(other.expression, still.expression)


def test_paper_mode_damps_the_first_lip_frame(model: CMet) -> None:
    sound = speech(9)
    damped, kept = (lip_codes(model.audio2lip, sound, ends) for ends in ("damp", "replicate"))
    assert not torch.equal(damped[0], kept[0]) and torch.equal(damped[1:-1], kept[1:-1])


def test_progress_reaches_the_end(model: CMet) -> None:
    seen: list[tuple[int, int]] = []
    model.edit(clip(1), clip(5), speech(11), VECTOR, batch=4, progress=lambda done, all_: seen.append((done, all_)))
    assert seen == [(4, 11), (8, 11), (11, 11)]


def test_inputs_that_do_not_fit_are_refused_by_name(model: CMet) -> None:
    good = {"identity": clip(1), "driving": clip(5), "speech": None, "vector": VECTOR}
    wrong = {"identity": clip(2), "driving": torch.zeros(5, 3, 64, 64), "vector": torch.zeros(13)}
    for name, value in wrong.items():
        with pytest.raises(ValueError, match=name):
            model.edit(**{**good, name: value})
    with pytest.raises(ValueError, match="driving"):
        model.edit(**{**good, "driving": clip(5)[:0]})


def test_networks_that_do_not_fit_each_other_are_refused(model: CMet) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        CMet(model.generator, Audio2Lip(lip=5, width=1 / 16), model.connector)


def test_on_the_cpu_a_batch_makes_no_larger_map_than_one_full_size_frame(model: CMet) -> None:
    assert model.max_batch(8) == 8 and model.max_batch(10**6) == 2**24 // (4 * 16 * 32 * 32)
    with torch.device("meta"):
        full = Generator()
        audio2lip, connector = Audio2Lip(), Connector()
    wide = CMet(full, audio2lip, connector)
    assert wide.max_batch(8) == 8  # no CPU
    full.register_parameter("somewhere", torch.nn.Parameter(torch.zeros(1)))
    assert next(iter(full.parameters())).device.type == "cpu" and wide.max_batch(8) == 1
