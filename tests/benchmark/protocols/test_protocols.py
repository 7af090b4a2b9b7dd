"""The protocols fix what they say they fix, and never share a column."""

from __future__ import annotations

from dataclasses import fields

import pytest

from benchmark.config.compose import suite_metrics
from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.metrics import METRICS
from benchmark.prepare.command import known_checkpoints
from benchmark.protocols import PROTOCOLS, Protocol, Rule, counterparts

NAMED = ("cmet-author-v1", "standard-v1")
RULES = [(p.id, quantity, rule) for p in PROTOCOLS.values() for quantity, rule in p.rules.items()]


@pytest.mark.parametrize(("protocol", "quantity", "rule"), RULES)
def test_a_rule_names_metrics_of_its_protocol_and_weights_that_they_load(
    protocol: str, quantity: str, rule: Rule
) -> None:
    loaded: set[str] = set()
    for name in rule.metrics:
        info = METRICS.get(name).info
        assert info.protocol == protocol
        for need in info.parsed_needs:
            if need.extractor:
                kind = EXTRACTORS.get(need.extractor)
                loaded |= {record.name for record in kind.checkpoints}
                if kind.face_tracker:
                    loaded |= {record.name for record in FACE_TRACKERS.get(kind.face_tracker).checkpoints}
    assert set(rule.weights) <= loaded
    assert set(rule.weights) <= set(known_checkpoints())


@pytest.mark.parametrize("protocol", NAMED)
def test_every_metric_of_the_two_named_protocols_has_one_rule_and_stands_in_its_suite(protocol: str) -> None:
    metrics = {name for name in METRICS if METRICS.get(name).info.protocol == protocol}
    ruled = [name for rule in PROTOCOLS[protocol].rules.values() for name in rule.metrics]
    assert len(ruled) == len(set(ruled)) and set(ruled) == metrics
    assert set(suite_metrics(protocol.removesuffix("-v1"))) == metrics


@pytest.mark.parametrize(("protocol", "quantity", "rule"), [r for r in RULES if r[0] in NAMED])
def test_what_looks_at_pictures_fixes_crop_size_interpolation_colour_and_pooling(
    protocol: str, quantity: str, rule: Rule
) -> None:
    assert rule.pooling != "-" and rule.failures != "-"
    if rule.weights:
        for field in ("frames", "size", "interpolation", "colour"):
            assert getattr(rule, field) != "-", field
        assert rule.antialiasing is not None
    heard = any(need.role == "speech" for m in rule.metrics for need in METRICS.get(m).info.parsed_needs)
    assert heard == (rule.audio_rate is not None) == (rule.speech != "-")


def test_one_quantity_under_several_protocols_never_shares_a_metric() -> None:
    found = counterparts()
    assert set(NAMED) <= set(found["FID"]) and set(NAMED) <= set(found["sync confidence"])
    for metrics in found.values():
        assert len(set(metrics.values())) == len(metrics)
        for protocol, name in metrics.items():
            assert METRICS.get(name).info.protocol == protocol


def test_a_metric_finds_its_rule() -> None:
    quantity, rule = PROTOCOLS["standard-v1"].rule_of("kid_standard") or ("", None)
    assert quantity == "FID" and rule is PROTOCOLS["standard-v1"].rules["FID"]
    assert PROTOCOLS["standard-v1"].rule_of("fid_author") is None


def test_what_is_known_to_be_biased_says_so_beside_the_number() -> None:
    for name in (
        "fid_author",
        "fvd_author",
        "fid_standard",
        "fvd_standard",
        "sync_confidence_author",
        "lse_c_standard",
    ):
        assert METRICS.get(name).info.caveat


def test_only_the_standard_protocol_counts_failures_as_values() -> None:
    counted = {METRICS.get(name).info.protocol for name in METRICS if METRICS.get(name).info.failed_value is not None}
    assert counted == {"standard-v1"}


def test_a_protocol_has_nothing_that_the_page_leaves_out() -> None:
    assert {field.name for field in fields(Protocol)} == {"id", "title", "text", "rules"}
