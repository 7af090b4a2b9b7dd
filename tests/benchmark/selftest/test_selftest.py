"""What is expected of a curve, what is said of it, and that the picture shows it."""

from __future__ import annotations

import io
import math

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from benchmark.metrics import METRICS
from benchmark.selftest.chart import Panel, draw
from benchmark.selftest.command import main
from benchmark.selftest.curves import choose_evenly
from benchmark.selftest.damage import DAMAGES
from benchmark.selftest.expected import AMOUNTS, UNAFFECTED, WORSE, direction, judge, measure_spans, step_back
from benchmark.selftest.report import markdown, panels, verdicts


@pytest.mark.parametrize(
    ("values", "higher", "said"),
    [
        ([3, 2, 2, 1], True, "worse"),
        ([3, 2, 2.5, 1], True, "not monotone"),
        ([1, 2, 3], True, "better"),
        ([1, 2, 3], False, "worse"),
        ([1, 1, 1], True, "flat"),
        ([1, math.nan], True, "no value"),
        ([1], True, "no value"),
    ],
)
def test_a_curve_is_called_what_it_is(values: list[float], higher: bool, said: str) -> None:
    assert direction(values, higher) == said


def test_a_step_back_is_a_share_of_the_span() -> None:
    assert step_back([4, 2, 3, 0], True) == pytest.approx(0.25)
    assert step_back([0, 1, 2], False) == 0.0 and step_back([1, 1], True) == 0.0


def test_what_is_expected_names_metrics_and_damages_that_exist() -> None:
    for table in (WORSE, UNAFFECTED):
        assert all(name in METRICS for name in table)
        assert all(damage in DAMAGES for damages in table.values() for damage in damages)
    assert all(metric in METRICS and damage in DAMAGES for metric, damage in AMOUNTS)
    both = [(m, d) for m, damages in WORSE.items() for d in damages if d in UNAFFECTED.get(m, ())]
    assert not both
    assert set(UNAFFECTED) <= set(WORSE)  # a span is needed to say what little is


def test_the_three_kinds_of_expectation_are_judged() -> None:
    worse, amount = judge("psnr", "noise", [0, 16], [60.0, 24.0], True, 40.0)
    assert worse.holds and amount.holds and "0.048 off" in amount.found
    assert judge("psnr", "noise", [0, 16], [60.0, 30.0], True, 40.0)[1].holds is False
    (flat,) = judge("sync_confidence", "mouth_frozen", [0, 100], [1.0, 1.0], True, 1.0)
    assert flat.holds is False and flat.found == "flat"
    (alone,) = judge("identity_similarity", "emotion_shuffle", [0, 100], [0.99, 0.95], True, 1.0)
    assert alone.holds and alone.found == "moves 4 % of its span"
    assert judge("identity_similarity", "emotion_shuffle", [0, 100], [0.99, 0.5], True, 1.0)[0].holds is False
    assert judge("identity_similarity", "emotion_shuffle", [0, 1], [0.9, 0.9], True, math.nan)[0].holds is None
    (nothing,) = judge("psnr", "mouth_frozen", [0, 1], [60.0, 50.0], True, 1.0)
    assert nothing.expected == "" and nothing.holds is None and nothing.found == "worse"


def curves() -> pd.DataFrame:
    rows = []
    for damage, metric, values in (
        ("noise", "psnr", (60.0, 36.1, 30.1, 24.1, 18.1)),
        ("noise", "ssim", (1.0, 0.9, 0.95, 0.5, 0.2)),
        ("audio_shift", "psnr", (60.0,) * 6),
    ):
        for strength, value in zip(DAMAGES.get(damage).strengths, values, strict=True):
            row = {"damage": damage, "strength": strength, "metric": metric, "protocol": "frames-v1", "value": value}
            rows.append(row | {"ci_low": value - 1, "ci_high": value + 1, "n_scored": 4, "n_planned": 4})
    return pd.DataFrame(rows)


def test_the_report_says_what_holds_and_what_does_not() -> None:
    table = curves()
    judged = verdicts(table)
    assert measure_spans(table) == {"psnr": pytest.approx(41.9), "ssim": pytest.approx(0.8)}
    said = {(r.metric, r.damage, r.expected.split(":")[0]): r.holds for r in judged.itertuples()}
    assert said[("psnr", "noise", "worse")] and said[("psnr", "noise", "amount")]
    assert said[("ssim", "noise", "worse")] is False and said[("psnr", "audio_shift", "unaffected")]
    text = markdown(table, judged, "four clips")
    assert "3 of 4 expectations hold; 0 have no value." in text
    assert "not monotone (a step back of 6 %)" in text and "24.1 [23.1, 25.1]" in text
    assert [(p.metric, p.holds) for p in panels(table, judged)] == [("psnr", True), ("ssim", False)]


def test_the_picture_shows_a_curve_where_it_is() -> None:
    falling = Panel("psnr", "White noise", (0, 1, 2), (2.0, 1.0, 0.0), (math.nan,) * 3, (math.nan,) * 3, True, "worse")
    image = np.asarray(Image.open(io.BytesIO(draw([falling], "title"))).convert("RGB")).astype(int)
    blue = (image[..., 2] - image[..., 0] > 60) & (np.arange(image.shape[0])[:, None] > 60)
    rows, columns = np.nonzero(blue)
    assert rows[columns < columns.min() + 20].mean() < rows[columns > columns.max() - 20].mean() - 40


def test_clips_are_spread_over_the_split() -> None:
    assert choose_evenly(list(range(56)), 4) == (0, 18, 37, 55)  # type: ignore[arg-type, comparison-overlap]
    assert choose_evenly([1, 2], 5) == (1, 2)  # type: ignore[arg-type, list-item, comparison-overlap]


def test_an_unknown_damage_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--damages", "blurr"]) == 2
    assert "did you mean 'blur'" in capsys.readouterr().err
