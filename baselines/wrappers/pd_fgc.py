"""PD-FGC in its own python: `python pd_fgc.py job.json`. Written for Dorniwang/PD-FGC-inference at d3c1488.

Steps: docs/guide/methods/pd_fgc.md. Pose and eyes come from the source video, lips from the speech, the expression
from the reference (task `edit`), or from given codes of 30 numbers a frame (task `render`). Task `codes` writes the
codes of the source video instead of a video. The networks are loaded once.
"""

import os
import shutil
import subprocess
import sys

from wrapper_steps import main

SIDE = 224
LOST = 2
"""Frames that the repository's reading of the speech drops at each end."""


def frames_of(path, folder):
    """Write the frames of a video (or an image, once) as numbered JPEG at 25 a second; returns the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    words = ["ffmpeg", "-loglevel", "error", "-y", "-i", path]
    if path.lower().endswith((".mp4", ".mov", ".avi", ".mkv", ".webm")):
        words += ["-r", "25"]
    subprocess.check_call(words + ["-q:v", "1", os.path.join(folder, "%06d.jpg")])
    names = sorted(os.listdir(folder))
    for number in range(len(names), 2 * LOST + 1):  # the first frames are skipped: there must be some left
        shutil.copy(os.path.join(folder, names[-1]), os.path.join(folder, f"{number + 1:06d}.jpg"))
    return folder


class GivenCodes:
    """Stands in for the motion network: what it reads, with given codes in the place of the expression."""

    def __init__(self, network, codes):
        self.network, self.codes, self.shown = network, codes, 0

    def __call__(self, pictures):
        """Pictures of pose, expression and eyes, one third each."""
        pose, eyes, expression, mouth = self.network(pictures)
        count = len(pictures) // 3
        expression = expression.clone()
        for place in range(count):
            expression[count + place] = self.codes[min(self.shown + place, len(self.codes) - 1)]
        self.shown += count
        return pose, eyes, expression, mouth


def work_through(job):
    """Load the networks and return what edits one sample."""
    sys.argv = ["inference.py", "--all", "--name", "job"]  # lib.config reads it when imported
    import cv2
    import numpy
    import torch
    from lib.config.config import cfg
    from lib.inferencer import Tester

    tester = Tester(cfg)
    tester.reset_cfg(cfg)
    network = tester.net_motion

    def read_codes(sample):
        folder = frames_of(sample["source_video"], os.path.join(job["work"], "source"))
        rows = []
        with torch.no_grad():
            for name in sorted(os.listdir(folder)):
                picture = tester.dataset.to_Tensor(tester.dataset.load_img(os.path.join(folder, name))[None])
                rows.append(network(picture.cuda())[2][0].cpu().numpy())
        half = sample["output"] + ".half"
        with open(half, "wb") as file:
            numpy.save(file, numpy.stack(rows).astype(numpy.float32))
        os.replace(half, sample["output"])

    def draw(sample):
        source = frames_of(sample["source_video"], os.path.join(job["work"], "source"))
        shown = source
        if job["task"] == "render":
            tester.net_motion = GivenCodes(network, torch.from_numpy(numpy.load(sample["codes"])).float().cuda())
        elif not sample["reference"]:
            raise ValueError("PD-FGC needs a reference image or video")
        else:
            shown = frames_of(sample["reference"], os.path.join(job["work"], "reference"))
        grids = tester.inference(sample["speech"], sample["identity_image"], [source, shown, source])
        # five panels side by side, BGR: identity, result, pose, expression, eyes
        pictures = [grid[:, SIDE : 2 * SIDE] for grid in grids]
        pictures = [pictures[0]] * LOST + pictures + [pictures[-1]] * LOST
        folder = os.path.join(job["work"], "drawn")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for number, picture in enumerate(pictures):
            cv2.imwrite(os.path.join(folder, f"{number:06d}.png"), picture)
        half = os.path.join(os.path.dirname(sample["output"]), "half." + os.path.basename(sample["output"]))
        words = ["ffmpeg", "-loglevel", "error", "-y", "-r", "25", "-i", os.path.join(folder, "%06d.png")]
        words += ["-i", sample["speech"], "-map", "0:v:0", "-map", "1:a:0", "-c:v", "libx264", "-crf", "10"]
        subprocess.check_call(words + ["-pix_fmt", "yuv420p", "-c:a", "aac", half])
        os.replace(half, sample["output"])

    return read_codes if job["task"] == "codes" else draw


if __name__ == "__main__":
    main(work_through)
