"""`edtalk-label`: EDTalk with a stored expression code for each emotion. The whole clip shows this one code.

On puppets it is the mean code of the training set for each emotion and level (`python -m
tools.train.expression_codes`); at full size the codes that EDTalk releases, one an emotion: `method.codes=DIR`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from baselines.edtalk import EDTalk, card
from baselines.expression_codes import read_expression_codes
from benchmark.core.errors import SampleError, UsageError, user_path
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.methods.base import MethodInfo
from cmet.face_method import missing_files
from cmet.inference.networks import PUPPETS

SHIPPED = PUPPETS / "expression_codes.safetensors"


class EDTalkLabel(EDTalk):
    """The emotion is a label. Option `codes`: `puppets`, an .npz, or a folder of `<emotion>.npy`."""

    info: ClassVar[MethodInfo] = card("edtalk-label", "EDTalk, label", "label", ("expression_codes",))
    legal: ClassVar[tuple[str, ...]] = ("weights", "codes")

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load networks and codes; see `EDTalk.load`. Raises UsageError for codes that do not fit the face model."""
        super().load(device, options)
        given = str(options.get("codes", "puppets"))
        with missing_files():
            try:
                self.codes = read_expression_codes(SHIPPED if given == "puppets" else user_path(given))
            except (ValueError, KeyError) as error:
                raise UsageError(f"method.codes: {error}") from error
        have, want = len(next(iter(self.codes.codes.values()))), self.renderer.generator.config.exp
        if have != want:
            raise UsageError(f"method.codes: codes of {have} numbers, the face model has {want} expression directions")

    def expression(self, sample: Sample) -> Tensor:
        """The label's code at its level, (1, n). Raises SampleError `no_label`, `unknown_label`."""
        cues = sample.cues
        label = cues.label
        if label is None:
            raise SampleError(Status.NO_LABEL, f"{sample.id} names no emotion label")
        try:
            return torch.from_numpy(self.codes.of(label, sample.intensity if cues.level is None else cues.level))[None]
        except KeyError:
            raise SampleError(Status.UNKNOWN_LABEL, f"{sample.id}: no expression code for '{label}'") from None
