"""The named protocols: what a metric's number means beside its formula. A metric names one; tables print it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Protocol:
    """Variant, weights, crop, rate and pooling of a family of numbers."""

    id: str
    title: str
    text: str
    """What is done, so that somebody else could do it."""


PROTOCOLS: dict[str, Protocol] = {
    protocol.id: protocol
    for protocol in (
        Protocol(
            "frames-v1",
            "Frame by frame",
            "Whole frames of output and target, frame t with frame t over the frames both have, 8-bit RGB as decoded, "
            "mean over frames. No network. Only for targets that are the same take.",
        ),
    )
}
"""Protocol id -> protocol."""
