"""The paper's outside methods, each run by its own code in its own environment: EAT, EAMM, PD-FGC, StyleTalk.

What is here are their cards; how a call is made is `external.py`, what runs in their python is `wrappers/`, and how a
checkout is set up is docs/methods/.
"""

from __future__ import annotations

from typing import ClassVar

from benchmark.methods.base import MethodInfo
from benchmark.methods.external import External


class EAT(External):
    """EAT: a label, and the pose of the source video."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="eat",
        title="EAT",
        version="1",
        cue="label",
        paper="Efficient Emotional Adaptation for Audio-Driven Talking-Head Generation (ICCV 2023), arXiv 2309.04946",
        year=2023,
        code="https://github.com/yuangan/EAT_code",
        licence="CC-BY-NC-4.0",
        trained_on=("voxceleb2", "mead/train"),
    )
    repository: ClassVar[str] = "https://github.com/yuangan/EAT_code"
    revision: ClassVar[str] = "95beccbc9422cf57cf78e0570073831aed289d23"
    needs: ClassVar[tuple[str, ...]] = (
        "ckpt/deepprompt_eam3d_all_final_313.pth.tar",
        "ckpt/pretrain_new_274.pth.tar",
        "demo/shape_predictor_68_face_landmarks.dat",
    )
    page: ClassVar[str] = "docs/guide/methods/eat.md"


class EAMM(External):
    """EAMM: a reference video, and head poses that were read off the source before."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="eamm",
        title="EAMM",
        version="1",
        cue="image",
        paper="EAMM: One-Shot Emotional Talking Face via Audio-Based Emotion-Aware Motion Model (SIGGRAPH 2022), "
        "arXiv 2205.15278",
        year=2022,
        code="https://github.com/jixinya/EAMM",
        licence="MIT",
        trained_on=("lrw", "mead/train"),
    )
    repository: ClassVar[str] = "https://github.com/jixinya/EAMM"
    revision: ClassVar[str] = "e176a79865f792a1f8925934226de0b595c02c6d"
    needs: ClassVar[tuple[str, ...]] = (
        "log/124_52000.pth.tar",
        "log/1-6000.pth.tar",
        "log/5-3000.pth.tar",
        "shape_predictor_68_face_landmarks.dat",
        "M003_template.npy",
    )
    arguments: ClassVar[tuple[str, ...]] = ("poses",)
    page: ClassVar[str] = "docs/guide/methods/eamm.md"


class PDFGC(External):
    """PD-FGC: expression of a reference video, pose and eyes of the source, lips of the speech."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="pd_fgc",
        title="PD-FGC",
        version="1",
        cue="image",
        paper="Progressive Disentangled Representation Learning for Fine-Grained Controllable Talking Head Synthesis "
        "(CVPR 2023), arXiv 2211.14506",
        year=2023,
        code="https://github.com/Dorniwang/PD-FGC-inference",
        licence="CC-BY-4.0",
        trained_on=("voxceleb2",),
    )
    repository: ClassVar[str] = "https://github.com/Dorniwang/PD-FGC-inference"
    revision: ClassVar[str] = "d3c1488774bffd175f8b94568b11688c74de0afa"
    needs: ClassVar[tuple[str, ...]] = (
        "checkpoints/appearance_model.pth",
        "checkpoints/motion_model.pth",
        "checkpoints/audio_model.pth",
        "checkpoints/generator_model.pth",
    )
    page: ClassVar[str] = "docs/guide/methods/pd_fgc.md"


class StyleTalk(External):
    """StyleTalk: 3DMM coefficients of a reference video, phonemes of the speech, both made before."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="styletalk",
        title="StyleTalk",
        version="1",
        cue="image",
        paper="StyleTalk: One-shot Talking Head Generation with Controllable Speaking Styles (AAAI 2023), "
        "arXiv 2301.01081",
        year=2023,
        code="https://github.com/FuxiVirtualHuman/styletalk",
        licence="MIT",
        trained_on=("mead/train", "hdtf"),
    )
    repository: ClassVar[str] = "https://github.com/FuxiVirtualHuman/styletalk"
    revision: ClassVar[str] = "17b046cbf72823991650896b661908118956b2d2"
    needs: ClassVar[tuple[str, ...]] = (
        "checkpoints/styletalk_checkpoint.pth",
        "checkpoints/renderer_checkpoint.pt",
    )
    arguments: ClassVar[tuple[str, ...]] = ("coefficients", "phonemes")
    page: ClassVar[str] = "docs/guide/methods/styletalk.md"
