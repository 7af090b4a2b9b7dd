"""Checks of our evaluation networks and formulas against golden values that the reference code computed.

`python -m benchmark.parity DIR` runs them (family "metrics").
"""

from benchmark.checkpoints.golden import Check
from benchmark.parity.golden import formulas, networks

__all__ = ["CHECKS"]

CHECKS: dict[str, Check] = {**networks.CHECKS, **formulas.CHECKS}
"""Check id of a golden index -> function."""
