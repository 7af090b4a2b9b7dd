"""The named protocols: what a metric's number means beside its formula. A metric names one; tables print it.

`cmet-author-v1` is what the paper's released evaluation does, `standard-v1` the sound way; the small ones need no
full-size weights. A protocol never changes: what changes gets a new id. Numbers of different protocols never share a
column; `counterparts` says which of them go by the same name in papers.
"""

from __future__ import annotations

from benchmark.protocols.author import CMET_AUTHOR
from benchmark.protocols.puppets import FRAMES, PUPPETS, PUPPETS_AUTHOR
from benchmark.protocols.rules import Protocol, Rule
from benchmark.protocols.small import SMALL
from benchmark.protocols.standard import STANDARD

__all__ = ["PROTOCOLS", "Protocol", "Rule", "counterparts"]

PROTOCOLS: dict[str, Protocol] = {
    protocol.id: protocol for protocol in (CMET_AUTHOR, STANDARD, FRAMES, PUPPETS, PUPPETS_AUTHOR, *SMALL)
}
"""Protocol id -> protocol."""


def counterparts() -> dict[str, dict[str, str]]:
    """Quantities that several protocols measure: quantity -> protocol id -> its main metric.

    These are the numbers that differ between papers under one name; they may be compared, never averaged.
    """
    found: dict[str, dict[str, str]] = {}
    for protocol in PROTOCOLS.values():
        for quantity, rule in protocol.rules.items():
            found.setdefault(quantity, {})[protocol.id] = rule.metrics[0]
    return {quantity: metrics for quantity, metrics in found.items() if len(metrics) > 1}
