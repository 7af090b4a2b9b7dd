"""What the real evaluators' features are, on real clips, and what they do with bad ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.extractors.aligned_quality import AlignedQuality
from benchmark.extractors.sampling import MOST, sample_faces, thin_out
from benchmark.extractors.sharpness import Sharpness, laplacian_variance
from benchmark.media.clip import Clip
from benchmark.media.faces import STEP
from benchmark.media.video import read_clip, write_clip
from benchmark.metrics.landmark_schemes import MESH_LIPS
from benchmark.metrics.landmarks import relative_distance
from benchmark.metrics.motion_kept import measure_own_motion
from tests.shared_files import MEDIA, needs_media, needs_weights

pytestmark = [needs_weights, needs_media]

SPEAKS = MEDIA / "dreamtalk/mead_clips/M030_front_happy_level3_001.mp4"
STILL = MEDIA / "float_page/panels/sota_comparison_02/source.mp4"
FAST = MEDIA / "edtalk/test_data/expression_source.mp4"
EVALUATORS = (
    "emotion_faceapi",
    "emotion_xception102",
    "emotion_xception119",
    "identity_mobilefacenet",
    "landmarks_facemesh",
    "landmarks_pfld",
    "sharpness",
)


@pytest.mark.parametrize("name", EVALUATORS)
def test_features_are_what_was_promised_and_finite(name: str, real, footage) -> None:
    found = real(name).extract(footage(SPEAKS))
    assert set(found) == set(real(name).provides)
    assert all(np.isfinite(values).all() for values in found.values())


@pytest.mark.parametrize("name", ["emotion_faceapi", "emotion_xception119", "landmarks_facemesh"])
def test_the_batch_size_changes_nothing(name: str, real, footage, monkeypatch: pytest.MonkeyPatch) -> None:
    extractor = real(name)
    clip = footage(SPEAKS)
    whole = extractor.extract(clip)
    monkeypatch.setattr(extractor, "_batch_size", 3)
    parts = extractor.extract(clip)
    for feature, values in whole.items():
        assert np.abs(values - parts[feature]).max() <= 1e-5 * max(1.0, np.abs(values).max()), feature


def test_only_every_fifth_frame_of_the_first_150_is_looked_at(footage) -> None:
    faces = sample_faces(footage(FAST))  # 389 frames
    assert len(faces.indices) == MOST and faces.indices[-1] == STEP * (MOST - 1)
    assert 6 <= len(thin_out(faces, 6).indices) < 12 and thin_out(faces, 6).indices[0] == 0
    assert len(thin_out(faces, 100).indices) == MOST


def test_landmarks_lie_on_the_face_and_eyes_between_brows_and_mouth(real, footage) -> None:
    clip = footage(SPEAKS)
    box = clip.faces.boxes_at(np.array([0]))[0]
    mesh = real("landmarks_facemesh").extract(clip)
    assert mesh["score"].min() > 0.9
    few = real("landmarks_pfld").extract(clip)["points"]
    for points in (mesh["points"][0], few[0]):
        margin = 0.3 * (box[2:] - box[:2])
        assert (points > box[:2] - margin).all() and (points < box[2:] + margin).all()
    eyes, mouth, brows = few[0, 36:48, 1].mean(), few[0, 48:, 1].mean(), few[0, 17:27, 1].mean()
    assert brows < eyes < mouth
    five = clip.faces.points[0]
    span = np.linalg.norm(five[1] - five[0])
    assert np.linalg.norm(few[0, 36:42].mean(axis=0) - five[0]) < 0.15 * span
    assert np.linalg.norm(mesh["points"][0, [33, 133]].mean(axis=0) - five[0]) < 0.15 * span


def test_a_speaking_face_moves_and_a_still_one_does_not(real, footage) -> None:
    speaking = real("landmarks_facemesh").extract(footage(SPEAKS))["points"]
    still = real("landmarks_facemesh").extract(footage(STILL))["points"]
    assert measure_own_motion(speaking, MESH_LIPS) > 1.0 > 0.3 > measure_own_motion(still, MESH_LIPS)
    assert measure_own_motion(speaking) > 3 * measure_own_motion(still)


def test_a_clip_agrees_with_itself(real, footage) -> None:
    clip = footage(SPEAKS)
    points = real("landmarks_pfld").extract(clip)["points"]
    assert relative_distance(points, points, "mouth") == 0
    same = AlignedQuality().extract_pair(clip, clip)
    assert np.allclose(same["ssim"], 1) and np.isinf(same["psnr"]).all()


def test_an_encoded_copy_is_close_and_another_person_is_not(real, footage, tmp_path: Path) -> None:
    write_clip(tmp_path / "copy.mp4", read_clip(SPEAKS), crf=30)
    copy, other = footage(tmp_path / "copy.mp4"), MEDIA / "dreamtalk/mead_clips/W009_front_happy_level3_001.mp4"
    identity = real("identity_mobilefacenet")
    mine, copied, hers = (identity.extract(clip)["mean"] for clip in (footage(SPEAKS), copy, footage(other)))
    assert mine @ copied > 0.95 > 0.4 > mine @ hers
    assert AlignedQuality().extract_pair(copy, footage(SPEAKS))["ssim"].mean() > 0.85
    sharp, soft = (Sharpness().extract(clip)["laplacian_variance"].mean() for clip in (footage(SPEAKS), copy))
    assert soft < 0.9 * sharp


def test_blur_takes_sharpness_away() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    soft = (noise[:-1].astype(int) + noise[1:]) // 2
    assert laplacian_variance(soft.astype(np.uint8)) < laplacian_variance(noise)
    assert laplacian_variance(np.full((40, 40, 3), 100, np.uint8)) == 0


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda frames: np.full_like(frames, 90), "no_face"),
        (lambda frames: np.concatenate([frames, frames], axis=2), "several_faces"),
    ],
)
def test_no_face_and_two_faces_are_statuses_of_every_evaluator(
    make, status: str, real, footage, tmp_path: Path
) -> None:
    frames = read_clip(SPEAKS, max_frames=6).frames
    write_clip(tmp_path / "bad.mp4", Clip(make(frames), 25.0))
    clip = footage(tmp_path / "bad.mp4")
    for name in EVALUATORS:
        with pytest.raises(SampleError) as caught:
            real(name).extract(clip)
        assert caught.value.status == status


def test_one_frame_is_enough_for_all_but_motion(real, footage, tmp_path: Path) -> None:
    write_clip(tmp_path / "one.mp4", Clip(read_clip(SPEAKS, max_frames=1).frames, 25.0))
    clip = footage(tmp_path / "one.mp4")
    found = {name: real(name).extract(clip) for name in EVALUATORS}
    assert found["emotion_faceapi"]["probs"].shape == (1, 7) and found["landmarks_pfld"]["points"].shape == (1, 68, 2)
    with pytest.raises(SampleError) as caught:
        measure_own_motion(found["landmarks_facemesh"]["points"])
    assert caught.value.status == "too_short"


def test_a_damaged_file_is_a_status(real, footage, tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(SPEAKS.read_bytes()[:20000])
    with pytest.raises(SampleError) as caught:
        real("emotion_faceapi").extract(footage(tmp_path / "bad.mp4"))
    assert caught.value.status in ("unreadable_video", "no_frames")
