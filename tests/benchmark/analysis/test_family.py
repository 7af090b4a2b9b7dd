"""Comparisons against scipy, on invented runs whose numbers are known."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmark.analysis.family import Family, compare_runs
from benchmark.analysis.match import NotComparable, judges, paired
from benchmark.analysis.pairwise import Comparison, compare_sets
from benchmark.results import store
from benchmark.results.evidence import write_resamples
from benchmark.results.store import StoredRun
from tests.made_runs import CARDS, write_one


def run(folder: Path) -> StoredRun:
    return StoredRun(folder, store.read_run(folder))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[StoredRun]:
    root = tmp_path_factory.mktemp("runs")
    return [run(write_one(root, name)) for name in ("ground_truth", "source_copy", "cmet", "edtalk")]


@pytest.fixture(scope="module")
def family(runs: list[StoredRun]) -> Family:
    return compare_runs(runs)


def one(family: Family, metric: str, first: str, second: str) -> Comparison:
    return next(c for c in family.of(metric) if (c.first, c.second) == (first, second))


def differences(runs: list[StoredRun], metric: str, first: str, second: str) -> pd.DataFrame:
    """The same by pandas alone: difference and speaker of every sample that both have."""
    tables = {r.method: r.scores() for r in runs}
    parts = [
        t[(t["metric"] == metric) & (t["status"] == "ok")].set_index("sample_id")
        for t in (tables[first], tables[second])
    ]
    both = parts[0].join(parts[1]["value"].rename("value_other"), how="inner")
    return both.assign(d=both["value"] - both["value_other"])


def test_with_equal_speakers_it_is_the_t_test_of_their_means(runs: list[StoredRun], family: Family) -> None:
    mine = one(family, "identity", "ground_truth", "source_copy")
    means = differences(runs, "identity", "ground_truth", "source_copy").groupby("speaker")["d"].mean()
    oracle = stats.ttest_1samp(means, 0.0)
    interval = oracle.confidence_interval(0.95)
    assert mine.p == pytest.approx(oracle.pvalue, rel=1e-9)
    assert (mine.ci_low, mine.ci_high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert mine.difference == pytest.approx(means.mean()) and mine.n == mine.planned == 18 and mine.clusters == 3


@pytest.mark.parametrize("metric", ["emotion_accuracy", "identity", "au_error"])
def test_tests_over_samples_are_those_of_scipy(runs: list[StoredRun], family: Family, metric: str) -> None:
    mine = one(family, metric, "ground_truth", "edtalk")
    d = differences(runs, metric, "ground_truth", "edtalk")["d"]
    assert mine.n == len(d) == 17  # one sample of edtalk failed
    assert mine.p_wilcoxon == pytest.approx(stats.wilcoxon(d).pvalue, rel=1e-9)
    if metric == "emotion_accuracy":
        for_first, for_second = int((d > 0).sum()), int((d < 0).sum())
        assert mine.p_mcnemar == pytest.approx(stats.binomtest(for_first, for_first + for_second).pvalue, rel=1e-9)
    else:
        assert math.isnan(mine.p_mcnemar)
    assert mine.effect == pytest.approx(d.mean() / d.std(ddof=1))


def test_flips_of_three_speakers_never_fall_below_a_quarter(family: Family) -> None:
    assert min(c.p_permutation for c in family.comparisons) == pytest.approx(2 / 2**3)


def test_ranks_are_flipped_by_speaker_in_all_eight_ways(runs: list[StoredRun], family: Family) -> None:
    both = differences(runs, "identity", "cmet", "edtalk")
    ranks = stats.rankdata(both["d"].abs()) * np.sign(both["d"])
    sums = ranks.groupby(both["speaker"]).sum().to_numpy()
    every = [abs(np.dot(signs, sums)) >= abs(sums.sum()) - 1e-9 for signs in product((-1, 1), repeat=3)]
    assert one(family, "identity", "cmet", "edtalk").p_wilcoxon_speakers == pytest.approx(np.mean(every))


def test_p_values_are_adjusted_over_metrics_and_pairs(family: Family) -> None:
    p = np.array([c.p for c in family.comparisons if math.isfinite(c.p)])
    assert family.tests == len(p) == 3 * 6
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1.0)
    got = np.array([c.p_holm for c in family.comparisons if math.isfinite(c.p)])
    np.testing.assert_allclose(got[order], stepped)


def test_the_verdict_goes_by_the_adjusted_p_and_the_direction(family: Family) -> None:
    assert one(family, "identity", "ground_truth", "source_copy").verdict() == "source_copy"  # higher is better
    assert one(family, "au_error", "ground_truth", "source_copy").verdict() == "ground_truth"  # lower is better
    near = one(family, "emotion_accuracy", "cmet", "edtalk")
    assert near.p_holm > 0.05 and near.verdict() == "not told apart"
    assert "cmet can't be told apart from edtalk: " in near.sentence()


def test_floor_and_ceiling_are_not_ranked(family: Family) -> None:
    by_method = {one.method: str(one) for one in family.standings("au_error")}
    assert by_method["ground_truth"] == "ceiling" and by_method["source_copy"] == "floor"
    assert {by_method["cmet"], by_method["edtalk"]} == {"1 a", "2 b"}


def test_who_lacks_samples_that_another_has_is_not_ranked(tmp_path: Path) -> None:
    fails = {"cmet": 1, "edtalk": 1, "eat": 3}
    family = compare_runs([run(write_one(tmp_path, name, fails=count)) for name, count in fails.items()])
    by_method = {one.method: str(one) for one in family.standings("identity")}
    assert by_method["eat"] == "scored on 15 of 17" and all(by_method[name][0] in "12" for name in ("cmet", "edtalk"))


def test_a_named_metric_makes_a_smaller_family(runs: list[StoredRun], family: Family) -> None:
    small = compare_runs(runs[:2], ["identity"])
    assert small.tests == 1 and small.comparisons[0].p_holm == small.comparisons[0].p
    assert small.comparisons[0].p == one(family, "identity", "ground_truth", "source_copy").p


def test_only_the_scores_say_what_a_failed_sample_is_worth(tmp_path: Path) -> None:
    """`failed_value` stands in the scores already; what is missing there says nothing about the method."""
    runs = [run(write_one(tmp_path, name)) for name in ("ground_truth", "cmet")]
    numbers = paired(runs, {**CARDS[0], "failed_value": 0.0})
    assert np.isnan(numbers.values[:, 1]).sum() == 1 and np.isnan(numbers.values[:, 0]).sum() == 0
    assert len(numbers.pair(0, 1)[0]) == 17


def spoiled(tmp_path: Path, **changes: object) -> list[StoredRun]:
    folders = [write_one(tmp_path, name) for name in ("cmet", "edtalk")]
    first = folders[0] / store.RUN_FILE
    first.write_text(json.dumps(json.loads(first.read_text()) | {"weights": [{"name": "judge.pt", "sha256": "a"}]}))
    path = folders[1] / store.RUN_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return [StoredRun(folder, json.loads((folder / store.RUN_FILE).read_text())) for folder in folders]


def test_runs_that_were_asked_something_else_are_refused(tmp_path: Path) -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({"split": "extended"}, "run on different samples: edtalk has split extended, not test"),
        ({"split_sha256": "abc"}, "edtalk has split_sha256 abc, not None"),
        ({"status": "failed"}, "not complete but failed"),
        ({"plan": {"samples": ["P1_happy_1"]}}, "1 samples, not 18; P1_angry_1 is in one of them only"),
        ({"plan": {"dataset_version": "2"}}, "dataset_version 2, not None"),
        ({"method": {"name": "cmet"}, "run_id": "cmet0000"}, "run cmet0000 of cmet is given twice"),
        ({"method": {"name": "edtalk", "mock": True}}, "a mock run has no results"),
        ({"fingerprints": {"extraction": {"judge": "judge2"}}}, r"read by different weights or versions of judge$"),
        (
            {"fingerprints": {"extraction": {"judge": "judge2"}}, "weights": [{"name": "judge.pt", "sha256": "b"}]},
            r"versions of judge \(other files: judge.pt\)",
        ),
        (
            {"metrics": [{**card, "protocol": "standard-v1"} for card in CARDS]},
            "protocol puppets-v1 for cmet, standard-v1 for",
        ),
        ({"metrics": []}, "edtalk was not measured by it"),
    ]
    for number, (changes, sentence) in enumerate(cases):
        with pytest.raises(NotComparable, match=sentence):
            compare_runs(spoiled(tmp_path / str(number), **changes))
    with pytest.raises(NotComparable, match="two runs or more"):
        compare_runs(spoiled(tmp_path / "few")[:1])
    with pytest.raises(NotComparable, match="no metric 'fid'"):
        compare_runs(spoiled(tmp_path / "name"), ["fid"])


def test_two_runs_of_one_method_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    runs = [run(write_one(tmp_path, "cmet", seed=seed)) for seed in (0, 1)]
    family = compare_runs(runs, ["identity"])
    assert family.methods == ("cmet@cmet0000", "cmet@cmet0001")
    (found,) = family.comparisons
    assert found.first_value == pytest.approx(runs[0].scores().query("metric == 'identity'")["value"].mean())
    assert found.n == 17 and found.difference != 0


def test_a_metric_that_differs_is_left_out_and_said(tmp_path: Path) -> None:
    other = [CARDS[0], {**CARDS[1], "version": "2"}, CARDS[2]]
    family = compare_runs(spoiled(tmp_path, metrics=other))
    assert {c.metric for c in family.comparisons} == {"emotion_accuracy", "au_error"}
    assert family.left_out == ("identity: version 1 for cmet, 2 for edtalk",)


SET_CARD = {
    "name": "fid",
    "title": "FID",
    "unit": "",
    "protocol": "standard-v1",
    "higher_is_better": False,
    "level": "set",
}


def set_rows(*values: float) -> tuple[dict[str, float], ...]:
    return tuple({"value": v, "n_scored": 30, "n_planned": 30, "clusters": 3} for v in values)


def drawn(values: np.ndarray, speakers: str = "a,b,c") -> pd.DataFrame:
    return pd.DataFrame({"draw": range(len(values)), "speakers": speakers, "weight": 1 / len(values), "value": values})


def test_a_metric_without_numbers_is_left_out_and_said(tmp_path: Path) -> None:
    """Extended emotions have no class that a judge knows: accuracy has no number there."""
    runs = []
    for name in ("cmet", "edtalk"):
        folder = write_one(tmp_path, name)
        scores = store.read_scores(folder)
        accuracy = scores["metric"] == "emotion_accuracy"
        scores.loc[accuracy, ["value", "status", "reason"]] = [np.nan, "no_class", "no class of the judge"]
        store.write_scores(folder, scores)
        runs.append(run(folder))
    family = compare_runs(runs)
    assert family.metrics == ("identity", "au_error")
    assert family.left_out == ("emotion_accuracy: no two methods have a number",)


def test_set_metrics_are_compared_draw_by_draw() -> None:
    """What a draw's speakers do to both methods cancels; the interval is Student's, by the spread of the draws."""
    rng = np.random.default_rng(0)
    shared = rng.normal(0, 5, 200)
    draws = [drawn(base + shared + rng.normal(0, 0.1, 200)) for base in (20.0, 24.0)]
    found = compare_sets(SET_CARD, set_rows(20.0, 24.0), (draws[0], draws[1]), ("a", "b"), level=0.95)  # type: ignore[arg-type]
    d = (draws[0]["value"] - draws[1]["value"]).to_numpy()
    expected = -4.0 + np.array([-1, 1]) * stats.t.ppf(0.975, 2) * math.sqrt(3 / 2) * d.std()
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(expected))
    assert found.difference == -4.0 and -5 < found.ci_low < found.ci_high < -3 and found.verdict() == "not known"


def test_other_draws_give_a_set_metric_no_interval() -> None:
    values = np.random.default_rng(0).normal(size=50)
    for other in (drawn(values, "a,b,d"), drawn(values[:49]), drawn(values).iloc[:0]):
        found = compare_sets(SET_CARD, set_rows(1.0, 2.0), (drawn(values), other), ("a", "b"), level=0.95)  # type: ignore[arg-type]
        assert math.isnan(found.ci_low) and found.ci_method == "" and found.difference == -1.0


def test_random_draws_of_another_seed_are_other_draws(tmp_path: Path) -> None:
    for second_seed, defined in ((0, True), (1, False)):
        runs = []
        for name, seed in (("cmet", 0), ("edtalk", second_seed)):
            folder = write_one(tmp_path / str(second_seed), name)
            path = folder / store.RUN_FILE
            record = json.loads(path.read_text())
            record["metrics"].append({**CARDS[0], **SET_CARD})
            record["plan"]["seed"] = seed
            path.write_text(json.dumps(record))
            rows = store.read_summary(folder)
            whole = rows[rows["metric"] == "au_error"].iloc[[0]].assign(metric="fid", protocol="standard-v1", value=5.0)
            whole = whole.assign(ci_low=np.nan, ci_high=np.nan, ci_level=np.nan, ci_method="")
            store.write_summary(folder, pd.concat([rows, whole], ignore_index=True))
            values = drawn(np.random.default_rng(len(name)).normal(size=50))
            write_resamples(folder, values.assign(metric="fid", protocol="standard-v1", group="all", group_value="all"))
            runs.append(run(folder))
        assert math.isfinite(compare_runs(runs, ["fid"]).comparisons[0].ci_low) == defined


def test_the_judges_of_a_metric_are_read_off_its_needs() -> None:
    assert judges(
        {"needs": ["output/puppet_emotion.probs", "target/face.units", "output/face.units", "sample/emotion"]}
    ) == [
        "face",
        "puppet_emotion",
    ]
