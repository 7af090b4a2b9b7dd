"""A chunk in a worker: its run is opened once, a sample is announced before it is touched, errors travel as words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.core.errors import MissingCheckpoint
from benchmark.harness.executors.base import Chunk
from benchmark.harness.executors.task import error_payload, open_context, run_chunk
from tests.benchmark.harness.contexts import toy_config

SAMPLES = ("S1_happy", "S1_sad", "S1_sarcastic")


def test_a_chunk_announces_every_sample_and_loads_the_method_once(tmp_path: Path, calls) -> None:
    chunk, sent = Chunk(toy_config(tmp_path, "toy_level", "method.fail=S1_sad"), "generate", SAMPLES), []
    outcomes = run_chunk(chunk, lambda event, content: sent.append((event, content)))
    assert sent == [("begin", (name, 1)) for name in SAMPLES]
    assert [outcome.status for outcome in outcomes] == ["ok", "too_dark", "ok"]
    assert all(outcome.cached and outcome.seconds > 0 for outcome in outcomes)
    run_chunk(replace(chunk, samples=("S2_sad",)))
    assert calls().count("load toy") == 1
    assert open_context(chunk) is open_context(replace(chunk, stage="extract"))


def test_a_crash_is_no_answer_that_the_cache_keeps(tmp_path: Path) -> None:
    chunk = Chunk(toy_config(tmp_path, "toy_level", "method.crash=S1_sad"), "generate", SAMPLES)
    outcomes = {outcome.sample: outcome for outcome in run_chunk(chunk)}
    assert outcomes["S1_sad"].status == "method_failed" and not outcomes["S1_sad"].cached
    assert outcomes["S1_happy"].cached


def test_a_worker_writes_no_journal_and_no_results(tmp_path: Path) -> None:
    config = toy_config(tmp_path)
    run_chunk(Chunk(config, "generate", SAMPLES))
    run_chunk(Chunk(config, "extract", SAMPLES))
    assert not (tmp_path / "results").exists()
    assert len(list((tmp_path / "cache" / "features").glob("brightness-*/*/*.npz"))) == 3


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MissingCheckpoint("missing:\nx.pt"), {"kind": "MissingCheckpoint", "text": "missing: x.pt", "full": False}),
        (ZeroDivisionError("by zero"), {"kind": "", "text": "by zero", "full": False}),
    ],
)
def test_an_error_travels_as_its_kind_and_one_line(error: Exception, expected: dict[str, object]) -> None:
    assert error_payload(error) == expected
