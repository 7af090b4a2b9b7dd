"""`standard-v1`: the same quantities measured soundly.

What is biased is matched or corrected, what fails is counted.
"""

from __future__ import annotations

from benchmark.protocols.rules import MEAN_OVER_VIDEOS, Protocol, Rule

WRONG = "counted as wrong (0 %); a judge or a source that is missing gives no number"
OTHER_TAKE = "a target that is another take says the words elsewhere in time; exact only where it is the same take"

STANDARD = Protocol(
    "standard-v1",
    "Sound measurement",
    "Every clip is brought to 25 frames per second first (of another rate, the frame nearest to each tick, none "
    "blended), so frames are paired by time and 150 frames are 6 s. Frames as decoded, no detour; those without a face "
    "are left out of landmarks, which the row says, and of emotion judges. Distances between sets are over the whole "
    "set, with the same number of frames of every clip. One face pass (YuNet on every fifth frame, straight lines in "
    "between) serves all metrics. Failed outputs are counted: as wrong where there is a worst value, else by coverage. "
    "Times leave out the first sample and wait for the accelerator.",
    {
        "emotion accuracy": Rule(
            pooling="ResNet-18: mean of logits; Emotion-FAN: self and relation attention by the formula it was trained "
            "with; arg-max; share of right clips; mean F1 over the requested emotions; gain of the target emotion's "
            "softmax over the source's, points",
            failures=f"accuracy: {WRONG}; F1 and gain: no number, n scored stands beside the value",
            bias="the judge's training clips may show the test speakers: read it beside ground_truth and source_copy",
        ),
        "emotion judges": Rule(
            pooling="agreement of two judges on the outputs; what a judge says of sources and of targets"
        ),
        "intensity": Rule(
            pooling="gain of the target emotion's probability over the source, in rank correlation with the level"
        ),
        "expression change": Rule(
            pooling="68 points in the face's own frame, mean over time, in % of the eye distance; change from source "
            "to output, its cosine with that to the target",
            bias="of sparse points: a change that moves none of them is not seen",
        ),
        "motion kept": Rule(
            pooling=f"correlation of the lips' opening in output and source; {MEAN_OVER_VIDEOS}",
            bias="needs the source's timing",
        ),
        "face coverage": Rule(pooling=f"share of the tracker's frames with a face, {MEAN_OVER_VIDEOS}", failures=WRONG),
        "FID": Rule(
            pooling="all clips together: Frechet distance; kernel distance, cubic, unbiased, times 1,000; FID "
            "extrapolated: 2 FID(n) less the mean of two halves",
            bias="FID falls with n: n is matched (the same clips on both sides), extrapolation takes off what goes "
            "with 1/n (n well above 2,048 frames), the kernel distance has none",
        ),
        "FVD": Rule(
            pooling="400 class scores averaged over time and windows, one vector a video; Frechet and kernel distance "
            "over all videos",
            bias="FVD falls with the number of videos (2,646 / 1,816 / 767 / 172 at 16 / 64 / 256 / 1,143 for one "
            "distribution): n is matched; the kernel distance has none",
        ),
        "sync confidence": Rule(
            pooling="distances at shifts of up to 15 frames over the windows whose sound exists (5 at least), fitted "
            f"by a term of the window and one of the shift; the shifts' curve; {MEAN_OVER_VIDEOS}",
            failures="no number; sync_coverage_standard counts them as 0 %",
            bias="no zero padding and no other windows at other shifts: one quality gives the same within 4 % from 12 "
            "to 300 windows; the minimum of a noisier curve raises the confidence of unsynced short clips a little",
        ),
        "identity": Rule(
            pooling=f"mean cosine over the output's frames with the source's first, {MEAN_OVER_VIDEOS}",
            bias="expression lowers it and doing nothing wins: read it beside ground_truth and emotion accuracy",
        ),
        "landmarks": Rule(
            pooling="both tracks resampled to the shorter (linspace without end); points centred on their own mean; "
            f"mean distance in % of the target's eye distance; {MEAN_OVER_VIDEOS}",
            bias=OTHER_TAKE,
        ),
        "picture": Rule(
            pooling=f"mean over frames (PSNR capped at 60 dB; SSIM 7 x 7 uniform), {MEAN_OVER_VIDEOS}",
            bias=OTHER_TAKE,
        ),
        "time": Rule(
            pooling="seconds from the call until the accelerator is idle; the first sample after loading is left out; "
            f"{MEAN_OVER_VIDEOS}",
            failures="not timed; n scored stands beside the value",
            bias="depends on the machine and on the clips' length: compare runs of one machine",
        ),
    },
)
