"""What scipy and statsmodels answer to the stored cases. `python -m tests.golden.statistics.oracles` records it.

`cases.json` holds the questions: per-sample numbers of two methods on the embedded corpus (56 samples, 4 speakers; a
run of version 0.1.0), p values, counts, votes. `answers.json` holds the answers and the versions that gave them.
"""

from __future__ import annotations

import json
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

FOLDER = Path(__file__).parent


def answers(cases: dict[str, Any]) -> dict[str, Any]:
    """Answers to all cases, by name."""
    return {
        "paired": {name: _paired(case) for name, case in cases["paired"].items()},
        "holm": multipletests(cases["holm"], method="holm")[1].tolist(),
        "wilson": [list(proportion_confint(k, n, alpha=1 - level, method="wilson")) for k, n, level in cases["wilson"]],
        "mcnemar": [float(mcnemar([[9, b], [c, 9]], exact=True).pvalue) for b, c in cases["mcnemar"]],
        "power": [
            # effect size in standard deviations of n units; our noncentrality is d sqrt(n)
            float(TTestPower().power(shift / np.sqrt(df + 1), nobs=df + 1, alpha=1 - level))
            for shift, df, level in cases["power"]
        ],
        "detectable": [_detectable(df + 1, 1 - level, power) for df, level, power in cases["detectable"]],
        "kappa": [float(cohens_kappa(table).kappa) for table in cases["kappa"]],
        "bradley_terry": [_bradley_terry(np.array(wins)) for wins in cases["bradley_terry"]],
    }


def _paired(case: dict[str, Any]) -> dict[str, float]:
    """Clusters of equal size: CR2 is then the usual cluster-robust error, with G - 1 degrees of freedom.

    The p that counts is the largest, the interval holds all: of clusters, of independent clips, and McNemar's.
    """
    d = np.array(case["first"]) - np.array(case["second"])
    _, groups = np.unique(case["speakers"], return_inverse=True)
    fit = sm.OLS(d, np.ones((len(d), 1))).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    clips = sm.OLS(d, np.ones((len(d), 1))).fit()
    ends, p_values = [*fit.conf_int(0.05)[0], *clips.conf_int(0.05)[0]], [fit.pvalues[0], clips.pvalues[0]]
    yes_no = set(case["first"]) <= {0.0, 100.0}
    if yes_no:
        better, worse = int((d > 0).sum()), int((d < 0).sum())
        p_values.append(mcnemar([[0, better], [worse, 0]], exact=True).pvalue)
        shares = proportion_confint(better, better + worse, alpha=0.05, method="beta")
        ends += [100.0 * (better + worse) / len(d) * (2.0 * share - 1.0) for share in shares]
    sums = np.bincount(groups, weights=d)
    flips = stats.permutation_test((sums,), np.sum, permutation_type="samples", n_resamples=np.inf)
    found = {
        "difference": fit.params[0],
        "standard_error": fit.bse[0],
        "p": max(p_values),
        "ci_low": min(ends),
        "ci_high": max(ends),
        "p_permutation": flips.pvalue,
        "p_wilcoxon": stats.wilcoxon(d, zero_method="wilcox").pvalue,
        "effect": stats.ttest_1samp(d, 0.0).statistic / np.sqrt(len(d)),
    }
    if yes_no:
        found["p_mcnemar"] = p_values[-1]
    return {name: float(value) for name, value in found.items()}


def _detectable(n: int, alpha: float, power: float) -> float:
    """In standard errors. statsmodels' own solve_power stops 1e-5 short, so its power is inverted here."""
    test = TTestPower()
    return float(optimize.brentq(lambda x: test.power(x / np.sqrt(n), n, alpha) - power, 1.0, 8.0, xtol=1e-12))


def _bradley_terry(wins: np.ndarray) -> list[float]:
    """The same model as a binomial regression on +1 and -1 without an intercept."""
    rows, counts = [], []
    for i in range(len(wins)):
        for j in range(i + 1, len(wins)):
            rows.append(np.eye(len(wins))[i] - np.eye(len(wins))[j])
            counts.append([wins[i, j], wins[j, i]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.GLM(np.array(counts), np.array(rows)[:, :-1], family=sm.families.Binomial()).fit(
            tol=1e-14, maxiter=200
        )
    strengths = np.append(fit.params, 0.0)
    return (strengths - strengths.mean()).tolist()


def main() -> None:
    """Record the answers of the installed versions."""
    cases = json.loads((FOLDER / "cases.json").read_text())
    document = {"made_with": {name: version(name) for name in ("scipy", "statsmodels", "numpy")}} | answers(cases)
    (FOLDER / "answers.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
