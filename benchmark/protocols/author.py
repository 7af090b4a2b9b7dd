"""`cmet-author-v1`: what the released evaluation of C-MET (CVPR 2026) does, with its quirks.

Its numbers can be held beside those of the paper. What can't be copied is said under `differs`.
"""

from __future__ import annotations

from benchmark.protocols.rules import MEAN_OVER_VIDEOS, Protocol, Rule

DROPPED = "left out of the mean (the released scripts drop such rows silently; here n scored stands beside the value)"

CMET_AUTHOR = Protocol(
    "cmet-author-v1",
    "C-MET's released evaluation",
    "One number for every video, then their plain mean; a video without a number is missing from it. Decoded frames "
    "take the detours through JPEG that the released scripts take. Neither FID nor FVD is a distance between "
    "distributions here. Frames are those of the file, by number, whatever its rate, as the released scripts take "
    "them; lip sync alone is at 25 frames per second.",
    {
        "emotion accuracy": Rule(
            pooling="mean of logits, arg-max over the classes; share of right clips",
            failures=f"{DROPPED}; a neutral label counts as right",
            differs="faces by the shared track (YuNet, PFLD) instead of dlib's detector and predictor on every frame; "
            "no histogram tricks for frames without a face",
            bias="the judge's training clips may show the test speakers; classes are unbalanced",
        ),
        "FID": Rule(
            pooling=f"one Frechet distance (D = 2048) a video, {MEAN_OVER_VIDEOS}",
            differs="targets are paired by sample, not by the position of their folder; the exact distance, which is "
            "5e-6 above pytorch-fid's; JPEG is made from decoded RGB",
            bias="16.3 / 9.4 / 4.8 / 1.0 for one distribution at 20 / 40 / 80 / 1,000 frames; not corrected, it is the "
            "protocol's own",
        ),
        "FVD": Rule(
            pooling="400 class scores averaged over time; 16 copies of the clip, so the squared distance of two "
            f"vectors is left; {MEAN_OVER_VIDEOS}",
            differs="one pass instead of sixteen equal ones; torch network with the TensorFlow network's weights",
            bias="no covariance is left; not affected by the other videos",
        ),
        "sync confidence": Rule(
            pooling="31 mean distances over all windows but one, zero vectors beyond the ends; median less least; "
            f"{MEAN_OVER_VIDEOS}",
            failures=f"{DROPPED}; tracks of 100 frames or fewer have no value",
            differs="YuNet's boxes instead of S3FD's; frames reach the network without XVID and JPEG; one track a "
            "video",
            bias="grows with length: 7.85 / 9.32 / 9.80 / 10.21 / 10.56 for one quality at 12 / 25 / 40 / 75 / 300 "
            "windows",
        ),
        "time": Rule(
            pooling=f"seconds from the call to the return, every sample, the first too; {MEAN_OVER_VIDEOS}",
            differs="reading of inputs is inside, encoding and saving outside, as there; the machine is named in "
            "run.json",
            bias="depends on the machine and on the clips' length; the accelerator may still be working",
        ),
    },
    failures=DROPPED,
)
