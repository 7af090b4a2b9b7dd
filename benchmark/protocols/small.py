"""The protocols of small published networks on real video, and of any judge of the transformers hub."""

from __future__ import annotations

from benchmark.protocols.rules import MEAN_OVER_VIDEOS, Protocol, Rule

REAL_SMALL = Protocol(
    "real-small-v1",
    "Small evaluators on real video",
    "One face pass: YuNet (threshold 0.5, IoU 0.3), the largest face of each frame it looks at; a clip that mostly "
    "shows two faces is refused. Every clip is brought to 25 frames per second (of another rate, the frame nearest to "
    "each tick), so frames are paired by time; native size. Frames without a face are left out of landmarks, and the "
    "row says how many.",
    {
        "emotion accuracy": Rule(
            pooling="mean of probabilities, arg-max; share of right clips",
            bias="networks of single frames, trained on other people; the three small ones know no contempt",
        ),
        "emotion judges": Rule(
            pooling="agreement of two judges on the outputs; what a judge says of sources and of targets"
        ),
        "emotion seen": Rule(pooling=f"mean of probabilities; {MEAN_OVER_VIDEOS}"),
        "intensity": Rule(
            pooling="gain of the target emotion's probability over the source, in rank correlation with the level"
        ),
        "identity": Rule(
            pooling="embedding of a picture plus that of its mirror image; cosine of the mean embeddings of output and "
            f"source; {MEAN_OVER_VIDEOS}",
        ),
        "expression change": Rule(
            pooling="points in the face's own frame, mean over time; change from source to output and to target",
            bias="of sparse points: a change that moves none of them is not seen",
        ),
        "motion kept": Rule(
            pooling="correlation of the lips' opening in output and source; mean distance of the points from their own "
            f"mean; {MEAN_OVER_VIDEOS}",
            bias="lip motion needs the source's timing; more motion is not better by itself",
        ),
        "picture": Rule(pooling=f"mean over frames, {MEAN_OVER_VIDEOS}; against the source"),
        "landmarks": Rule(
            pooling="both tracks resampled to the shorter (linspace without end); points centred on their own mean; "
            f"mean distance in % of the target's eye distance; {MEAN_OVER_VIDEOS}",
        ),
    },
)

SYNCNET_YUNET = Protocol(
    "syncnet-yunet-v1",
    "SyncNet on YuNet's boxes",
    "syncnet_v2.model; crops as in syncnet_python's run_pipeline.py, but from YuNet's boxes and without JPEG, XVID and "
    "least length; the output's own sound; zero-padded scores as published.",
    {
        "sync confidence": Rule(
            pooling=f"31 mean distances over all windows but one, zero vectors beyond the ends; {MEAN_OVER_VIDEOS}",
            bias="grows with the clip's length",
        ),
    },
)

HUB_JUDGE = Protocol(
    "hub-judge-v1",
    "A judge of the transformers hub",
    "The image classifier in hub_judge/ of the checkpoint folder; its labels as emotions by their words. Its weights "
    "are part of the run's keys and stand in run.json.",
    {
        "emotion accuracy": Rule(
            pooling="mean of the probabilities of the known labels, arg-max; share of right clips",
            bias="whatever the model was trained on",
        ),
    },
)

SMALL = (REAL_SMALL, SYNCNET_YUNET, HUB_JUDGE)
