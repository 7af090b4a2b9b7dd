"""The named protocols: what a metric's number means beside its formula. A metric names one; tables print it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Protocol:
    """Variant, weights, crop, rate and pooling of a family of numbers."""

    id: str
    title: str
    text: str
    """What is done, so that somebody else could do it."""


PROTOCOLS: dict[str, Protocol] = {
    protocol.id: protocol
    for protocol in (
        Protocol(
            "frames-v1",
            "Frame by frame",
            "Whole frames of output and target, frame t with frame t over the frames both have, 8-bit RGB as decoded, "
            "mean over frames. No network. Only for targets that are the same take.",
        ),
        Protocol(
            "puppets-v1",
            "Small judges of the embedded corpus",
            "Whole frames (the corpus is a talking-head crop), scaled to the judge's size (64 or 96 px); judges "
            "of `benchmark/networks/judges.py`, trained on the training identities only. Emotion: softmax of the mean "
            "logits over every second frame. Action units: mean over time against the target's true ones. Identity: "
            "cosine of mean embeddings of output and source. Sync: embeddings of unit length, shifts of up to ten "
            "frames, each averaged over the windows whose sound exists. Frechet: 16 frames of every clip, one "
            "distance between all outputs and all targets.",
        ),
        Protocol(
            "real-small-v1",
            "Small evaluators on real video",
            "YuNet (yunet_n_dynamic, longer side at most 640, threshold 0.5, IoU 0.3) on frames 0, 5, 10, ...; the "
            "largest face of each; a clip that mostly shows two faces is refused. Emotion, identity, sharpness and "
            "aligned faces: those of the first thirty looked-at frames that show a face; emotion on the square of "
            "side max(w, h) about the box, bilinear, mean of probabilities; identity on about six of them, five-point "
            "alignment to 112 px, image plus mirror image. Landmarks: every one of the first 150 frames. Native frame "
            "rate and size.",
        ),
        Protocol(
            "syncnet-yunet-v1",
            "SyncNet on YuNet's boxes",
            "syncnet_v2.model; crops as in syncnet_python's run_pipeline.py, but from YuNet's boxes and without JPEG, "
            "XVID and least length; 25 frames per second, 16 kHz, the output's own sound; zero-padded scores as "
            "published.",
        ),
        Protocol(
            "fid-pooled16-v1",
            "Pooled FID",
            "Inception of 2015, pool3, sixteen frames spread over every clip, whole frames, one distance between all "
            "outputs and all targets.",
        ),
    )
}
"""Protocol id -> protocol."""
