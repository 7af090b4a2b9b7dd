"""Wrappers run in other people's python: 3.8's grammar, nothing of this project, and a page with the steps."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmark.media.audio import write_wav
from benchmark.media.video import read_clip, write_clip
from benchmark.methods.base import METHODS
from benchmark.methods.external import External
from benchmark.methods.external_setup import WRAPPERS
from tests.baselines.stub_checkouts import CHECKOUTS, make_checkout
from tests.benchmark.media.made import made_clip

ROOT = Path(__file__).parents[2]
OURS = {"benchmark", "baselines", "cmet", "tools", "leaderboard"}
OUTSIDE = [name for name in METHODS.names() if name != "external" and issubclass(METHODS.get(name), External)]
OUTSIDE_PROGRAM = ROOT / "tests" / "benchmark" / "methods" / "outside_program.py"
FILES = sorted(path for path in WRAPPERS.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("path", [*FILES, OUTSIDE_PROGRAM], ids=lambda p: p.stem)
def test_a_wrapper_is_python_3_8_and_imports_nothing_of_this_project(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name.partition(".")[0] for name in imported} & OURS
    at_once = {a.name for node in tree.body if isinstance(node, ast.Import) for a in node.names}
    assert at_once <= set(sys.stdlib_module_names), "only the standard library before the checkout is in sight"


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_method_outside_has_a_wrapper_and_a_page_with_its_steps(name: str) -> None:
    kind = METHODS.get(name)
    page = (ROOT / kind.page).read_text()
    assert kind.setup_of({}).wrapper in FILES
    assert kind.repository in page and kind.revision[:7] in page and kind.info.licence in page
    for word in ("Environment", "Weights", "Preprocessing", "Run"):
        assert f". {word}" in page
    for file in kind.needs:
        assert Path(file).name in page
    for argument in kind.arguments:
        assert f"method.arguments.{argument}=" in page


FFMPEG = """
import os, shutil, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from benchmark.media.clip import Clip
from benchmark.media.video import read_clip, write_clip
words = sys.argv
given, output = words[words.index("-i") + 1], words[-1]
if output.endswith("%06d.jpg"):  # a video into frames
    count = len(read_clip(Path(given)).frames) if given.endswith(".mp4") else 1
    for number in range(count):
        Path(output % (number + 1)).write_bytes(b"frame")
elif given.endswith("%06d.png"):  # frames into a video
    import cv2, numpy
    folder = Path(given).parent
    frames = [cv2.imread(str(path))[..., ::-1] for path in sorted(folder.iterdir())]
    write_clip(Path(output), Clip(numpy.stack(frames), 25.0))
else:
    shutil.copy(given, output)
"""


def stand_in_for_ffmpeg(folder: Path) -> str:
    """A PATH with a program called ffmpeg that does what wrappers ask of it, but for sound: it may not be installed."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "ffmpeg"
    program.write_text(f"#!{sys.executable}\n{FFMPEG.format(root=str(ROOT))}")
    program.chmod(0o755)
    return os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])


