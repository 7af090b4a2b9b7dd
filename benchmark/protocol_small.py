"""The protocols that need no released full-size weights: the puppets' own judges, and small published networks."""

from __future__ import annotations

from benchmark.protocol_rules import Protocol, Rule

_SAMPLED = "those of the first thirty looked-at frames (0, 5, 10, ...) that show a face"
_SAME_TAKE = "frame t with frame t: right only where the target is the same take"

FRAMES = Protocol(
    "frames-v1",
    "Frame by frame",
    "Whole frames of output and target, frame t with frame t over the frames both have, 8-bit RGB as decoded, mean "
    "over "
    "frames. No network. Only for targets that are the same take.",
    {
        "picture": Rule(
            metrics=("psnr", "ssim"),
            frames="all that both have",
            crop="none, whole frames",
            size="as stored",
            colour="RGB, 0 to 255",
            pooling="mean over frames (PSNR capped at 60 dB; SSIM 7 x 7 uniform), mean over videos",
            bias=_SAME_TAKE,
        ),
    },
)

PUPPETS = Protocol(
    "puppets-v1",
    "Small judges of the embedded corpus",
    "Whole frames (the corpus is a talking-head crop), scaled to the judge's size (64 or 96 px); judges of "
    "`benchmark/networks/judges.py`, trained on the training identities only. Emotion: softmax of the mean logits over "
    "every second frame. Action units: mean over time against the target's true ones. Identity: cosine of mean "
    "embeddings "
    "of output and source. Sync: embeddings of unit length, shifts of up to ten frames, each averaged over the windows "
    "whose sound exists. Frechet: 16 frames of every clip, one distance between all outputs and all targets.",
    {
        "emotion accuracy": Rule(
            metrics=("emotion_accuracy", "emotion_probability"),
            frames="every second",
            crop="none, whole frames",
            pooling="softmax of the mean logits, arg-max; share of right clips",
        ),
        "identity": Rule(
            metrics=("identity_similarity",),
            crop="none, whole frames",
            pooling="cosine of the mean embeddings of output and source; mean over videos",
        ),
        "sync confidence": Rule(
            metrics=("sync_confidence", "sync_distance", "sync_in_time"),
            crop="none, whole frames",
            fps=25.0,
            audio_rate=16000,
            speech="the output's own sound",
            pooling="shifts of up to ten frames, each averaged over the windows whose sound exists; mean over videos",
        ),
        "FID": Rule(
            metrics=("frechet_face",),
            frames="16 spread over every clip",
            crop="none, whole frames",
            pooling="all clips together, 128 features",
            bias="falls with n: compare equal n",
        ),
    },
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

FID_POOLED = Protocol(
    "fid-pooled16-v1",
    "Pooled FID",
    "Inception of 2015, pool3, sixteen frames spread over every clip, whole frames, one distance between all outputs "
    "and "
    "all targets.",
    {
        "FID": Rule(
            metrics=("fid",),
            weights=("inception/pt_inception-2015-12-05-6726825d.pth",),
            frames="16 at rounded linspace(0, T-1, 16)",
            crop="none, whole frames",
            size="299 x 299, aspect not kept",
            interpolation="bilinear, half-pixel centres",
            antialiasing=False,
            colour="RGB, -1 to 1",
            pooling="all clips together, one Frechet distance",
            bias="falls with n: compare equal n",
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

SMALL = (FRAMES, PUPPETS, REAL_SMALL, SYNCNET_YUNET, FID_POOLED, HUB_JUDGE)
