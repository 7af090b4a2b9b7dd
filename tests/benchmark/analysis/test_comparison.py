"""Comparisons against scipy, on invented runs whose numbers are known."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmark.analysis import standings as standings_module
from benchmark.analysis.comparability import NotComparable
from benchmark.analysis.comparison import Comparisons, compare_runs, paired
from benchmark.analysis.evidence import extractors_of
from benchmark.analysis.gather import gather
from benchmark.analysis.pairwise import Comparison, compare_sets
from benchmark.analysis.standings import NOT_TESTED, TIED
from benchmark.protocols.questions import Question
from benchmark.results import store
from benchmark.results.evidence import write_resamples
from benchmark.results.store import StoredRun
from tests.made_runs import CARDS, write_one


@pytest.fixture(scope="module", autouse=True)
def question() -> Iterator[None]:
    """The invented split asks for two metrics."""
    with pytest.MonkeyPatch.context() as patched:
        asked = Question(("identity", "au_error"), (), "")
        patched.setattr(standings_module, "question_of", lambda dataset, split: asked)
        yield


def run(folder: Path) -> StoredRun:
    return StoredRun(folder, store.read_run(folder))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[StoredRun]:
    root = tmp_path_factory.mktemp("runs")
    return [run(write_one(root, name)) for name in ("ground_truth", "source_copy", "cmet", "edtalk")]


@pytest.fixture(scope="module")
def compared(runs: list[StoredRun]) -> Comparisons:
    return compare_runs(runs)


def one(compared: Comparisons, metric: str, first: str, second: str) -> Comparison:
    return next(c for c in compared.of(metric) if (c.first, c.second) == (first, second))


def differences(runs: list[StoredRun], metric: str, first: str, second: str) -> pd.DataFrame:
    """The same by pandas alone: difference and speaker of every sample that both have."""
    tables = {r.method: r.scores() for r in runs}
    parts = [
        t[(t["metric"] == metric) & (t["status"] == "ok")].set_index("sample_id")
        for t in (tables[first], tables[second])
    ]
    both = parts[0].join(parts[1]["value"].rename("value_other"), how="inner")
    return both.assign(d=both["value"] - both["value_other"])


def test_with_equal_speakers_it_is_the_t_test_of_their_means(runs: list[StoredRun], compared: Comparisons) -> None:
    mine = one(compared, "identity", "ground_truth", "source_copy")
    means = differences(runs, "identity", "ground_truth", "source_copy").groupby("speaker")["d"].mean()
    oracle = stats.ttest_1samp(means, 0.0)
    interval = oracle.confidence_interval(0.95)
    assert mine.p == pytest.approx(oracle.pvalue, rel=1e-9)
    assert (mine.ci_low, mine.ci_high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert mine.difference == pytest.approx(means.mean()) and mine.n == mine.planned == 18 and mine.clusters == 3


@pytest.mark.parametrize("metric", ["emotion_accuracy", "identity", "au_error"])
def test_tests_over_samples_are_those_of_scipy(runs: list[StoredRun], compared: Comparisons, metric: str) -> None:
    mine = one(compared, metric, "ground_truth", "edtalk")
    d = differences(runs, metric, "ground_truth", "edtalk")["d"]
    assert mine.n == len(d) == 17  # one sample of edtalk failed
    assert mine.p_wilcoxon == pytest.approx(stats.wilcoxon(d).pvalue, rel=1e-9)
    if metric == "emotion_accuracy":
        for_first, for_second = int((d > 0).sum()), int((d < 0).sum())
        assert mine.p_mcnemar == pytest.approx(stats.binomtest(for_first, for_first + for_second).pvalue, rel=1e-9)
    else:
        assert math.isnan(mine.p_mcnemar)
    assert mine.effect == pytest.approx(d.mean() / d.std(ddof=1))


def test_flips_of_three_speakers_never_fall_below_a_quarter(compared: Comparisons) -> None:
    assert min(c.p_permutation for c in compared.comparisons) == pytest.approx(2 / 2**3)


def test_ranks_are_flipped_by_speaker_in_all_eight_ways(runs: list[StoredRun], compared: Comparisons) -> None:
    both = differences(runs, "identity", "cmet", "edtalk")
    ranks = stats.rankdata(both["d"].abs()) * np.sign(both["d"])
    sums = ranks.groupby(both["speaker"]).sum().to_numpy()
    every = [abs(np.dot(signs, sums)) >= abs(sums.sum()) - 1e-9 for signs in product((-1, 1), repeat=3)]
    assert one(compared, "identity", "cmet", "edtalk").p_wilcoxon_speakers == pytest.approx(np.mean(every))


def test_p_values_are_adjusted_over_ranked_pairs_and_primary_metrics(tmp_path: Path) -> None:
    names = ("ground_truth", "source_copy", "cmet", "edtalk", "eat")
    runs = [run(write_one(tmp_path, name, fails=0)) for name in names]
    compared = compare_runs(runs)
    inside = [c for c in compared.comparisons if math.isfinite(c.p_holm)]
    assert compared.tests == len(inside) == 2 * 3 and {c.metric for c in inside} == {"identity", "au_error"}
    assert not {"ground_truth", "source_copy"} & {name for c in inside for name in (c.first, c.second)}
    p = np.array([c.p for c in inside])
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1.0)
    np.testing.assert_allclose(np.array([c.p_holm for c in inside])[order], stepped)


def test_the_verdict_goes_by_the_adjusted_p_and_the_direction(runs: list[StoredRun], compared: Comparisons) -> None:
    assert one(compared, "identity", "cmet", "edtalk").verdict() == "edtalk"  # higher is better
    assert one(compared, "au_error", "cmet", "edtalk").verdict() == "cmet"  # lower is better
    near = one(compared, "emotion_accuracy", "cmet", "edtalk")
    assert near.exploratory and near.p > 0.05 and near.verdict() == TIED
    assert "cmet does not differ significantly from edtalk: " in near.sentence() and "exploratory" in near.sentence()
    far = one(compared, "identity", "ground_truth", "source_copy")
    assert far.exploratory and far.verdict() == "source_copy"


def test_floor_and_ceiling_are_not_ranked(tmp_path: Path) -> None:
    names = ("ground_truth", "source_copy", "cmet", "edtalk")
    compared = compare_runs([run(write_one(tmp_path, name, fails=0)) for name in names])
    by_method = {name: compared.rank("au_error", name) for name in compared.methods}
    assert by_method == {"ground_truth": "ceiling", "source_copy": "floor", "cmet": "1 a", "edtalk": "2 b"}
    assert compared.rank("emotion_accuracy", "cmet") == "exploratory"


def test_who_lacks_samples_is_not_ranked(tmp_path: Path) -> None:
    fails = {"cmet": 0, "edtalk": 0, "eat": 3}
    compared = compare_runs([run(write_one(tmp_path, name, fails=count)) for name, count in fails.items()])
    assert compared.rank("identity", "eat") == "scored on 15 of 18" and compared.tests == 2
    assert one(compared, "identity", "cmet", "eat").exploratory


def test_what_is_compared_changes_neither_family_nor_rank(runs: list[StoredRun], compared: Comparisons) -> None:
    few = compare_runs(runs, ["identity"], methods=["cmet", "edtalk"])
    assert few.methods == ("cmet", "edtalk") and few.metrics == ("identity",)
    assert few.comparisons == (one(compared, "identity", "cmet", "edtalk"),)
    assert few.tests == compared.tests and few.standings.ranks == compared.standings.ranks


def test_only_the_scores_say_what_a_failed_sample_is_worth(tmp_path: Path) -> None:
    """`failed_value` stands in the scores already; what is missing there says nothing about the method."""
    runs = [run(write_one(tmp_path, name)) for name in ("ground_truth", "cmet")]
    evidence = gather([one.folder for one in runs])
    card = {**CARDS[0], "failed_value": 0.0}
    numbers = paired(evidence, card, evidence.measures[0].measure.key, ["ground_truth", "cmet"])
    assert np.isnan(numbers.values[:, 1]).sum() == 1 and np.isnan(numbers.values[:, 0]).sum() == 0
    assert len(numbers.pair(0, 1)[0]) == 17


def spoiled(tmp_path: Path, **changes: object) -> list[StoredRun]:
    folders = [write_one(tmp_path, name) for name in ("cmet", "edtalk")]
    first = folders[0] / store.RUN_FILE
    first.write_text(json.dumps(json.loads(first.read_text()) | {"weights": [{"name": "judge.pt", "sha256": "a"}]}))
    path = folders[1] / store.RUN_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return [StoredRun(folder, json.loads((folder / store.RUN_FILE).read_text())) for folder in folders]


def test_runs_that_were_given_something_else_are_refused(tmp_path: Path) -> None:
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


def test_two_runs_of_one_method_are_distinguished_by_their_ids(tmp_path: Path) -> None:
    runs = [run(write_one(tmp_path, "cmet", seed=seed)) for seed in (0, 1)]
    compared = compare_runs(runs, ["identity"])
    assert compared.methods == ("cmet@cmet0000", "cmet@cmet0001")
    (found,) = compared.comparisons
    assert found.first_value == pytest.approx(runs[0].scores().query("metric == 'identity'")["value"].mean())
    assert found.n == 17 and found.difference != 0


def test_a_metric_that_differs_is_left_out_and_said(tmp_path: Path) -> None:
    other = [CARDS[0], {**CARDS[1], "version": "2"}, CARDS[2]]
    compared = compare_runs(spoiled(tmp_path, metrics=other))
    assert {c.metric for c in compared.comparisons} == {"emotion_accuracy", "au_error"}
    assert compared.left_out == ("identity: version 1 for cmet, 2 for edtalk",)


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
    compared = compare_runs(runs)
    assert compared.metrics == ("identity", "au_error")
    assert compared.left_out == ("emotion_accuracy: no two methods have a number",)


def test_set_metrics_are_compared_draw_by_draw() -> None:
    """What a draw's speakers do to both methods cancels; the interval is Student's, by the spread of the draws."""
    rng = np.random.default_rng(0)
    shared = rng.normal(0, 5, 200)
    draws = [drawn(base + shared + rng.normal(0, 0.1, 200)) for base in (20.0, 24.0)]
    found = compare_sets(SET_CARD, set_rows(20.0, 24.0), (draws[0], draws[1]), ("a", "b"), level=0.95)  # type: ignore[arg-type]
    d = (draws[0]["value"] - draws[1]["value"]).to_numpy()
    expected = -4.0 + np.array([-1, 1]) * stats.t.ppf(0.975, 2) * math.sqrt(3 / 2) * d.std()
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(expected))
    assert found.difference == -4.0 and -5 < found.ci_low < found.ci_high < -3 and found.verdict() == NOT_TESTED


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
    assert extractors_of(
        {"needs": ["output/puppet_emotion.probs", "target/face.units", "output/face.units", "sample/emotion"]}
    ) == [
        "face",
        "puppet_emotion",
    ]
