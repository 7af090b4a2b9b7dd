"""What the samples page shows, as pure functions of scores: which samples, how each method did, what judges saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from benchmark.analysis.failures import failed
from benchmark.analysis.roles import COMPETITOR
from benchmark.core.status import Status
from benchmark.results.judgements import JUDGEMENTS_FILE


def samples_of(scores: pd.DataFrame) -> pd.DataFrame:
    """One row a sample: sample_id, speaker, emotion, intensity, group, failures (methods that miss a number)."""
    facts = ["sample_id", "speaker", "emotion", "intensity", "group"]
    table = scores[facts].drop_duplicates("sample_id").astype({name: "str" for name in facts if name != "intensity"})
    missing = failed(scores).drop_duplicates(["sample_id", "method"])
    count = missing["sample_id"].astype("str").value_counts()
    table["failures"] = table["sample_id"].map(count).fillna(0).astype("int64")
    return table.sort_values("sample_id", ignore_index=True)


def grid(scores: pd.DataFrame, metric: str, methods: Sequence[str]) -> pd.DataFrame:
    """Numbers of one metric, a row a sample and a column a method; NaN where there is none."""
    part = scores[(scores["metric"] == metric) & scores["method"].isin(list(methods))]
    part = part.astype({"sample_id": "str", "method": "str"}).drop_duplicates(["sample_id", "method"])
    wide = part.pivot(index="sample_id", columns="method", values="value")
    return wide.reindex(columns=[name for name in methods if name in wide.columns])


def ordered(roles: Mapping[str, str]) -> list[str]:
    """Methods by name, floor and ceiling last; from method -> role."""
    return sorted(roles, key=lambda name: (roles[name] != COMPETITOR, name))


def seen_by_judges(folders: Sequence[tuple[str, Path]]) -> pd.DataFrame:
    """What the judges saw in each output: method, sample_id, emotion, seen, probability; no damaged files.

    Args:
        folders: method and its run folder.
    """
    tables = []
    for method, folder in folders:
        try:
            table = pd.read_csv(folder / JUDGEMENTS_FILE, dtype="str", keep_default_na=False, encoding="utf-8")
            table = table[table["status"] == Status.OK][["sample_id", "emotion", "judge", "seen", "probability"]]
        except (OSError, ValueError, KeyError):
            continue
        tables.append(table.assign(method=method, probability=pd.to_numeric(table["probability"], errors="coerce")))
    if not tables:
        return pd.DataFrame(columns=["sample_id", "emotion", "judge", "seen", "probability", "method"])
    return pd.concat(tables, ignore_index=True)
