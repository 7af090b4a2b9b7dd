"""Numbers that papers print for MEAD and CREMA-D: one CSV a source, read by `read_paper_reported`.

They are shown apart from measured runs, marked, and never ranked with them: one method's numbers on one dataset differ
by a factor of four between papers (EAT on MEAD: FID 21.5 to 91.0), because each measures otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmark.core.errors import UsageError, one_line
from benchmark.core.types import EMOTIONS

FOLDER = Path(__file__).parent

COLUMNS: dict[str, str] = {
    "paper": "Who prints the number.",
    "venue": "Where the paper appeared; empty: not known.",
    "address": "arXiv number or the like; empty: not known.",
    "table": "Where in the paper.",
    "dataset": "mead or crema_d.",
    "method": "Whose number it is, in the paper's words.",
    "cue": "none, label, audio, image; empty: not known.",
    "group": "all, or one emotion.",
    "metric": "What was measured; other papers' metrics of this name are other metrics.",
    "value": "The number as printed.",
    "unit": "Its unit; empty: a pure number.",
    "protocol": "How it was measured, as far as known.",
    "source": "How the number came here.",
}
DATASETS = ("mead", "crema_d")
CUES = ("", "none", "label", "audio", "image")
NEEDED = ("paper", "dataset", "method", "group", "metric", "value", "protocol", "source")


def read_paper_reported(folder: Path = FOLDER) -> pd.DataFrame:
    """All rows of all files: the columns of `COLUMNS`, `value` float64, and `file`, the CSV's stem.

    Raises:
        UsageError: a file breaks the rules; the message names file and line.
    """
    tables = []
    for path in sorted(folder.glob("*.csv")):
        try:
            table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
        except (OSError, ValueError) as error:
            raise UsageError(f"{path.name}: {one_line(error)}") from error
        if list(table.columns) != list(COLUMNS):
            raise UsageError(f"{path.name}: columns must be {', '.join(COLUMNS)}")
        for number, row in enumerate(table.to_dict("records"), start=2):
            if problem := fault({str(k): str(v) for k, v in row.items()}):
                raise UsageError(f"{path.name}, line {number}: {problem}")
        tables.append(table.assign(value=table["value"].astype("float64"), file=path.stem))
    if not tables:
        return pd.DataFrame(columns=[*COLUMNS, "file"])
    rows = pd.concat(tables, ignore_index=True)
    doubled = rows.duplicated(["paper", "table", "dataset", "method", "group", "metric"])
    if doubled.any():
        first = rows[doubled].iloc[0]
        raise UsageError(f"{first['file']}.csv: {first['method']}, {first['metric']} on {first['dataset']} given twice")
    return rows


def fault(row: dict[str, str]) -> str:
    """What is wrong with a row; empty: nothing."""
    for name in NEEDED:
        if not row[name].strip():
            return f"no {name}"
    if row["dataset"] not in DATASETS:
        return f"dataset must be one of {', '.join(DATASETS)}, got '{row['dataset']}'"
    if row["cue"] not in CUES:
        return f"cue must be one of {', '.join(CUES[1:])}, got '{row['cue']}'"
    if row["group"] != "all" and row["group"] not in EMOTIONS:
        return f"group must be all or an emotion, got '{row['group']}'"
    try:
        finite = math.isfinite(float(row["value"]))
    except ValueError:
        finite = False
    if not finite:
        return f"value must be a number, got '{row['value']}'"
    return ""


def of_dataset(rows: pd.DataFrame, dataset: str, metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """The overall rows of a dataset as a table: one line a paper and method, one column a metric, as printed."""
    part = rows[(rows["dataset"] == dataset) & (rows["group"] == "all")]
    if metrics is not None:
        part = part[part["metric"].isin(metrics)]
    wide = part.pivot_table(
        index=["paper", "table", "method", "cue", "protocol", "source"], columns="metric", values="value", sort=False
    )
    return wide.reset_index().rename_axis(columns=None)
