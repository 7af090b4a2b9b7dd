"""The protocols that need no network from elsewhere: the puppets' own judges, and pictures frame by frame."""

from __future__ import annotations

from benchmark.protocols.rules import MEAN_OVER_VIDEOS, Protocol, Rule

FRAME_BY_FRAME = Protocol(
    "frames-v1",
    "Frame by frame",
    "Whole frames of output and target, frame t with frame t over the frames both have, 8-bit RGB as decoded. No "
    "network. Only for targets that are the same take.",
    {
        "picture": Rule(
            pooling=f"mean over frames (PSNR capped at 60 dB; SSIM 7 x 7 uniform), {MEAN_OVER_VIDEOS}",
            bias="frame t with frame t: right only where the target is the same take",
        ),
    },
)

PUPPETS = Protocol(
    "puppets-v1",
    "Small judges of the embedded corpus",
    "Whole frames (the corpus is a talking-head crop), scaled to the judge's size; judges of "
    "`benchmark/networks/judges.py`, trained on the training identities only.",
    {
        "emotion accuracy": Rule(
            pooling="softmax of the mean logits, arg-max; share of right clips; macro F1 over the classes"
        ),
        "emotion judges": Rule(
            pooling="agreement of two judges on the outputs; what a judge says of sources and of targets"
        ),
        "intensity": Rule(
            pooling="change of action units along the target's, in rank correlation with the requested level"
        ),
        "expression change": Rule(
            pooling="action units averaged over time, against the target's true ones, or as changes from source to "
            f"output and to target; {MEAN_OVER_VIDEOS}",
        ),
        "motion kept": Rule(
            pooling=f"correlation of lip embeddings in output and source over time; {MEAN_OVER_VIDEOS}"
        ),
        "agreement with the speech": Rule(
            pooling="change of affect state from source to output, from neutral to emotional speech (all recordings of "
            f"either); {MEAN_OVER_VIDEOS}",
            bias="a proxy: reads extended emotions by what basic ones taught it (docs/concepts/metric_validation.md)",
        ),
        "identity": Rule(pooling=f"cosine of the mean embeddings of output and source; {MEAN_OVER_VIDEOS}"),
        "sync confidence": Rule(
            pooling="embeddings of unit length, shifts of up to ten frames, each averaged over the windows whose sound "
            f"exists; {MEAN_OVER_VIDEOS}",
        ),
        "FID": Rule(
            pooling="16 frames spread over every clip, all clips together, 128 features",
            bias="falls with n: compare equal n",
        ),
    },
)

PUPPETS_AUTHOR = Protocol(
    "puppets-author-v1",
    "The released evaluation's rules on the puppets' judges",
    "The features of `puppets-v1`, pooled as `cmet-author-v1` pools: one number for every video, then their plain "
    "mean; a video without a number is missing from it. It measures what the protocol alone does to a ranking.",
    {
        "emotion accuracy": Rule(
            pooling="mean of logits of 16 of the judged frames (truncated linspace), arg-max over 7 classes, no "
            "neutral; share of right clips",
        ),
        "FID": Rule(
            pooling=f"one Frechet distance (128 features) a video, {MEAN_OVER_VIDEOS}",
            bias="falls with the clip's length",
        ),
        "sync confidence": Rule(
            pooling=f"21 mean distances, zero vectors beyond the ends; median less least; {MEAN_OVER_VIDEOS}",
            bias="grows with length",
        ),
    },
    failures="left out of the mean",
)
