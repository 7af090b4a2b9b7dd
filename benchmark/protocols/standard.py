"""`standard-v1`: the same quantities measured soundly.

What is biased is matched or corrected, what fails is counted.
"""

from __future__ import annotations

from benchmark.protocols.rules import Protocol, Rule

WRONG = "counted as wrong (0 %); a judge or a source that is missing gives no number"
_CHIP = "dlib's five-point chip, padding 0.25, on PFLD's points"
_TAKE = "a target that is another take says the words elsewhere in time; exact only where it is the same take"
_OWN_RATE = "frames 0, 5, 10, ... of the first 150 in which a face is found"


def _of_judges(*names: str) -> tuple[str, ...]:
    """These metrics by each of the three judges that were trained on a corpus."""
    return tuple(f"{name}_{judge}_standard" for name in names for judge in ("mead", "crema_d", "fan"))


STANDARD = Protocol(
    "standard-v1",
    "Sound measurement",
    "Frames as decoded, no detour. Distances between sets are over the whole set, with the same number of frames of "
    "every "
    "clip. One face pass (YuNet on every fifth frame, straight lines in between) serves all metrics. Failed outputs "
    "are "
    "counted: as wrong where there is a worst value, else by coverage. Times leave out the first sample and wait for "
    "the "
    "accelerator.",
    {
        "emotion accuracy": Rule(
            metrics=(
                "emotion_accuracy_mead_standard",
                "emotion_accuracy_crema_d_standard",
                "emotion_accuracy_fan_standard",
                *_of_judges("macro_f1", "emotion_gain"),
            ),
            weights=(
                "cmet_judge/emotion_resnet18_mead.pth",
                "cmet_judge/emotion_resnet18_crema_d.pth",
                "emotion_fan/emotion_fan_mead8.pth.tar",
                "pfld/pfld.onnx",
            ),
            frames="16 at truncated linspace(0, T-1, 16) of the output; a shorter clip repeats its last",
            crop=_CHIP,
            size="224 x 224",
            interpolation="bilinear",
            antialiasing=False,
            colour="RGB, 0 to 1; ResNet-18: ImageNet mean and deviation; Emotion-FAN: none",
            pooling="ResNet-18: mean of logits; Emotion-FAN: self and relation attention by the formula it was trained "
            "with; arg-max; share of right clips; mean F1 over the emotions asked for; gain of the wanted emotion's "
            "softmax over the source's, points",
            failures="accuracy: " + WRONG + "; F1 and gain: no number, n scored stands beside the value",
            bias="the judge's training clips may show the test speakers: read it beside ground_truth and source_copy",
        ),
        "judges": Rule(
            metrics=("kappa_mead_fan_standard", *_of_judges("emotion_floor", "emotion_ceiling")),
            frames="as for emotion accuracy, of output, source or target",
            crop=_CHIP,
            pooling="agreement of two judges on the outputs; what a judge says of sources and of targets",
        ),
        "level order": Rule(
            metrics=_of_judges("level_order", "level_triples"),
            frames="as for emotion accuracy, of output and source",
            crop=_CHIP,
            pooling="gain of the wanted emotion's probability over the source, in rank correlation with the level",
        ),
        "expression change": Rule(
            metrics=("expression_change_standard", "expression_cosine_standard", "mouth_correlation_standard"),
            weights=("pfld/pfld.onnx",),
            frames="the first 150 of output, source and target",
            crop="square of 1.2 times the box's shorter side",
            size="112 x 112",
            interpolation="bilinear, black outside",
            antialiasing=False,
            colour="BGR, 0 to 1",
            pooling="68 points in the face's own frame, mean over time, in % of the eye distance; change from source "
            "to output, its cosine with that to the target; correlation of the lips' opening in output and source",
            bias="of sparse points: a change that moves none of them is not seen; lip motion needs the source's timing",
        ),
        "face coverage": Rule(
            metrics=("face_coverage_standard",),
            weights=("yunet/yunet_n_dynamic.onnx",),
            frames="0, 5, 10, ... of the output",
            size="longer side at most 640",
            interpolation="bilinear",
            antialiasing=False,
            colour="BGR, 0 to 255",
            pooling="share of frames, mean over videos",
            failures=WRONG,
        ),
        "FID": Rule(
            metrics=("fid_standard", "fid_infinity_standard", "kid_standard"),
            weights=("inception/pt_inception-2015-12-05-6726825d.pth",),
            frames="16 at rounded linspace(0, T-1, 16) of outputs and targets, as decoded",
            crop="none, whole frames",
            size="299 x 299, aspect not kept",
            interpolation="bilinear, half-pixel centres",
            antialiasing=False,
            colour="RGB, -1 to 1",
            pooling="all clips together: Frechet distance; kernel distance, cubic, unbiased, times 1,000; FID "
            "extrapolated: "
            "2 FID(n) less the mean of two halves",
            bias="FID falls with n: n is matched (16 frames of the same clips on both sides), extrapolation takes off "
            "what "
            "goes with 1/n (n well above 2,048 frames), the kernel distance has none",
        ),
        "FVD": Rule(
            metrics=("fvd_standard", "kvd_standard"),
            weights=("i3d/i3d_pretrained_400.pt",),
            frames="up to 4 windows of 16 successive frames, spread over the clip; fewer than 16: the last is repeated",
            crop="centre square after the shorter side is 224",
            size="224 x 224",
            interpolation="bilinear, half-pixel centres",
            antialiasing=False,
            colour="RGB, -1 to 1",
            pooling="400 class scores averaged over time and windows, one vector a video; Frechet and kernel distance "
            "over "
            "all videos",
            bias="FVD falls with the number of videos (2,646 / 1,816 / 767 / 172 at 16 / 64 / 256 / 1,143 for one "
            "distribution): n is matched; the kernel distance has none",
        ),
        "sync confidence": Rule(
            metrics=("lse_c_standard", "lse_d_standard", "sync_offset_standard", "sync_coverage_standard"),
            weights=("syncnet/syncnet_v2.model",),
            frames="all of the output; every window of 5 that fits",
            crop="syncnet_python's run_pipeline.py on YuNet's boxes (half side s, from centre - s to centre + 1.8 s, "
            "+-1.4 s "
            "across; median over 13)",
            size="224 x 224",
            interpolation="bilinear",
            antialiasing=False,
            colour="BGR, 0 to 255",
            fps=25.0,
            audio_rate=16000,
            speech="the sample's speech; none given: the source's own",
            pooling="distances at shifts of up to 15 frames over the windows whose sound exists (5 at least), fitted "
            "by a term of the window and one of the shift; the shifts' curve; mean over videos",
            failures="no number; sync_coverage_standard counts them as 0 %",
            bias="no zero padding and no other windows at other shifts: one quality gives the same within 4 % from 12 "
            "to 300 windows; the minimum of a noisier curve raises the confidence of unsynced short clips a little",
        ),
        "identity": Rule(
            metrics=("csim_standard", "csim_r100_standard"),
            weights=("arcface/ms1mv3_arcface_r50_fp16.pth", "arcface/ms1mv3_arcface_r100_fp16.pth"),
            frames=_OWN_RATE + ", against the source's first such frame",
            crop="five points to ArcFace's template, similarity transform",
            size="112 x 112",
            interpolation="bilinear, black outside",
            antialiasing=False,
            colour="RGB, -1 to 1",
            pooling="mean cosine over frames, mean over videos",
            bias="expression lowers it and doing nothing wins: read it beside ground_truth and emotion accuracy",
        ),
        "landmarks": Rule(
            metrics=("m_lmd_standard", "f_lmd_standard"),
            weights=("pfld/pfld.onnx",),
            frames="the first 150 of output and target, both resampled to the shorter (linspace without end)",
            crop="square of 1.2 times the box's shorter side",
            size="112 x 112",
            interpolation="bilinear, black outside",
            antialiasing=False,
            colour="BGR, 0 to 1",
            pooling="points centred on their own mean; mean distance in % of the target's eye distance; mean over "
            "videos",
            bias=_TAKE,
        ),
        "picture": Rule(
            metrics=("psnr_standard", "ssim_standard", "lpips_standard"),
            weights=("lpips/alexnet-owt-7be5be79.pth", "lpips/alex.pth"),
            frames=_OWN_RATE + ", against the target's frame at the same share of its length",
            crop="five points to ArcFace's template",
            size="128 x 128",
            interpolation="bilinear, black outside",
            antialiasing=False,
            colour="RGB, 0 to 255; LPIPS: -1 to 1 and its own scaling",
            pooling="mean over frames (PSNR capped at 60 dB; SSIM 7 x 7 uniform), mean over videos",
            bias=_TAKE,
        ),
        "time": Rule(
            metrics=("aitv_standard", "frames_per_second_standard", "peak_memory_standard"),
            pooling="seconds from the call until the accelerator is idle; the first sample after loading is left out; "
            "mean "
            "over videos",
            failures="not timed; n scored stands beside the value",
            bias="depends on the machine and on the clips' length: compare runs of one machine",
        ),
    },
)
