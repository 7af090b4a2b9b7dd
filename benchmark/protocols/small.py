"""The protocols of small published networks on real video, and of any judge of the transformers hub."""

from __future__ import annotations

from benchmark.protocols.rules import Protocol, Rule

_SAMPLED = "those of the first thirty looked-at frames (0, 5, 10, ...) that show a face"


def _of_judges(*names: str) -> tuple[str, ...]:
    """These metrics by each of the four small judges of single frames."""
    return tuple(
        f"{name}_{judge}" for name in names for judge in ("hsemotion", "faceapi", "xception102", "xception119")
    )


REAL_SMALL = Protocol(
    "real-small-v1",
    "Small evaluators on real video",
    "YuNet (yunet_n_dynamic, longer side at most 640, threshold 0.5, IoU 0.3) on frames 0, 5, 10, ...; the largest "
    "face of "
    "each; a clip that mostly shows two faces is refused. Emotion, identity, sharpness and aligned faces: those of the "
    "first thirty looked-at frames that show a face; emotion on the square of side max(w, h) about the box, bilinear, "
    "mean "
    "of probabilities; identity on about six of them, five-point alignment to 112 px, image plus mirror image. "
    "Landmarks: "
    "every one of the first 150 frames. Native frame rate and size.",
    {
        "emotion accuracy": Rule(
            metrics=(
                "emotion_accuracy_hsemotion",
                "emotion_accuracy_faceapi",
                "emotion_accuracy_xception102",
                "emotion_accuracy_xception119",
                *_of_judges("emotion_probability", "emotion_gain", "macro_f1"),
            ),
            weights=(
                "hsemotion/enet_b0_8_best_vgaf.onnx",
                "fer_faceapi/face_expression_faceapi.onnx",
                "fer_mini_xception/fer2013_mini_xception_102.onnx",
                "fer_mini_xception/fer2013_mini_xception_119.onnx",
            ),
            frames=_SAMPLED,
            crop="square of side max(w, h) about YuNet's box",
            size="224, 112, 64, 48 (square), in the order of the metrics",
            interpolation="bilinear",
            antialiasing=False,
            colour="RGB or gray, each network's own scaling",
            pooling="mean of probabilities, arg-max; share of right clips",
            bias="networks of single frames, trained on other people; the three small ones know no contempt",
        ),
        "identity": Rule(
            metrics=("identity_mobilefacenet",),
            weights=("mobilefacenet/MobileFaceNet.onnx",),
            frames="about six of " + _SAMPLED,
            crop="five points to ArcFace's template",
            size="112 x 112",
            interpolation="bilinear, black outside",
            antialiasing=False,
            colour="RGB, ImageNet mean and deviation",
            pooling="cosine of the mean embeddings of output and source; mean over videos",
        ),
        "judges": Rule(
            metrics=(
                "kappa_faceapi_hsemotion",
                "kappa_faceapi_xception102",
                *_of_judges("emotion_floor", "emotion_ceiling"),
            ),
            frames=_SAMPLED,
            crop="square of side max(w, h) about YuNet's box",
            pooling="agreement of two judges on the outputs; what a judge says of sources and of targets",
        ),
        "level order": Rule(
            metrics=_of_judges("level_order", "level_triples"),
            frames=_SAMPLED,
            crop="square of side max(w, h) about YuNet's box",
            pooling="gain of the wanted emotion's probability over the source, in rank correlation with the level",
        ),
        "what the face shows": Rule(
            metrics=tuple(
                f"probability_{e}" for e in ("angry", "disgusted", "fear", "happy", "neutral", "sad", "surprised")
            ),
            weights=("fer_faceapi/face_expression_faceapi.onnx",),
            frames=_SAMPLED,
            crop="square of side max(w, h) about YuNet's box",
            pooling="mean of probabilities",
        ),
        "expression change": Rule(
            metrics=("expression_change", "expression_cosine", "mouth_correlation", "face_motion", "mouth_motion"),
            frames="the first 150",
            crop="square of 1.2 times the box's shorter side",
            pooling="points in the face's own frame, mean over time; change from source to output and to target",
            bias="of sparse points: a change that moves none of them is not seen",
        ),
        "picture": Rule(
            metrics=("sharpness_kept", "aligned_ssim", "aligned_psnr"),
            frames=_SAMPLED,
            crop="five points to ArcFace's template",
            size="112 x 112",
            interpolation="bilinear, black outside",
            antialiasing=False,
            colour="RGB, 0 to 255",
            pooling="mean over frames, mean over videos; against the source",
        ),
        "landmarks": Rule(
            metrics=("mouth_distance", "face_distance"),
            weights=("pfld/pfld.onnx",),
            frames="the first 150 of output and target, both resampled to the shorter",
            crop="square of 1.2 times the box's shorter side",
            size="112 x 112",
            interpolation="bilinear, black outside",
            antialiasing=False,
            colour="BGR, 0 to 1",
            pooling="points centred on their own mean; mean distance in % of the target's eye distance; mean over "
            "videos",
        ),
    },
)

SYNCNET_YUNET = Protocol(
    "syncnet-yunet-v1",
    "SyncNet on YuNet's boxes",
    "syncnet_v2.model; crops as in syncnet_python's run_pipeline.py, but from YuNet's boxes and without JPEG, XVID and "
    "least length; 25 frames per second, 16 kHz, the output's own sound; zero-padded scores as published.",
    {
        "sync confidence": Rule(
            metrics=("lse_c", "lse_d"),
            weights=("syncnet/syncnet_v2.model",),
            frames="all of the output; windows of 5; one window fewer than fit",
            crop="syncnet_python's run_pipeline.py on YuNet's boxes",
            size="224 x 224",
            interpolation="bilinear",
            antialiasing=False,
            colour="BGR, 0 to 255",
            fps=25.0,
            audio_rate=16000,
            speech="the output's own sound",
            pooling="31 mean distances, zero vectors beyond the ends; mean over videos",
            bias="grows with the clip's length",
        ),
    },
)

HUB_JUDGE = Protocol(
    "hub-judge-v1",
    "A judge of the transformers hub",
    "The image classifier in hub_judge/ of the checkpoint folder; its labels as emotions by their words. Its weights "
    "are "
    "part of the run's keys and stand in run.json.",
    {
        "emotion accuracy": Rule(
            metrics=("emotion_accuracy_hub", "emotion_probability_hub"),
            weights=("hub_judge/model.safetensors", "hub_judge/config.json", "hub_judge/preprocessor_config.json"),
            frames=_SAMPLED,
            crop="square of side max(w, h) about YuNet's box",
            size="the model's",
            interpolation="bilinear (Pillow)",
            antialiasing=True,
            colour="RGB, the model's mean and deviation",
            pooling="mean of the probabilities of the known labels, arg-max; share of right clips",
            bias="whatever the model was trained on",
        ),
    },
)

SMALL = (REAL_SMALL, SYNCNET_YUNET, HUB_JUDGE)
