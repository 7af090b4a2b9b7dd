"""Confusion, macro F1 and kappa equal scikit-learn's; degenerate input is an error that says so."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score
from sklearn.metrics import confusion_matrix as their_confusion

from benchmark.statistics.agreement import cohen_kappa, confusion_matrix, macro_f1


@pytest.mark.parametrize("seed", range(20))
def test_counts_f1_and_kappa_equal_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted, seen = rng.integers(0, 6, 40), rng.integers(0, 8, 40)
    counts = confusion_matrix(wanted, seen, 8)
    assert (counts == their_confusion(wanted, seen, labels=range(8))).all()
    asked = np.unique(wanted)
    theirs = f1_score(wanted, seen, labels=asked, average="macro", zero_division=0)
    assert macro_f1(counts) == pytest.approx(theirs, abs=1e-12)
    union = np.union1d(wanted, seen)
    theirs = f1_score(wanted, seen, average="macro", zero_division=0)
    assert macro_f1(counts, list(union)) == pytest.approx(theirs, abs=1e-12)
    assert cohen_kappa(counts) == pytest.approx(cohen_kappa_score(wanted, seen), abs=1e-12)


def test_nothing_and_constant_judges_are_errors() -> None:
    with pytest.raises(ValueError, match="at least one"):
        macro_f1(np.zeros((3, 3)))
    with pytest.raises(ValueError, match="at least one"):
        cohen_kappa(np.zeros((3, 3)))
    with pytest.raises(ValueError, match="undefined"):
        cohen_kappa(confusion_matrix([1, 1], [1, 1], 3))
    with pytest.raises(ValueError, match="0 to 2"):
        confusion_matrix([0, 3], [0, 0], 3)
    with pytest.raises(ValueError, match="whole numbers"):
        confusion_matrix([0.5], [0], 3)
