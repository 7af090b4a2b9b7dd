"""Every shipped split has its question, of metrics that exist and that its dataset can have."""

from __future__ import annotations

import pytest

from benchmark.datasets import DATASETS
from benchmark.metrics import METRICS
from benchmark.metrics.base import CORPORA
from benchmark.protocols.questions import QUESTIONS, question_of
from benchmark.puppets.plan import SPLITS

ALL = [(dataset, split, asked) for dataset, splits in QUESTIONS.items() for split, asked in splits.items()]


@pytest.mark.parametrize(("dataset", "split", "asked"), ALL, ids=[f"{dataset}-{split}" for dataset, split, _ in ALL])
def test_a_question_is_of_metrics_that_can_answer_it(dataset: str, split: str, asked: object) -> None:
    question = question_of(dataset, split)
    assert question is asked and question is not None and question.why
    assert not set(question.primary) & set(question.secondary) and len(question.primary) <= 1
    for name in (*question.primary, *question.secondary):
        info = METRICS.get(name).info
        assert info.corpus in ("", CORPORA.get(dataset, "")), name
        assert info.level == "sample" or name not in question.primary


@pytest.mark.parametrize("name", [name for name in DATASETS.names() if name != "clips"])
def test_every_shipped_dataset_has_one(name: str) -> None:
    assert question_of(name, "any split") is not None


@pytest.mark.parametrize("split", [split for split in SPLITS if split.startswith("extended")])
def test_emotions_without_a_class_are_not_asked_for_accuracy(split: str) -> None:
    asked, basic = question_of("puppets", split), question_of("puppets", "test")
    assert asked is not None and basic is not None
    assert "emotion_accuracy" in basic.secondary and "emotion_accuracy" not in asked.secondary


def test_a_dataset_of_ones_own_has_none() -> None:
    assert question_of("clips", "mine") is None
