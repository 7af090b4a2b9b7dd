"""The weights that methods, metrics and suites need."""

from __future__ import annotations

import pytest

from benchmark.config.compose import suite_metrics
from benchmark.core.errors import UsageError
from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.methods.base import METHODS
from benchmark.metrics import METRICS
from benchmark.protocols.checkpoints import Owner, checkpoints_of


def names(*owners: Owner) -> list[str]:
    return [record.name for record in checkpoints_of(*owners)]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("psnr", []),
        ("aitv_standard", []),
        ("fid_standard", ["inception/pt_inception-2015-12-05-6726825d.pth"]),
        ("csim_standard", ["arcface/ms1mv3_arcface_r50_fp16.pth", "yunet/yunet_n_dynamic.onnx"]),
        ("m_lmd_standard", ["pfld/pfld.onnx", "yunet/yunet_n_dynamic.onnx"]),
    ],
)
def test_a_metric_needs_the_weights_of_its_extractors_and_of_their_face_tracker(
    metric: str, expected: list[str]
) -> None:
    assert names(METRICS.get(metric)) == expected


def test_a_suite_needs_those_of_its_metrics_each_once() -> None:
    found = names("standard")
    assert len(found) == len(set(found))
    assert set(found) == {name for metric in suite_metrics("standard") for name in names(METRICS.get(metric))}
    with pytest.raises(UsageError, match="standard"):
        checkpoints_of("standart")


def test_a_method_needs_what_it_declares() -> None:
    kind = METHODS.get("edtalk-audio")
    assert checkpoints_of(kind) == checkpoints_of(kind.info) == kind.info.checkpoints != ()
    assert checkpoints_of(METHODS.get("source_copy")) == ()


def test_owners_add_up_and_a_face_tracker_needs_its_own_only() -> None:
    judge, tracker = EXTRACTORS.get("judge_mead"), FACE_TRACKERS.get("yunet")
    assert names(tracker) == [record.name for record in tracker.checkpoints]
    assert names(judge) == [*(record.name for record in judge.checkpoints), *names(tracker)]
    assert names(tracker, judge, METRICS.get("fid_standard")) == [
        *names(tracker),
        *(record.name for record in judge.checkpoints),
        *names(METRICS.get("fid_standard")),
    ]
