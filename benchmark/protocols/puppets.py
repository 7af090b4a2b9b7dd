"""The protocols that need no network from elsewhere: the puppets' own judges, and pictures frame by frame."""

from __future__ import annotations

from benchmark.protocols.rules import Protocol, Rule

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
            metrics=(
                "emotion_accuracy",
                "emotion_probability",
                "macro_f1_puppets",
                "macro_f1_units",
            ),
            frames="every second (the judge by action units: all)",
            crop="none, whole frames",
            pooling="softmax of the mean logits, arg-max; share of right clips; macro F1 over the classes",
        ),
        "judges": Rule(
            metrics=(
                "kappa_puppets_units",
                "emotion_floor_puppets",
                "emotion_ceiling_puppets",
                "emotion_floor_units",
                "emotion_ceiling_units",
            ),
            frames="as the emotion accuracy",
            crop="none, whole frames",
            pooling="agreement of two judges on the outputs; what a judge says of sources and of targets",
        ),
        "level order": Rule(
            metrics=("level_order", "level_triples"),
            frames="all",
            crop="none, whole frames",
            pooling="change of action units along the target's, in rank correlation with the level asked for",
        ),
        "expression change": Rule(
            metrics=(
                "action_unit_error",
                "edit_gain",
                "edit_cosine",
                "edit_size",
                "edit_success",
            ),
            frames="all",
            crop="none, whole frames",
            pooling="action units averaged over time, changes from source to output and to target; mean over videos",
        ),
        "agreement with the speech": Rule(
            metrics=("affect_agreement", "affect_gain"),
            frames="all",
            crop="none, whole frames",
            audio_rate=16000,
            speech="all of the sample's emotional recordings, against all of its neutral ones",
            pooling="change of affect state from source to output, from neutral to emotional speech; mean over videos",
            bias="a proxy: reads extended emotions by what basic ones taught it (docs/concepts/metric_validation.md)",
        ),
        "identity": Rule(
            metrics=("identity_similarity",),
            crop="none, whole frames",
            pooling="cosine of the mean embeddings of output and source; mean over videos",
        ),
        "sync confidence": Rule(
            metrics=("sync_confidence", "sync_distance", "sync_offset", "sync_in_time", "lip_motion_kept"),
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

PUPPETS_AUTHOR = Protocol(
    "puppets-author-v1",
    "The released evaluation's rules on the puppets' judges",
    "The features of `puppets-v1`, pooled as `cmet-author-v1` pools: one number for every video, then their plain "
    "mean; a video without a number is missing from it. Made to measure what the protocol alone does to a ranking.",
    {
        "emotion accuracy": Rule(
            metrics=("emotion_accuracy_puppets_author",),
            frames="16 at truncated linspace of every second frame",
            crop="none, whole frames",
            pooling="mean of logits, arg-max over 7 classes, no neutral; share of right clips",
            failures="left out of the mean",
        ),
        "FID": Rule(
            metrics=("frechet_face_author",),
            frames="all of output and target",
            crop="none, whole frames",
            pooling="one Frechet distance (128 features) a video, mean over videos",
            failures="left out of the mean",
            bias="falls with the clip's length",
        ),
        "sync confidence": Rule(
            metrics=("sync_confidence_puppets_author",),
            crop="none, whole frames",
            fps=25.0,
            audio_rate=16000,
            speech="the output's own sound",
            pooling="21 mean distances, zero vectors beyond the ends; median less least; mean over videos",
            failures="left out of the mean",
            bias="grows with length",
        ),
    },
)
