"""The named protocols: what a metric's number means beside its formula. A metric names one; tables print it.

`cmet-author-v1` is what the paper's released evaluation does, `standard-v1` the sound way; the small ones need no
full-size weights. A protocol never changes: what changes gets a new id. Numbers of different protocols never share a
column; `counterparts` says which of them go by the same name in papers.
"""

from __future__ import annotations

from benchmark.metrics import METRICS
from benchmark.protocols.author import CMET_AUTHOR
from benchmark.protocols.puppets import FRAME_BY_FRAME, PUPPETS, PUPPETS_AUTHOR
from benchmark.protocols.rules import Protocol, Rule
from benchmark.protocols.small import SMALL
from benchmark.protocols.standard import STANDARD

__all__ = ["PROTOCOLS", "Protocol", "Rule", "counterparts", "metrics_by_quantity", "quantity_of"]

PROTOCOLS: dict[str, Protocol] = {
    protocol.id: protocol for protocol in (CMET_AUTHOR, STANDARD, FRAME_BY_FRAME, PUPPETS, PUPPETS_AUTHOR, *SMALL)
}
"""Protocol id -> protocol."""


def metrics_by_quantity(protocol: str) -> dict[str, tuple[str, ...]]:
    """What a protocol measures: quantity -> names of its metrics, the main one first.

    The order is that in which metrics are declared; those that name no quantity stand alone under their own name.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name in METRICS.declared():
        info = METRICS.get(name).info
        if info.protocol == protocol:
            quantity = info.quantity or name
            found[quantity] = (*found.get(quantity, ()), name)
    return found


def quantity_of(metric: str, protocol: str) -> str:
    """What a metric measures under a protocol, "" if it does not follow it or is unknown."""
    info = METRICS.get(metric).info if metric in METRICS else None
    return (info.quantity or metric) if info is not None and info.protocol == protocol else ""


def counterparts() -> dict[str, dict[str, str]]:
    """Quantities that several protocols measure: quantity -> protocol id -> its main metric.

    These are the numbers that differ between papers under one name; they may be compared, never averaged.
    """
    found: dict[str, dict[str, str]] = {}
    for protocol in PROTOCOLS:
        for quantity, metrics in metrics_by_quantity(protocol).items():
            found.setdefault(quantity, {})[protocol] = metrics[0]
    return {quantity: metrics for quantity, metrics in found.items() if len(metrics) > 1}
