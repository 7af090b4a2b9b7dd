"""Extractors whose network sees rows (frames, windows, clips) in batches that reach over the borders of clips.

On an accelerator a clip of sixteen frames does not fill a batch, so rows of several clips share one. Every batch is
filled up to its full size, so that the numbers of a row do not depend on its neighbours. On a CPU, where larger batches
gain nothing, every clip is on its own.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmark.core.profiling import time_block
from benchmark.core.threads import thread_map
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.lazy_clip import LazyClip

if TYPE_CHECKING:
    from torch import Tensor

CPU_ROWS = 16
"""Most rows of a batch on a CPU: more are no faster and take memory."""


class BatchedExtractor(Extractor):
    """`extract` in three steps, of which the middle one sees many clips."""

    rows_at_once: int | None = None
    """The most rows of a batch, for rows that are whole clips; None: what the machine's configuration says."""

    @abstractmethod
    def inputs(self, footage: LazyClip) -> NDArray[Any]:
        """What the network sees of a clip: (n >= 1, ...), uint8 or float32. Raises SampleError if there is nothing."""

    @abstractmethod
    def forward(self, batch: Tensor) -> Tensor:
        """The network: (b, ...) on its device, type as `inputs` -> float (b, ...); row by row, in eval mode."""

    @abstractmethod
    def features(self, rows: NDArray[np.float32], footage: LazyClip) -> Features:
        """The features named in `provides` from what the network says of the clip's inputs, float32 (n, ...)."""

    def prepare(self, device: str, options: Mapping[str, Any]) -> None:
        """Note the machine; called at the end of every `load`."""
        self._device = device
        self._across = device.startswith("cuda")
        requested = self.rows_at_once or int(options.get("batch_size") or 32)
        self._batch_size = requested if self._across else min(requested, CPU_ROWS)

    def extract(self, footage: LazyClip) -> Features:
        """The features of one clip. Raises SampleError where `inputs` or `features` do."""
        return self.features(self._run(self.inputs(footage)), footage)

    def extract_many(self, footages: Sequence[LazyClip]) -> list[Features | Exception]:
        """The features of several clips, in shared batches on an accelerator."""
        if not self._across:
            return super().extract_many(footages)
        answers: dict[int, Features | Exception] = {}
        alike: dict[tuple[Any, ...], list[tuple[int, NDArray[Any]]]] = {}
        prepared = thread_map(self._inputs_or_why, footages)
        for index, rows in enumerate(prepared):
            if isinstance(rows, Exception):
                answers[index] = rows
            else:
                alike.setdefault((rows.dtype, rows.shape[1:]), []).append((index, rows))
        for group in alike.values():
            try:
                outputs = self._run(np.concatenate([rows for _, rows in group]))
            except Exception as error:  # of the network: it could not see this batch
                answers |= {index: error for index, _ in group}
                continue
            ends = np.cumsum([len(rows) for _, rows in group])[:-1]
            for (index, _), part in zip(group, np.split(outputs, ends), strict=True):
                try:
                    answers[index] = self.features(part, footages[index])
                except Exception as error:  # of this clip
                    answers[index] = error
        return [answers[index] for index in range(len(footages))]

    def _inputs_or_why(self, footage: LazyClip) -> NDArray[Any] | Exception:
        try:
            return self.inputs(footage)
        except Exception as error:  # of this clip; the others go on
            return error

    def _run(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """The network over all rows, batch by batch; half the batch when the accelerator's memory is too small."""
        import torch

        size = self._batch_size
        while True:
            try:
                return self._pass(rows, size)
            except torch.OutOfMemoryError:
                if size == 1:
                    raise
                size //= 2
                torch.cuda.empty_cache()

    def _pass(self, rows: NDArray[Any], size: int) -> NDArray[np.float32]:
        import torch

        parts = []
        with torch.inference_mode(), time_block("forward"):
            for start in range(0, len(rows), size):
                part = torch.from_numpy(np.ascontiguousarray(rows[start : start + size]))
                count = len(part)
                if self._across and count < size:
                    part = torch.cat([part, part[-1:].expand(size - count, *part.shape[1:])])
                parts.append(self.forward(part.to(self._device))[:count].float().cpu().numpy())
        return np.concatenate(parts)


def unit_pictures(batch: Tensor) -> Tensor:
    """uint8 (b, H, W, 3) -> float32 (b, 3, H, W), 0 to 1, on the same device."""
    return batch.permute(0, 3, 1, 2).float() / 255
