"""Where a face and the recordings of a cue lie in the puppets' shared emotion space (`networks/affect_space.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.extractors.base import Features, SetExtractor
from benchmark.extractors.facts import SOUND_RATE
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.prosody_profile import prosody_profile
from benchmark.extractors.puppet_face import PuppetFace
from benchmark.networks.affect_space import affect_space_checkpoint, load_affect_space
from benchmark.networks.judges import judge_checkpoint


class PuppetFaceAffect(PuppetFace):
    """Feature: `state` float64 (7,), order as `benchmark.puppets.affect.AFFECT`, of the clip's mean action units."""

    name: ClassVar[str] = "puppet_face_affect"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("state",)
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (judge_checkpoint("face"), affect_space_checkpoint())

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """See `Extractor.load`."""
        super().load(device, options)
        self._space = load_affect_space()

    def extract(self, footage: LazyClip) -> Features:
        """See `Extractor.extract`."""
        units = super().extract(footage)["action_units"].astype(np.float64).mean(axis=0)
        return {"state": self._space.of_face(units[None])[0]}


class PuppetVoiceAffect(SetExtractor):
    """Feature: `states` float64 (R, 7), one row a recording, order of columns as `benchmark.puppets.affect.AFFECT`."""

    name: ClassVar[str] = "puppet_voice_affect"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("states",)
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (affect_space_checkpoint(),)
    sound_rate: ClassVar[int] = SOUND_RATE

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """See `Extractor.load`."""
        self._space = load_affect_space()

    def extract_set(self, footages: Sequence[LazyClip]) -> Features:
        """See `SetExtractor.extract_set`. Raises SampleError `bad_speech` for a recording that says nothing."""
        profiles = []
        for footage in footages:
            try:
                profiles.append(prosody_profile(footage.sound))
            except ValueError as error:
                raise SampleError(Status.UNUSABLE_SPEECH, f"{footage.path.name}: {error}") from None
        return {"states": self._space.of_voice(np.stack(profiles))}
