"""EAT in its own python: `python eat.py job.json`. Written for yuangan/EAT_code at 95beccb; see docs/guide/methods.

The driving folder that demo.py reads (DeepSpeech features, latent and pose images) is made by the repository's own
preprocessing from the source video with the job's speech. Everything is written to the job's work folder: the checkout
is seen through links. The networks are loaded once.
"""

import glob
import os
import shutil
import subprocess
import sys

from wrapper_steps import main

EMOTIONS = {
    "angry": "ang",
    "contempt": "con",
    "disgusted": "dis",
    "fear": "fea",
    "happy": "hap",
    "neutral": "neu",
    "sad": "sad",
    "surprised": "sur",
}
MADE = ("video", "video_fps25", "imgs", "latents", "poseimg", "deepfeature32", "*.mp4")


def room(checkout, work):
    """A folder that looks like the checkout; demo/ and preprocess/ are its own."""
    place = os.path.join(work, "eat")
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(os.path.join(place, "demo", "imgs"))
    for name in os.listdir(checkout):
        if name not in ("demo", "preprocess", ".git", ".venv"):
            os.symlink(os.path.join(checkout, name), os.path.join(place, name))
    for name in os.listdir(os.path.join(checkout, "demo")):
        if name not in ("imgs", "imgs_cropped", "imgs_latent", "output", "video_processed"):
            os.symlink(os.path.join(checkout, "demo", name), os.path.join(place, "demo", name))
    shutil.copytree(
        os.path.join(checkout, "preprocess"),
        os.path.join(place, "preprocess"),
        ignore=lambda folder, names: (
            shutil.ignore_patterns(*MADE)(folder, names) if folder.endswith("preprocess") else []
        ),
    )
    return place


def prepare(place, samples):
    """Run the repository's preprocessing on every source with its speech, all in one go."""
    videos = os.path.join(place, "preprocess", "video")
    os.makedirs(videos)
    for number, sample in enumerate(samples):
        words = ["-loglevel", "error", "-y", "-i", sample["source_video"], "-i", sample["speech"], "-r", "25"]
        words += ["-map", "0:v:0", "-map", "1:a:0", "-crf", "10", "-ar", "16000", "-shortest"]
        subprocess.check_call(["ffmpeg"] + words + [os.path.join(videos, f"clip{number}.mp4")])
    paths = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    subprocess.check_call(
        [sys.executable, "preprocess_video.py"],
        cwd=os.path.join(place, "preprocess"),
        env=dict(os.environ, PATH=paths),
    )


def work_through(job):
    """Prepare all samples, load the networks, and return what edits one."""
    place = room(job["checkout"], job["work"])
    prepare(place, job["samples"])
    os.chdir(place)
    import demo
    import imageio
    import numpy
    import torch

    build, load, loaded = demo.build_model, demo.load_ckpt, {}

    def build_once(config):
        if "networks" not in loaded:
            loaded["networks"] = build(config)
        return loaded["networks"]

    def load_once(*args, **named):
        if "filled" not in loaded:
            load(*args, **named)
            loaded["filled"] = True

    demo.build_model, demo.load_ckpt = build_once, load_once
    options = job["options"]
    numbers = {sample["id"]: number for number, sample in enumerate(job["samples"])}

    def edit(sample):
        for folder in ("imgs", "imgs_cropped", "imgs_latent", "output"):
            shutil.rmtree(os.path.join("demo", folder), ignore_errors=True)
            os.makedirs(os.path.join("demo", folder))
        folder = "imgs" if options.get("align", True) else "imgs_cropped"
        picture = imageio.imread(sample["identity_image"])[..., :3]
        imageio.imwrite(os.path.join("demo", folder, "face.jpg"), picture, quality=98)
        clip = "clip{}".format(numbers[sample["id"]])
        if sample["emotion_label"] not in EMOTIONS:
            raise ValueError("EAT has no emotion {!r}".format(sample["emotion_label"]))
        demo.root_wav = "./demo/video_processed/" + clip
        torch.manual_seed(job["seed"])
        numpy.random.seed(job["seed"])
        weights = "./ckpt/{}.pth.tar".format(options.get("checkpoint", "deepprompt_eam3d_all_final_313"))
        demo.test(weights, EMOTIONS[sample["emotion_label"]], save_dir="./demo/output/")
        made = glob.glob("demo/output/*.mp4")
        if len(made) != 1:
            raise RuntimeError(f"demo.py made {len(made)} videos (no face in the identity image?)")
        os.replace(made[0], sample["output"])

    return edit


if __name__ == "__main__":
    main(work_through)