def work_on(tmp_path: Path, name: str, task: str = "edit", **options: str) -> tuple[str, list[dict[str, str]]]:
    """Let a wrapper edit samples `one` and `two` (without a cue) in a stub checkout; what it printed and reported."""
    import cv2

    checkout = make_checkout(tmp_path / name, CHECKOUTS[name])
    for clip in ("src", "ref"):
        write_clip(tmp_path / f"{clip}.mp4", made_clip(7))
    cv2.imwrite(str(tmp_path / "face.png"), np.zeros((64, 64, 3), np.uint8))
    write_wav(tmp_path / "speech.wav", np.zeros(3200, np.float32), 16000)
    np.save(tmp_path / "codes.npy", np.full((7, 30), 0.5, np.float32))
    np.save(tmp_path / "src.npy", np.zeros((7, 7)))
    (tmp_path / "work").mkdir()
    suffix = "npy" if task == "codes" else "mp4"
    sample = {
        "id": "one", "source_video": str(tmp_path / "src.mp4"), "identity_image": str(tmp_path / "face.png"),
        "speech": str(tmp_path / "speech.wav"), "reference": str(tmp_path / "ref.mp4"), "emotion_label": "happy",
        "codes": str(tmp_path / "codes.npy"), "output": str(tmp_path / f"one.{suffix}"),
    }  # fmt: skip
    without = {"id": "two", "reference": None, "emotion_label": None, "output": str(tmp_path / f"two.{suffix}")}
    job = {
        "checkout": str(checkout), "work": str(tmp_path / "work"), "report": str(tmp_path / "report"), "seed": 1,
        "options": options, "samples": [sample, sample | without], "task": task,
    }  # fmt: skip
    (tmp_path / "job.json").write_text(json.dumps(job))
    words = [sys.executable, str(WRAPPERS / f"{name}.py"), str(tmp_path / "job.json")]
    environment = os.environ | {"PATH": stand_in_for_ffmpeg(tmp_path)}
    done = subprocess.run(words, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout, [json.loads(line) for line in (tmp_path / "report").read_text().splitlines()]


@pytest.mark.slow
def test_pd_fgc_is_given_pose_and_eyes_of_the_source_and_the_references_expression(tmp_path: Path) -> None:
    said, reports = work_on(tmp_path, "pd_fgc")
    assert "driven by [7, 7, 7] ['source', 'reference', 'source']" in said and said.count("networks loaded") == 1
    frames = read_clip(tmp_path / "one.mp4").frames
    assert frames.shape == (10, 224, 224, 3), "six drawn, and two more at each end"
    assert abs(float(frames.mean()) - 200) < 3, "the second of five panels"
    assert [r["status"] for r in reports] == ["ok", "method_failed"] and "needs a reference" in reports[1]["reason"]


@pytest.mark.slow
def test_pd_fgc_reads_codes_and_draws_given_ones(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    work_on(tmp_path / "a", "pd_fgc", "codes")
    codes = np.load(tmp_path / "a" / "one.npy")
    assert codes.shape == (7, 30) and codes.dtype == np.float32
    np.testing.assert_array_equal(codes[3], np.arange(30))
    said, reports = work_on(tmp_path / "b", "pd_fgc", "render")
    assert "expression 0.5" in said and [r["status"] for r in reports] == ["ok", "ok"]


@pytest.mark.slow
def test_eamm_is_given_the_sources_poses_and_a_reference_video(tmp_path: Path) -> None:
    said, reports = work_on(tmp_path, "eamm", poses=str(tmp_path))
    assert "pose src.npy driven by ref.mp4" in said
    assert len(read_clip(tmp_path / "one.mp4").frames) == 5
    assert [r["status"] for r in reports] == ["ok", "method_failed"] and "reference video" in reports[1]["reason"]


@pytest.mark.slow
def test_eat_prepares_every_clip_in_a_room_of_its_own_and_loads_its_networks_once(tmp_path: Path) -> None:
    said, reports = work_on(tmp_path, "eat")
    assert "prepared video/clip0.mp4" in said and "prepared video/clip1.mp4" in said and "theirs" not in said
    assert "shown hap ./demo/video_processed/clip0" in said
    assert said.count("networks built") == said.count("weights loaded") == 1
    assert len(read_clip(tmp_path / "one.mp4").frames) == 5
    assert [r["status"] for r in reports] == ["ok", "method_failed"] and "no emotion None" in reports[1]["reason"]
    checkout = sorted(path.name for path in (tmp_path / "eat" / "demo").iterdir())
    assert checkout == ["imgs", "shape_predictor_68_face_landmarks.dat"], "the checkout is not written to"


DEMO = """
import json, os, shutil

loads = []


def get_eval_model(cfg):
    loads.append("styletalk")
    return "content", "style", "decoder"


def get_netG(path):
    assert os.path.isfile(path)
    return "renderer"


def generate_expression_params(cfg, phonemes, style, pose, output, content, style_encoder, decoder):
    with open(output, "w") as file:
        json.dump([phonemes, style, pose], file)


def render_video(renderer, face, codes, wav, output, silent, fps, split_size):
    assert os.path.isfile(face) and loads == ["styletalk"]
    with open(codes) as file:
        print(json.load(file), flush=True)
    shutil.copy(os.path.join("sample.mp4"), output)
"""


def test_the_wrapper_of_styletalk_calls_its_checkout_as_it_wants_to_be_called(tmp_path: Path) -> None:
    """A checkout with the same functions as the real one, which write down what they are given."""
    programs = stand_in_for_ffmpeg(tmp_path)
    checkout = tmp_path / "styletalk"
    (checkout / "configs").mkdir(parents=True)
    (checkout / "inference_for_demo.py").write_text(DEMO)
    (checkout / "configs" / "__init__.py").touch()
    default = (
        "class C:\n    def freeze(self): pass\ndef get_cfg_defaults():\n    c = C(); c.INFERENCE = C(); return c\n"
    )
    (checkout / "configs" / "default.py").write_text(default)
    (checkout / "checkpoints").mkdir()
    (checkout / "checkpoints" / "renderer_checkpoint.pt").touch()
    write_clip(checkout / "sample.mp4", made_clip(5))
    for name in ("src.mat", "ref.mat", "src_seq.json"):
        (tmp_path / name).touch()
    import cv2

    cv2.imwrite(str(tmp_path / "face.png"), np.zeros((64, 64, 3), np.uint8))
    write_wav(tmp_path / "speech.wav", np.zeros(3200, np.float32), 16000)
    (tmp_path / "work").mkdir()
    sample = {
        "id": "one", "source_video": str(tmp_path / "src.mp4"), "identity_image": str(tmp_path / "face.png"),
        "speech": str(tmp_path / "speech.wav"), "reference": str(tmp_path / "ref.mp4"), "emotion_label": "happy",
        "output": str(tmp_path / "one.mp4"),
    }  # fmt: skip
    other = sample | {"id": "two", "reference": str(tmp_path / "gone.mp4"), "output": str(tmp_path / "two.mp4")}
    folders = {"coefficients": str(tmp_path), "phonemes": str(tmp_path)}
    job = {
        "checkout": str(checkout), "work": str(tmp_path / "work"), "report": str(tmp_path / "report"), "seed": 1,
        "options": folders, "samples": [sample, other], "task": "edit",
    }  # fmt: skip
    (tmp_path / "job.json").write_text(json.dumps(job))
    words = [sys.executable, str(WRAPPERS / "styletalk.py"), str(tmp_path / "job.json")]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=os.environ | {"PATH": programs})
    assert "src_seq.json" in done.stdout and "ref.mat" in done.stdout and "src.mat" in done.stdout
    assert len(read_clip(tmp_path / "one.mp4").frames) == 5 and not (tmp_path / "two.mp4").exists()
    reports = [json.loads(line) for line in (tmp_path / "report").read_text().splitlines()]
    assert [report["status"] for report in reports] == ["ok", "method_failed"]
    assert "no gone.mat" in reports[1]["reason"] and reports[0]["seconds"] > 0
