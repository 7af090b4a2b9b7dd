"""Features on disk: one npz a clip and extractor, named by the clip's content and the extractor's fingerprint.

`cache/features/<extractor>-<key>/<aa>/<content>.npz`, or `.json` where the clip has no features and why (`no_face`).
Because the name is the content, a source or target clip is looked at once for all methods, and a new metric finds
everything there already. Each file holds the hash of its content; one that holds something else counts as absent.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from benchmark.core.arrays import pack_arrays, read_sealed
from benchmark.core.errors import SampleError, one_line
from benchmark.core.files import write_bytes
from benchmark.core.fingerprint import fingerprint
from benchmark.core.status import Status, current_word
from benchmark.harness.workspace import Workspace

KEPT_IN_MEMORY = 256 << 20
"""Bytes of features kept after reading or writing; those of sources are needed again and again."""


class FeatureStore:
    """Reads and writes features.

    Args:
        workspace: the run's folders.
        keys: extractor -> its fingerprint.
    """

    def __init__(self, workspace: Workspace, keys: Mapping[str, str]) -> None:
        self._workspace = workspace
        self._keys = keys
        self._memory: dict[tuple[str, str], dict[str, NDArray[Any]]] = {}
        self._held = 0
        self._remembering = threading.Lock()
        self._failures: dict[tuple[str, str], SampleError] = {}
        self._unavailable: dict[str, SampleError] = {}

    def has(self, extractor: str, content: str) -> bool:
        """Whether there is an answer, features or a reason, for that clip (or pair)."""
        try:
            self.read(extractor, content)
        except SampleError as error:
            return error.status != Status.NOT_EXTRACTED
        return True

    def read(self, extractor: str, content: str) -> dict[str, NDArray[Any]]:
        """The features. Raises SampleError with the reason if the clip has none, `not_extracted` if not seen yet."""
        known = (extractor, content)
        if known in self._failures:
            raise self._failures[known]
        found = self._memory.get(known)
        if found is None:
            try:
                features = self._load(extractor, content)
            except SampleError as error:
                if error.status == Status.NOT_EXTRACTED and extractor in self._unavailable:
                    raise self._unavailable[extractor] from None
                raise
            self._remember(known, features)
            return features
        return found

    def write(self, extractor: str, content: str, features: Mapping[str, NDArray[Any]]) -> None:
        """Keep the features of a clip."""
        write_bytes(self._path(extractor, content, "npz"), pack_arrays(features))
        self._remember((extractor, content), dict(features))

    def write_failure(self, extractor: str, content: str, error: SampleError) -> None:
        """Keep why a clip has no features: a property of the clip, such as `no_face`."""
        note = {"status": error.status, "reason": one_line(error)}
        note["sha256"] = fingerprint(note)
        write_bytes(self._path(extractor, content, "json"), json.dumps(note).encode())
        self._failures[(extractor, content)] = error

    def forget_until_next_run(self, extractor: str, content: str, error: SampleError) -> None:
        """Remember a failure that is not the clip's own (a crash) for this run only."""
        self._failures[(extractor, content)] = error

    def unavailable(self, extractor: str, error: SampleError) -> None:
        """The extractor can't be loaded: every clip that is not stored yet gets this reason, for this run only."""
        self._unavailable[extractor] = error

    def clear_memory(self) -> None:
        """Let the features that were kept in memory go; those on disk stay."""
        with self._remembering:
            self._memory.clear()
            self._held = 0

    def _remember(self, known: tuple[str, str], features: dict[str, NDArray[Any]]) -> None:
        size = sum(array.nbytes for array in features.values())
        with self._remembering:
            if self._held + size > KEPT_IN_MEMORY:
                self._memory.clear()
                self._held = 0
            self._memory[known] = features
            self._held += size

    def _load(self, extractor: str, content: str) -> dict[str, NDArray[Any]]:
        try:
            return read_sealed(self._path(extractor, content, "npz"))
        except (OSError, ValueError):
            pass
        try:
            error = read_failure(self._path(extractor, content, "json"))
        except (OSError, ValueError):
            raise SampleError(Status.NOT_EXTRACTED, f"extractor {extractor} has not seen this clip") from None
        self._failures[(extractor, content)] = error
        raise error

    def _path(self, extractor: str, content: str, ending: str) -> Path:
        folder = self._workspace.features(extractor, self._keys[extractor])
        return folder / content[:2] / f"{content}.{ending}"


def read_failure(path: Path) -> SampleError:
    """Why a clip has no features. Raises ValueError if the note is damaged, OSError if it can't be read."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        seal = note.pop("sha256")
        error = SampleError(current_word(str(note["status"])), str(note["reason"]))
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise ValueError(f"can't be read: {type(problem).__name__}") from problem
    if seal != fingerprint(note):
        raise ValueError("its hash is not the one noted")
    return error


def pair_key(output: str, other: str) -> str:
    """The content key of an output seen beside another clip."""
    return fingerprint(["pair", output, other])
