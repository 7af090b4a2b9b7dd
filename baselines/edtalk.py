"""EDTalk (Tan et al., ECCV 2024) as an emotion editor: the source's face, pose and speech, another expression.

The three ways to say which expression are files of their own. As in EDTalk's released scripts, the given expression
takes the place of the source's; C-MET adds to it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.methods.base import CueKind, Method, MethodInfo
from cmet.face_method import (
    INFERENCE_OPTIONS,
    chosen_files,
    inference_options,
    known_options,
    missing_files,
    read_shot,
    reference_remark,
)
from cmet.inference.editing import mirrored
from cmet.inference.networks import load_renderer, shipped_records


def card(name: str, title: str, cue: CueKind, networks: tuple[str, ...] = ()) -> MethodInfo:
    """The method card. `networks`: files of `cmet/puppets` that it loads beside face model and audio-to-lip."""
    return MethodInfo(
        name=name,
        title=title,
        version="1",
        cue=cue,
        paper="EDTalk: Efficient Disentanglement for Emotional Talking Head Synthesis (ECCV 2024), arXiv 2404.01647",
        year=2024,
        code="https://github.com/tanshuai0219/EDTalk",
        licence="Apache-2.0",
        checkpoints=shipped_records(("face_model", "audio2lip", *networks), "EDTalk's face model on puppets"),
        trained_on=("puppets/train",),
    )


class EDTalk(Method):
    """Show an expression on the source. Option `weights`: `puppets`, or a folder with EDTalk.pt and Audio2Lip.pt."""

    legal: ClassVar[tuple[str, ...]] = ("weights",)

    @classmethod
    def inputs(cls, sample: Sample, options: Mapping[str, Any]) -> tuple[Path, ...]:
        """The user's own weights and codes."""
        return chosen_files(options, cls.legal)

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load face model and audio-to-lip.

        Raises:
            UsageError: an option is unknown or has a wrong value.
            MissingCheckpoint: a weights file is not here.
        """
        known_options(self.info.name, options, (*self.legal, *INFERENCE_OPTIONS))
        self.device = device
        self.references: dict[str, int] = {}
        inference = inference_options(self.info.name, options)
        with missing_files():
            self.renderer = replace(load_renderer(str(options.get("weights", "puppets")), device), options=inference)

    @abstractmethod
    def expression(self, sample: Sample) -> Tensor:
        """Expression codes to show, (N, n) at 25 frames a second, N >= 1. One is held, several are run to and fro."""

    def edit(self, sample: Sample, seed: int) -> Clip:
        """Edit one sample. Statuses: those of the cue, `no_speech`, `wrong_size`, and those of media."""
        expression = self.expression(sample).to(self.device)
        shot = read_shot(sample)
        driving = shot.pictures(self.renderer.generator.config.size).to(self.device)
        codes = self.renderer.motion_codes(driving)
        shown = torch.from_numpy(mirrored(len(driving), len(expression)))
        self.references[sample.id] = shot.reference
        person = driving[shot.reference : shot.reference + 1]
        edit = self.renderer.render(person, codes, expression[shown.to(self.device)], shot.speech)
        return shot.clip(edit.frames)

    def remarks(self, sample: Sample) -> Mapping[str, float | bool | str]:
        """`reference_frame`, where the source's first frame does not show the face."""
        return reference_remark(self.references.get(sample.id, 0))
