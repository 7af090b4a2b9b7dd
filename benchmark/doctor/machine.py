"""What the machine and its libraries can do, asked of them and not of their version numbers alone."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmark.core.errors import one_line

PYTHON = ((3, 11), (3, 14))
"""Least version, and the first that is too new (pyproject.toml)."""
LEAST_DISK = 2 << 30
"""The main job's corpus, videos and features take less than 1 GiB."""
OPTIONAL = {
    "transformers": "speech encoders and hub judges: pip install 'emotion-edit-benchmark[speech]'",
    "funasr": "emotion2vec: pip install 'emotion-edit-benchmark[funasr]'",
    "streamlit": "the leaderboard: pip install 'emotion-edit-benchmark[app]'",
    "huggingface_hub": "results on the Hugging Face Hub: pip install 'emotion-edit-benchmark[hub]'",
    "torchdiffeq": "FLOAT: pip install 'emotion-edit-benchmark[float]'",
    "ray": "a Ray cluster: pip install 'emotion-edit-benchmark[ray]'",
    "submitit": "a SLURM cluster: pip install 'emotion-edit-benchmark[slurm]'",
    "tensorboard": "training's curves: pip install 'emotion-edit-benchmark[tensorboard]'",
    "pytorch_fid": "pytorch-fid as FID backend (needs a working torchvision): pip install "
    "'emotion-edit-benchmark[fid]'",
}


@dataclass(frozen=True)
class Fact:
    """One thing that was looked at."""

    name: str
    value: str
    fine: bool = True
    """Whether the main job can live with it."""
    advice: str = ""
    """What to do if not."""


def facts(root: Path) -> list[Fact]:
    """Everything about this machine that decides what runs. `root`: where runs are kept."""
    return [_python(), *_torch(), _video(), _binary(), _speech(), _onnx(), *_optional(), _memory(), _disk(root)]


def _python() -> Fact:
    good = PYTHON[0] <= sys.version_info[:2] < PYTHON[1]
    return Fact("python", f"{platform.python_version()} on {platform.platform()}", good, "needs Python 3.11 to 3.13")


def _torch() -> list[Fact]:
    def ask() -> list[Fact]:
        import torch

        found = [Fact("torch", f"{torch.__version__}, {torch.get_num_threads()} thread(s) on the CPU")]
        if torch.cuda.is_available():
            for index in range(torch.cuda.device_count()):
                card = torch.cuda.get_device_properties(index)
                found.append(Fact(f"GPU {index}", f"{card.name}, {card.total_memory / 2**30:.0f} GiB"))
        else:
            found.append(Fact("GPU", "none that this build of torch can use: everything runs on the CPU"))
        return found

    return _asked("torch", ask, "pip install 'torch>=2.6,<2.14'")


def _video() -> Fact:
    def ask() -> list[Fact]:
        import av

        lacks = [name for name in ("libx264", "aac", "mjpeg") if not _can_encode(av, name)]
        text = f"PyAV {av.__version__}, " + (
            f"lacks the encoder(s) {', '.join(lacks)}" if lacks else "h264, aac, mjpeg"
        )
        return [
            Fact("video", text, not lacks, "install PyAV from its wheel: pip install --only-binary av 'av>=15,<19'")
        ]

    return _asked("video", ask, "pip install 'av>=15,<19'")[0]


def _can_encode(av: object, name: str) -> bool:
    try:
        av.codec.Codec(name, "w")  # type: ignore[attr-defined]
    except Exception:  # whatever the library says, it can't
        return False
    return True


def _binary() -> Fact:
    path = shutil.which("ffmpeg")
    return Fact("ffmpeg", path or "no such program; none is needed, PyAV brings the libraries")


def _speech() -> Fact:
    def ask() -> list[Fact]:
        import espeakng_loader

        return [Fact("espeak-ng", str(Path(espeakng_loader.get_library_path()).name))]

    return _asked("espeak-ng", ask, "the puppets' speech needs it: pip install espeakng-loader")[0]


def _onnx() -> Fact:
    def ask() -> list[Fact]:
        import onnxruntime

        return [Fact("onnxruntime", f"{onnxruntime.__version__}, {', '.join(onnxruntime.get_available_providers())}")]

    return _asked("onnxruntime", ask, "pip install 'onnxruntime>=1.20,<2'")[0]


def _optional() -> list[Fact]:
    return [Fact(name, _version(name) or f"not installed; for {purpose}") for name, purpose in OPTIONAL.items()]


def _version(module: str) -> str | None:
    if importlib.util.find_spec(module) is None:
        return None
    try:
        return version(module.replace("_", "-"))
    except PackageNotFoundError:
        return "of unknown version"


def _memory() -> Fact:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return Fact("memory", f"unknown, {os.cpu_count()} cores")
    return Fact("memory", f"{total / 2**30:.0f} GiB, {os.cpu_count()} cores")


def _disk(root: Path) -> Fact:
    place = next(folder for folder in (root.absolute(), *root.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    return Fact("disk", f"{free / 2**30:.0f} GiB free at {place}", free >= LEAST_DISK, "needs 2 GiB: runtime.root=DIR")


def _asked(name: str, ask: Callable[[], list[Fact]], advice: str) -> list[Fact]:
    try:
        return ask()
    except Exception as error:  # an import may fail in any way; that is the finding
        return [Fact(name, f"{type(error).__name__}: {one_line(error)}", False, advice)]
