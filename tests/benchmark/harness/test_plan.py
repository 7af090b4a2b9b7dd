"""Which part of a run's configuration moves which of its three fingerprints."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.core.errors import UsageError
from benchmark.harness.plan import RunPlan, extraction_key, extractors_of
from benchmark.metrics import METRICS
from benchmark.metrics.base import metric
from tests.benchmark.harness import toy
from tests.benchmark.harness.contexts import toy_context


def plan_of(root: Path, metrics: str = "toy_level", *overrides: str, method: str = "toy") -> RunPlan:
    return toy_context(root, metrics, *overrides, method=method).plan


def moved(first: RunPlan, second: RunPlan) -> set[str]:
    parts = ("generation", "extraction", "scoring")
    return {name for name in parts if getattr(first, name) != getattr(second, name)}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("seed=1",), {"generation", "scoring"}),
        (("method.fail=S1_sad",), {"generation", "scoring"}),
        (("method.label=mine",), {"generation", "scoring"}),
        (("statistics.level=0.9",), {"scoring"}),
        (("limit=4",), {"scoring"}),
        (("runtime.batch_size=3", "runtime.workers=1"), set()),
        (("executor.cpus=2",), set()),
    ],
)
def test_each_setting_moves_the_fingerprints_of_what_depends_on_it(
    tmp_path: Path, change: tuple[str, ...], expected: set[str]
) -> None:
    assert moved(plan_of(tmp_path), plan_of(tmp_path, "toy_level", *change)) == expected


def test_a_metric_brings_its_extractors_and_moves_no_output(tmp_path: Path) -> None:
    one, two = plan_of(tmp_path), plan_of(tmp_path, "toy_level,toy_error")
    assert one.generation == two.generation and one.scoring != two.scoring
    assert one.extractors == ("brightness",) and two.extractors == ("brightness", "difference")
    assert two.extraction["brightness"] == one.extraction["brightness"]
    assert one.scoring.startswith(one.run_id) and len(one.run_id) == 16


def test_another_version_of_an_extractor_has_other_features(monkeypatch: pytest.MonkeyPatch) -> None:
    before = extraction_key("brightness")
    monkeypatch.setattr(toy.Brightness, "version", "2")
    assert extraction_key("brightness") != before


@pytest.mark.parametrize(
    ("need", "message"),
    [
        ("output/brightnes.mean", "unknown extractor 'brightnes'; did you mean 'brightness'?"),
        ("output/brightness.maen", "extractor brightness provides no 'maen'; did you mean 'mean'?"),
    ],
)
def test_a_need_that_nobody_fills_is_refused_with_the_nearest(need: str, message: str) -> None:
    made = metric(name="needy", title="", unit="", higher_is_better=True, needs=(need,))(lambda *_: 0.0)
    METRICS.add("needy", made)
    with pytest.raises(UsageError, match="needy") as caught:
        extractors_of([METRICS.get("needy")])
    assert message in str(caught.value)
