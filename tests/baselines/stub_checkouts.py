"""Checkouts with the functions of the real ones that wrappers call; each writes down what it is given."""

from __future__ import annotations

from pathlib import Path

from benchmark.media.video import write_clip
from tests.benchmark.media.made import made_clip

PD_FGC = {
    "lib/__init__.py": "",
    "lib/config/__init__.py": "",
    "lib/config/config.py": "import sys\nassert '--all' in sys.argv\ncfg = object()\n",
    "lib/inferencer.py": """
import os
import numpy as np
import torch

torch.Tensor.cuda = lambda self, *a, **k: self  # no GPU here


class Dataset:
    def load_img(self, path):
        assert os.path.isfile(path)
        return np.full((224, 224, 3), 7, np.uint8)

    def to_Tensor(self, pictures):
        return torch.from_numpy(pictures.transpose(0, 3, 1, 2) / 255.0).float() * 2 - 1


class Motion:
    def __call__(self, pictures):
        n = len(pictures)
        return torch.zeros(n, 6), torch.zeros(n, 6), torch.arange(n * 30.0).reshape(n, 30), torch.zeros(n, 512)


class Tester:
    def __init__(self, cfg):
        print("networks loaded", flush=True)
        self.dataset, self.net_motion = Dataset(), Motion()

    def reset_cfg(self, cfg):
        pass

    def inference(self, audio, app, driving):
        assert os.path.isfile(audio) and os.path.isfile(app) and len(driving) == 3
        counts = [len(os.listdir(folder)) for folder in driving]
        seen = self.net_motion(torch.zeros(12, 3, 8, 8))[2][4:8].mean().item()
        print("driven by", counts, [os.path.basename(f) for f in driving], "expression", seen, flush=True)
        grid = np.zeros((224, 5 * 224, 3), np.uint8)
        grid[:, 224:448] = 200
        return [grid] * 6
""",
}
EAMM = {
    "demo.py": """
import os, shutil


def test(options, name):
    assert options.emotion == "happy" and options.add_emo is False and options.type == "linear_3"
    for given in (options.source_image, options.driving_video, options.in_file, options.pose_file):
        assert os.path.isfile(given), given
    print("pose", os.path.basename(options.pose_file), "driven by", os.path.basename(options.driving_video), flush=True)
    shutil.copy("sample.mp4", os.path.join(options.result_path, "emotion.mp4"))
""",
}
EAT = {
    "imageio.py": "import cv2\nimread = cv2.imread\ndef imwrite(path, picture, quality): cv2.imwrite(path, picture)\n",
    "ckpt/deepprompt_eam3d_all_final_313.pth.tar": "weights",
    "demo/shape_predictor_68_face_landmarks.dat": "points",
    "demo/imgs/theirs.jpg": "a picture that must not be rendered",
    "preprocess/video/theirs.mp4": "a video that must not be prepared",
    "preprocess/preprocess_video.py": """
import glob, os
for path in sorted(glob.glob("video/*.mp4")):
    os.makedirs("../demo/video_processed/" + os.path.basename(path)[:-4])
    print("prepared", path, flush=True)
""",
    "demo.py": """
import glob, os, shutil
assert os.path.isfile("./demo/shape_predictor_68_face_landmarks.dat")
root_wav = "theirs"


def build_model(config, device_ids=[0]):
    print("networks built", flush=True)
    return "generator", "detector"


def load_ckpt(path, kp_detector, generator):
    assert os.path.isfile(path)
    print("weights loaded", flush=True)


def test(ckpt, emotype, save_dir=" "):
    generator, detector = build_model({})
    load_ckpt(ckpt, kp_detector=detector, generator=generator)
    pictures = glob.glob("./demo/imgs/*.jpg")
    assert os.path.isdir(root_wav) and len(pictures) == 1, (root_wav, pictures)
    print("shown", emotype, root_wav, flush=True)
    shutil.copy("sample.mp4", os.path.join(save_dir, "face_%s_clip.mp4" % emotype))
""",
}
CHECKOUTS = {"pd_fgc": PD_FGC, "eamm": EAMM, "eat": EAT}


def make_checkout(folder: Path, files: dict[str, str]) -> Path:
    """Write the files, and a clip `sample.mp4` of five frames that programs may hand out."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    write_clip(folder / "sample.mp4", made_clip(5))
    return folder
