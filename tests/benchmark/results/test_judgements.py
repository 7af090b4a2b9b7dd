"""Judgements come back as written, and confusion matrices follow from them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmark.results.judgements import confusion, read_judgements, write_judgements
from benchmark.results.store import ResultsError


def table() -> pd.DataFrame:
    rows = [
        ("a", "P1", "happy", 1, "happy", "ok"),
        ("b", "P1", "happy", 2, "sad", "ok"),
        ("c", "P2", "sad", 2, "", "no_face"),
    ]
    return pd.DataFrame(
        [
            {
                "sample_id": id_, "speaker": speaker, "emotion": emotion, "group": "basic", "intensity": level,
                "judge": "puppets", "protocol": "puppets-v1", "seen": seen,
                "probability": 0.5 if seen else None, "status": status, "reason": "",
            }
            for id_, speaker, emotion, level, seen, status in rows
        ]
    )  # fmt: skip


def test_what_was_written_is_read_and_counted(tmp_path: Path) -> None:
    write_judgements(tmp_path, table())
    read = read_judgements(tmp_path)
    assert list(read["sample_id"]) == ["a", "b", "c"] and read["probability"].isna().tolist() == [False, False, True]
    counts = confusion(read, "puppets")
    assert counts.loc["happy", "happy"] == 1 and counts.loc["happy", "sad"] == 1 and counts.to_numpy().sum() == 2
    assert confusion(read, "puppets", {"intensity": 2}).to_numpy().tolist() == [[1]]
    assert confusion(read, "puppets", {"speaker": "P2"}).empty


def test_a_run_without_the_file_has_an_empty_table(tmp_path: Path) -> None:
    assert read_judgements(tmp_path).empty and "seen" in read_judgements(tmp_path)


def test_doubled_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="two rows"):
        write_judgements(tmp_path, pd.concat([table(), table()]))
