"""Metrics by name. Each module is imported when a run asks for its metric.

A new metric gets one line here: `METRICS.add("name", "benchmark.metrics.file:function")`.
"""

from benchmark.metrics.base import METRICS

__all__ = ["METRICS"]

METRICS.add("psnr", "benchmark.metrics.image_quality:psnr")
METRICS.add("ssim", "benchmark.metrics.image_quality:ssim")

# The embedded corpus, by its own small judges.
for _file, _names in {
    "puppet_emotion": ("emotion_accuracy", "emotion_probability"),
    "puppet_face": ("action_unit_error", "edit_cosine", "edit_size"),
    "puppet_frechet": ("frechet_face",),
    "puppet_identity": ("identity_similarity",),
    "puppet_sync": ("sync_confidence", "sync_distance", "sync_in_time", "sync_offset"),
    "puppet_edit": ("edit_gain", "edit_success", "lip_motion_kept"),
    "puppet_author": ("emotion_accuracy_puppets_author", "frechet_face_author", "sync_confidence_puppets_author"),
    "affect_agreement": ("affect_agreement", "affect_gain"),
    "level_order": ("level_order", "level_triples"),
    "emotion_judging": (
        *(f"{_what}_{_judge}" for _judge in ("puppets", "units") for _what in ("macro_f1", "emotion_floor")),
        *(f"emotion_ceiling_{_judge}" for _judge in ("puppets", "units")),
        "kappa_puppets_units",
    ),
}.items():
    for _name in _names:
        METRICS.add(_name, f"benchmark.metrics.{_file}:{_name}")

# Real video, by small published networks.
for _classifier in ("faceapi", "xception102", "xception119", "hsemotion"):
    for _what in ("probability", "accuracy", "gain"):
        _name = f"emotion_{_what}_{_classifier}"
        METRICS.add(_name, f"benchmark.metrics.facial_emotion:{_name}")
    for _what in ("macro_f1", "emotion_floor", "emotion_ceiling"):
        METRICS.add(f"{_what}_{_classifier}", f"benchmark.metrics.emotion_judging:{_what}_{_classifier}")
    for _what in ("level_order", "level_triples"):
        METRICS.add(f"{_what}_{_classifier}", f"benchmark.metrics.level_order:{_what}_{_classifier}")
for _name in ("kappa_faceapi_xception102", "kappa_faceapi_hsemotion"):
    METRICS.add(_name, f"benchmark.metrics.emotion_judging:{_name}")
for _emotion in ("angry", "disgusted", "fear", "happy", "neutral", "sad", "surprised"):
    METRICS.add(f"probability_{_emotion}", f"benchmark.metrics.facial_emotion:probability_{_emotion}")
METRICS.add("identity_mobilefacenet", "benchmark.metrics.real_identity:identity_mobilefacenet")
METRICS.add("face_motion", "benchmark.metrics.landmark_motion:face_motion")
METRICS.add("mouth_motion", "benchmark.metrics.landmark_motion:mouth_motion")
for _name in ("expression_change", "expression_cosine", "mouth_correlation"):
    METRICS.add(_name, f"benchmark.metrics.landmark_expression:{_name}")
METRICS.add("mouth_distance", "benchmark.metrics.landmark_agreement:mouth_distance")
METRICS.add("face_distance", "benchmark.metrics.landmark_agreement:face_distance")
METRICS.add("sharpness_kept", "benchmark.metrics.real_quality:sharpness_kept")
METRICS.add("aligned_ssim", "benchmark.metrics.real_quality:aligned_ssim")
METRICS.add("aligned_psnr", "benchmark.metrics.real_quality:aligned_psnr")
METRICS.add("lse_c", "benchmark.metrics.real_sync:lse_c")
METRICS.add("lse_d", "benchmark.metrics.real_sync:lse_d")

# Real video by the full-size networks, under the protocols cmet-author-v1 (`*_author`) and standard-v1 (`*_standard`).
for _file, _names in {
    "judged_emotion": (
        "emotion_accuracy_mead_author",
        "emotion_accuracy_crema_d_author",
        "emotion_accuracy_mead_standard",
        "emotion_accuracy_crema_d_standard",
        "emotion_accuracy_fan_standard",
        "face_coverage_standard",
        "emotion_accuracy_hub",
        "emotion_probability_hub",
    ),
    "author_frechet": ("fid_author", "fvd_author"),
    "standard_frechet": ("fid_standard", "fid_infinity_standard", "kid_standard", "fvd_standard", "kvd_standard"),
    "speech_sync": (
        "sync_confidence_author",
        "lse_c_standard",
        "lse_d_standard",
        "sync_offset_standard",
        "sync_coverage_standard",
    ),
    "arcface_identity": ("csim_standard", "csim_r100_standard"),
    "emotion_judging": (
        *(
            f"{_what}_{_judge}_standard"
            for _judge in ("mead", "crema_d", "fan")
            for _what in ("macro_f1", "emotion_gain", "emotion_floor", "emotion_ceiling")
        ),
        "kappa_mead_fan_standard",
    ),
    "level_order": tuple(
        f"level_{_what}_{_judge}_standard" for _judge in ("mead", "crema_d", "fan") for _what in ("order", "triples")
    ),
    "landmark_expression": ("expression_change_standard", "expression_cosine_standard", "mouth_correlation_standard"),
    "target_likeness": ("m_lmd_standard", "f_lmd_standard", "psnr_standard", "ssim_standard", "lpips_standard"),
    "cost": ("aitv_author", "aitv_standard", "frames_per_second_standard", "peak_memory_standard"),
}.items():
    for _name in _names:
        METRICS.add(_name, f"benchmark.metrics.{_file}:{_name}")
