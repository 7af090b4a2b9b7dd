"""Names and order of the action units that the puppets' faces and their judge speak of."""

from __future__ import annotations

ACTION_UNITS: tuple[str, ...] = (
    "AU1",  # inner brow raiser
    "AU2L",  # outer brow raiser, left
    "AU2R",
    "AU4",  # brow lowerer
    "AU5",  # upper lid raiser
    "AU6",  # cheek raiser
    "AU7",  # lid tightener
    "AU9",  # nose wrinkler
    "AU10",  # upper lip raiser
    "AU12L",  # lip corner puller, left
    "AU12R",
    "AU14L",  # dimpler, left
    "AU14R",
    "AU15",  # lip corner depressor
    "AU17",  # chin raiser
    "AU20",  # lip stretcher
    "AU23",  # lip tightener
    "AU24",  # lip pressor
    "AU25",  # lips part
    "AU26",  # jaw drop
    "AU43",  # eyes closed (here: drooping lids)
)
"""Intensity 0 (absent) to 1 (FACS level E)."""
