"""What every registered method, dataset, metric and extractor promises. A newcomer is tested the day it is added."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from benchmark.checkpoints import VARIABLE
from benchmark.datasets import DATASETS
from benchmark.errors import MissingRequirement, UsageError
from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.extractors.base import Extractor, Footage, PairExtractor, SetExtractor
from benchmark.fingerprint import fingerprint
from benchmark.harness.plan import extractors_of
from benchmark.method import METHODS, CueKind, Method
from benchmark.metrics import METRICS
from benchmark.metrics.base import Metric
from benchmark.protocols import PROTOCOLS
from weights.record import Checkpoint

NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_record(checkpoint: Checkpoint) -> None:
    assert checkpoint.name and checkpoint.address and checkpoint.licence and checkpoint.belongs_to
    assert checkpoint.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", checkpoint.sha256)
    assert checkpoint.size is None or checkpoint.size > 0


@pytest.mark.parametrize("name", METRICS.names())
def test_a_metric_says_what_it_is(name: str) -> None:
    metric = METRICS.get(name)
    assert isinstance(metric, Metric) and metric.info.name == name and NAME.fullmatch(name)
    assert metric.info.title and metric.info.version and (metric.info.needs or metric.info.level == "cost")
    assert metric.info.protocol in PROTOCOLS, "a metric names a protocol of benchmark/protocols.py"
    extractors_of([metric])  # every need exists
    assert metric.function.__doc__, "what it computes, in words"


@pytest.mark.parametrize("name", EXTRACTORS.names())
def test_an_extractor_says_what_it_is(name: str) -> None:
    kind = EXTRACTORS.get(name)
    assert issubclass(kind, (Extractor, PairExtractor, SetExtractor)) and kind.name == name and NAME.fullmatch(name)
    assert kind.version and kind.provides and len(set(kind.provides)) == len(kind.provides)
    assert all(NAME.fullmatch(feature) for feature in kind.provides)
    assert not kind.face_tracker or kind.face_tracker in FACE_TRACKERS
    for checkpoint in kind.checkpoints:
        check_record(checkpoint)


@pytest.mark.parametrize("name", [*EXTRACTORS.names(), *(f"face tracker {name}" for name in FACE_TRACKERS.names())])
def test_without_its_weights_an_extractor_says_where_to_get_them(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    kind = FACE_TRACKERS.get(name.split()[-1]) if name.startswith("face tracker") else EXTRACTORS.get(name)
    try:
        kind().load("cpu", {"batch_size": 2, "weights": tmp_path})
    except MissingRequirement as error:
        assert "get it from" in str(error) or "install" in str(error)
    else:
        assert all(checkpoint.directory is not None for checkpoint in kind.checkpoints), "loaded without its weights?"


@pytest.mark.parametrize("name", FACE_TRACKERS.names())
def test_a_face_tracker_says_what_it_is(name: str) -> None:
    kind = FACE_TRACKERS.get(name)
    assert kind.name == name and kind.version
    for checkpoint in kind.checkpoints:
        check_record(checkpoint)


@pytest.mark.parametrize("name", METHODS.names())
def test_a_method_says_what_it_is(name: str) -> None:
    kind = METHODS.get(name)
    assert issubclass(kind, Method) and kind.info.name == name
    assert kind.info.title and kind.info.version and kind.info.cue in get_args(CueKind)
    for checkpoint in kind.info.checkpoints:
        check_record(checkpoint)


@pytest.mark.parametrize("name", METHODS.names())
def test_a_method_refuses_an_option_it_does_not_have(name: str) -> None:
    with pytest.raises(UsageError, match="no_such_option"):
        METHODS.get(name)().load("cpu", {"no_such_option": 1})


@pytest.mark.parametrize("name", DATASETS.names())
def test_a_dataset_says_what_it_is(name: str) -> None:
    kind = DATASETS.get(name)
    assert kind.name == name and kind.title and kind.version and kind.licence
    assert kind().splits()


@pytest.mark.parametrize("split", DATASETS.get("puppets")().splits())
def test_a_split_has_unique_ids_and_a_hash(split: str) -> None:
    dataset = DATASETS.get("puppets")()
    ids = dataset.sample_ids(split)
    assert ids and len(set(ids)) == len(ids)
    assert dataset.split_sha256(split) == dataset.split_sha256(split) != fingerprint(ids)


def test_footage_is_decoded_once_and_its_errors_are_remembered(tmp_path: Path) -> None:
    from benchmark.errors import SampleError
    from media.clip import Clip
    from media.video import write_clip

    path = tmp_path / "a.mp4"
    write_clip(path, Clip(np.zeros((2, 16, 16, 3), np.uint8), 25.0))
    footage = Footage(path)
    assert footage.clip is footage.clip
    missing = Footage(tmp_path / "b.mp4")
    for _ in range(2):
        with pytest.raises(SampleError) as caught:
            _ = missing.clip
        assert caught.value.status == "missing_file"
