"""The protocols fix what they say they fix, and never share a column."""

from __future__ import annotations

from dataclasses import fields

import pytest

from benchmark.config.compose import suite_metrics
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.extractors.base import AnyExtractor
from benchmark.metrics import METRICS
from benchmark.protocols import PROTOCOLS, Protocol, Rule, counterparts, metrics_by_quantity, quantity_of
from benchmark.protocols.facts import extractors_of

NAMED = ("cmet-author-v1", "standard-v1")
QUANTITIES = [(protocol, quantity) for protocol in PROTOCOLS for quantity in metrics_by_quantity(protocol)]


def extractors(protocol: str, quantity: str) -> list[type[AnyExtractor]]:
    return list(extractors_of(map(METRICS.get, metrics_by_quantity(protocol)[quantity])).values())


def test_every_metric_is_measured_under_its_own_protocol_once() -> None:
    for name in METRICS:
        info = METRICS.get(name).info
        found = [(p, q) for p, q in QUANTITIES if name in metrics_by_quantity(p)[q]]
        assert found == [(info.protocol, info.quantity)] and quantity_of(name, info.protocol) == info.quantity
        assert quantity_of(name, "another-v1") == ""


@pytest.mark.parametrize("protocol", NAMED)
def test_the_suites_of_the_two_named_protocols_are_their_metrics(protocol: str) -> None:
    metrics = {name for names in metrics_by_quantity(protocol).values() for name in names}
    assert set(suite_metrics(protocol.removesuffix("-v1"))) == metrics


def test_a_protocol_adds_rules_to_quantities_that_it_measures() -> None:
    for protocol in PROTOCOLS.values():
        assert set(protocol.rules) == set(metrics_by_quantity(protocol.id))
        assert protocol.failures and all(rule.pooling for rule in protocol.rules.values())


@pytest.mark.parametrize(("protocol", "quantity"), QUANTITIES)
def test_what_looks_at_pictures_declares_frames_crop_size_interpolation_and_colour(
    protocol: str, quantity: str
) -> None:
    for kind in extractors(protocol, quantity):
        assert kind.frames or kind.sound_rate or kind.face_tracker, f"{kind.name} neither sees nor hears"
        assert bool(kind.frames) == bool(kind.picture), kind.name
        if kind.picture is not None:
            assert kind.picture.crop and kind.picture.colour
            assert (kind.picture.antialiasing is None) == (kind.picture.interpolation == "")


@pytest.mark.parametrize(("protocol", "quantity"), QUANTITIES)
def test_what_hears_declares_its_rate(protocol: str, quantity: str) -> None:
    metrics = [METRICS.get(name) for name in metrics_by_quantity(protocol)[quantity]]
    for need in (need for metric in metrics for need in metric.info.parsed_needs):
        if need.role in ("speech", "emotional_cue", "neutral_cue"):
            assert extractors_of(metrics)[need.extractor].sound_rate == 16000


def test_every_judge_of_emotion_declares_its_classes() -> None:
    for kind in extractors("standard-v1", "emotion accuracy") + extractors("real-small-v1", "emotion accuracy"):
        assert len(kind.classes) >= 5 and set(kind.classes) <= set(BASIC_EMOTIONS)


def test_one_quantity_under_several_protocols_never_shares_a_metric() -> None:
    found = counterparts()
    assert set(NAMED) <= set(found["FID"]) and set(NAMED) <= set(found["sync confidence"])
    for metrics in found.values():
        assert len(set(metrics.values())) == len(metrics)
        for protocol, name in metrics.items():
            assert METRICS.get(name).info.protocol == protocol


def test_the_main_metric_of_a_quantity_is_the_first_that_is_declared() -> None:
    found = counterparts()
    assert found["FID"]["standard-v1"] == "fid_standard" and found["FID"]["puppets-v1"] == "frechet_face"
    assert found["emotion accuracy"] == {
        "cmet-author-v1": "emotion_accuracy_mead_author",
        "standard-v1": "emotion_accuracy_mead_standard",
        "puppets-v1": "emotion_accuracy",
        "puppets-author-v1": "emotion_accuracy_puppets_author",
        "real-small-v1": "emotion_accuracy_hsemotion",
        "hub-judge-v1": "emotion_accuracy_hub",
    }
    assert found["sync confidence"]["standard-v1"] == "lse_c_standard"
    assert found["identity"]["standard-v1"] == "csim_standard"


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
    assert {field.name for field in fields(Protocol)} == {"id", "title", "text", "rules", "failures"}
    assert {field.name for field in fields(Rule)} == {"pooling", "failures", "differs", "bias"}
