"""Our statistics answer stored cases as scipy and statsmodels do, to 1e-6; and they still answer as was stored."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from benchmark.analysis.pairwise import Paired, compare_samples
from benchmark.statistics.agreement import cohen_kappa
from benchmark.statistics.bootstrap import wilson
from benchmark.statistics.bradley_terry import bradley_terry
from benchmark.statistics.clustered import clustered_mean
from benchmark.statistics.paired import detectable_difference, holm, mcnemar_p, t_power
from tests.golden.statistics import oracles

pytestmark = pytest.mark.golden

CASES: dict[str, Any] = json.loads((oracles.FOLDER / "cases.json").read_text())
STORED: dict[str, Any] = json.loads((oracles.FOLDER / "answers.json").read_text())
TOLERANCE = 1e-6


def ours() -> dict[str, Any]:
    """Our answers, in the form of `oracles.answers`."""
    return {
        "paired": {name: paired(case) for name, case in CASES["paired"].items()},
        "holm": holm(CASES["holm"]).tolist(),
        "wilson": [[(found := wilson(k, n, level=level)).low, found.high] for k, n, level in CASES["wilson"]],
        "mcnemar": [mcnemar_p(b, c) for b, c in CASES["mcnemar"]],
        "power": [t_power(shift, df, level) for shift, df, level in CASES["power"]],
        "detectable": [
            detectable_difference(1.0, df, level=level, power=power) for df, level, power in CASES["detectable"]
        ],
        "kappa": [cohen_kappa(table) for table in CASES["kappa"]],
        "bradley_terry": [bradley_terry(wins).tolist() for wins in CASES["bradley_terry"]],
    }


def paired(case: dict[str, Any]) -> dict[str, float]:
    """The numbers of `benchmark.compare` for two methods."""
    values = np.stack([case["first"], case["second"]], axis=1)
    card = dict(name="m", title="M", unit="%", protocol="p", higher_is_better=True, level="sample")
    samples = tuple(str(i) for i in range(len(values)))
    numbers = Paired(card, ("first", "second"), samples, np.array(case["speakers"]), values)
    found = compare_samples(numbers, 0, 1, level=0.95, seed=0)
    error = clustered_mean(values[:, 0] - values[:, 1], case["speakers"]).standard_error
    names = ("difference", "p", "ci_low", "ci_high", "p_permutation", "p_wilcoxon", "effect")
    answer = {name: getattr(found, name) for name in names} | {"standard_error": error}
    return answer | ({"p_mcnemar": found.p_mcnemar} if set(case["first"]) <= {0.0, 100.0} else {})


def flat(value: Any, name: str = "") -> dict[str, float]:
    """Nested answers by their path."""
    if isinstance(value, (int, float)):
        return {name: float(value)}
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return {path: number for key, item in items for path, number in flat(item, f"{name}/{key}").items()}


@pytest.mark.parametrize("case", [name for name in STORED if name != "made_with"])
def test_we_answer_as_scipy_and_statsmodels(case: str) -> None:
    mine, theirs = flat(ours()[case]), flat(STORED[case])
    assert mine.keys() == theirs.keys() and len(theirs) >= 3
    for name, number in theirs.items():
        assert mine[name] == pytest.approx(number, rel=TOLERANCE, abs=TOLERANCE), name


def test_the_installed_versions_still_answer_as_stored() -> None:
    now = oracles.answers(CASES)
    assert flat(now) == pytest.approx(flat({name: STORED[name] for name in now}), rel=TOLERANCE, abs=TOLERANCE)
