"""`cmet-author-v1`: what the released evaluation of C-MET (CVPR 2026) does, with its quirks.

So that numbers can be held beside those of the paper. What can't be copied is said under `differs`.
"""

from __future__ import annotations

from benchmark.protocols.rules import Protocol, Rule

DROPPED = "left out of the mean (the released scripts drop such rows silently; here n scored stands beside the value)"
_FACES = (
    "faces by the shared track (YuNet, PFLD) instead of dlib's detector and predictor on every frame; no histogram "
    "tricks for frames without a face"
)

CMET_AUTHOR = Protocol(
    "cmet-author-v1",
    "C-MET's released evaluation",
    "One number for every video, then their plain mean; a video without a number is missing from it. Decoded frames "
    "take "
    "the detours through JPEG that the released scripts take. Neither FID nor FVD is a distance between distributions "
    "here.",
    {
        "emotion accuracy": Rule(
            metrics=("emotion_accuracy_mead_author", "emotion_accuracy_crema_d_author"),
            weights=(
                "cmet_judge/emotion_resnet18_mead.pth",
                "cmet_judge/emotion_resnet18_crema_d.pth",
                "pfld/pfld.onnx",
            ),
            frames="16 at truncated linspace(0, T-1, 16) of the output; a shorter clip repeats its last; JPEG 95",
            crop="dlib's five-point chip, padding 0.25, JPEG 95 again",
            size="224 x 224",
            interpolation="bilinear",
            antialiasing=False,
            colour="RGB, 0 to 1, ImageNet mean and deviation",
            pooling="mean of logits, arg-max over 7 (MEAD, no neutral) or 5 (CREMA-D) classes; share of right clips",
            failures=DROPPED + "; a neutral label counts as right",
            differs=_FACES,
            bias="the judge's training clips may show the test speakers; classes are unbalanced",
        ),
        "FID": Rule(
            metrics=("fid_author",),
            weights=("inception/pt_inception-2015-12-05-6726825d.pth",),
            frames="all of output and target, through FFmpeg's JPEG at default quality (200 kbit/s, 4:2:0)",
            crop="none, whole frames",
            size="299 x 299, aspect not kept",
            interpolation="bilinear, half-pixel centres",
            antialiasing=False,
            colour="RGB, -1 to 1",
            pooling="one Frechet distance (D = 2048) a video, mean over videos",
            failures=DROPPED,
            differs="targets are paired by sample, not by the position of their folder; the exact distance, which is "
            "5e-6 above pytorch-fid's; JPEG is made from decoded RGB",
            bias="16.3 / 9.4 / 4.8 / 1.0 for one distribution at 20 / 40 / 80 / 1,000 frames; not corrected, it is the "
            "protocol's own",
        ),
        "FVD": Rule(
            metrics=("fvd_author",),
            weights=("i3d/i3d_pretrained_400.pt",),
            frames="15 at truncated linspace(0, T-1, 15) of output and target; a shorter clip repeats its last",
            crop="none, whole frames",
            size="64 x 64, then 224 x 224",
            interpolation="OpenCV bilinear to 64, TensorFlow 1 bilinear (no half-pixel shift) to 224",
            antialiasing=False,
            colour="RGB, -1 to 1",
            pooling="400 class scores averaged over time; 16 copies of the clip, so the squared distance of two "
            "vectors "
            "is left; mean over videos",
            failures=DROPPED,
            differs="one pass instead of sixteen equal ones; torch network with the TensorFlow network's weights",
            bias="no covariance is left; not affected by the other videos",
        ),
        "sync confidence": Rule(
            metrics=("sync_confidence_author",),
            weights=("syncnet/syncnet_v2.model",),
            frames="all of the output; windows of 5; one window fewer than fit",
            crop="syncnet_python's run_pipeline.py (half side s, from centre - s to centre + 1.8 s, +-1.4 s across; "
            "median "
            "over 13)",
            size="224 x 224",
            interpolation="bilinear",
            antialiasing=False,
            colour="BGR, 0 to 255",
            fps=25.0,
            audio_rate=16000,
            speech="the sample's speech (in the paper's lists: the source's own)",
            pooling="31 mean distances, zero vectors beyond the ends; median less least; mean over videos",
            failures=DROPPED + "; tracks of 100 frames or fewer have no value",
            differs="YuNet's boxes instead of S3FD's; frames reach the network without XVID and JPEG; one track a "
            "video",
            bias="grows with length: 7.85 / 9.32 / 9.80 / 10.21 / 10.56 for one quality at 12 / 25 / 40 / 75 / 300 "
            "windows",
        ),
        "time": Rule(
            metrics=("aitv_author",),
            pooling="seconds from the call to the return, every sample, the first too; mean over videos",
            failures=DROPPED,
            differs="reading of inputs is inside, encoding and saving outside, as there; the machine is named in "
            "run.json",
            bias="depends on the machine and on the clips' length; the accelerator may still be working",
        ),
    },
)
