"""Numbers that papers print for the report's dataset: beside the measured ones, marked, never in the same table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from benchmark.results.paper_reported import of_dataset, read_paper_reported

MARK = "†"
NOTE = (
    f"{MARK} Printed by papers, not measured here: other samples, other judges, other code. Not ranked, and not to be "
    "compared with the tables above or with each other."
)


@dataclass(frozen=True)
class PaperTable:
    """What one paper prints in one place."""

    paper: str
    table: str
    protocol: str
    """How it was measured, as far as known."""
    source: str
    """How the numbers came here."""
    metrics: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Method, cue, numbers as text; "" where the paper prints none."""

    @property
    def title(self) -> str:
        """Paper and place, such as "C-MET, Table 1"."""
        return ", ".join(part for part in (self.paper, self.table) if part)


def paper_tables(dataset: str) -> list[PaperTable]:
    """All tables of a dataset, in the order of their files; none where no paper reports it."""
    wide = of_dataset(read_paper_reported(), dataset)
    if wide.empty:
        return []
    key = ["paper", "table", "protocol", "source"]
    metrics = [str(name) for name in wide.columns if name not in (*key, "method", "cue")]
    found = []
    for values, part in wide.groupby(key, sort=False, dropna=False):
        paper, table, protocol, source = (str(value) for value in values)
        own = tuple(name for name in metrics if part[name].notna().any())
        rows = tuple(
            (f"{row['method']}{MARK}", str(row["cue"]), tuple(_text(row[name]) for name in own))
            for row in part.to_dict("records")
        )
        found.append(PaperTable(paper, table, protocol, source, own, rows))
    return found


def _text(value: object) -> str:
    number = float(str(value))
    return "" if pd.isna(number) else f"{number:.10g}"
