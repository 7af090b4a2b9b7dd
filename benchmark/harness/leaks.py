"""A method must not be measured on those it was trained on: what its card declares against the speakers of the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

SHOWN = 5
"""Speakers that the sentence names."""


def find_trained_speakers(trained_on: Iterable[str], dataset: str, split: str, speakers: Iterable[str]) -> list[str]:
    """Speakers of a split that a method declares to have seen in training, sorted.

    Args:
        trained_on: entries of the card (`MethodInfo.trained_on`): a dataset (`mead`), one of its splits
            (`mead/train`), or a speaker (`mead/M003`, or `M003` alone). Upper and lower case are one.
        dataset: of the run.
        split: of the run.
        speakers: of the run's samples.
    """
    declared = {entry.strip().lower() for entry in trained_on}
    if {dataset.lower(), f"{dataset}/{split}".lower()} & declared:
        return sorted(set(speakers))
    return sorted({who for who in speakers if {who.lower(), f"{dataset}/{who}".lower()} & declared})


def leak_warnings(trained_on: Iterable[str], dataset: str, split: str, speakers: Sequence[str]) -> list[str]:
    """One sentence for `warnings` of run.json if the method was trained on a speaker of the split, else none."""
    seen = find_trained_speakers(trained_on, dataset, split, speakers)
    if not seen:
        return []
    names = ", ".join(seen[:SHOWN]) + (f" and {len(seen) - SHOWN} more" if len(seen) > SHOWN else "")
    return [
        f"declares that it was trained on {len(seen)} of the {len(set(speakers))} speakers of {dataset}/{split}"
        f" ({names}): its scores say nothing about people it has not seen"
    ]
