"""The self-test's report: verdicts, curves with their intervals as tables, and one picture."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmark.metrics import METRICS
from benchmark.selftest.chart import Panel
from benchmark.selftest.damage import DAMAGES
from benchmark.selftest.expected import judge, measure_spans


def verdicts(curves: pd.DataFrame) -> pd.DataFrame:
    """One row an expectation (or a curve without): metric, protocol, damage, expected, found, holds."""
    reach = measure_spans(curves)
    rows = []
    for (damage, metric), curve in curves.groupby(["damage", "metric"], sort=False):
        points = curve.sort_values("strength")
        info = METRICS.get(str(metric)).info
        strengths, values = points["strength"].tolist(), points["value"].tolist()
        for verdict in judge(
            str(metric), str(damage), strengths, values, info.higher_is_better, reach.get(str(metric), np.nan)
        ):
            rows.append((metric, info.protocol, damage, verdict.expected, verdict.found, verdict.holds))
    return pd.DataFrame(rows, columns=["metric", "protocol", "damage", "expected", "found", "holds"])


def panels(curves: pd.DataFrame, judged: pd.DataFrame) -> list[Panel]:
    """The curves that have an expectation of direction or amount and a value at every strength."""
    drawn = []
    directed = judged[judged["holds"].notna() & (judged["expected"] != "unaffected")]
    for (metric, damage), rows in directed.groupby(["metric", "damage"], sort=False):
        curve = curves[(curves["metric"] == metric) & (curves["damage"] == damage)].sort_values("strength")
        kind = DAMAGES.get(str(damage))
        drawn.append(
            Panel(
                metric=str(metric),
                damage=f"{kind.title}, {kind.unit}",
                strengths=curve["strength"].tolist(),
                values=curve["value"].tolist(),
                low=curve["ci_low"].tolist(),
                high=curve["ci_high"].tolist(),
                holds=bool(rows["holds"].all()),
                expected=" and ".join(str(e).split(":")[0] for e in rows["expected"]),
            )
        )
    return drawn


def markdown(curves: pd.DataFrame, judged: pd.DataFrame, scope: str) -> str:
    """The report. `scope`: a sentence that says how many clips and speakers it is about."""
    stated = judged[judged["expected"] != ""]
    known = stated[stated["holds"].notna()]
    lines = ["# Metrics under controlled damage", "", scope, "", "![Curves](curves.png)", ""]
    lines += [
        f"{int(known['holds'].sum())} of {len(known)} expectations hold; {len(stated) - len(known)} have no value.",
        "",
    ]
    lines += ["## What was expected", "", "| metric | damage | expected | found | holds |", "|---|---|---|---|---|"]
    for row in stated.to_dict("records"):
        holds = "no value" if row["holds"] is None or pd.isna(row["holds"]) else "yes" if row["holds"] else "**no**"
        cells = (f"`{row['metric']}` [{row['protocol']}]", row["damage"], row["expected"], row["found"], holds)
        lines.append("| " + " | ".join(cells) + " |")
    lines.append("")
    for name, part in curves.groupby("damage", sort=False):
        damage = DAMAGES.get(str(name))
        lines += [f"## {damage.title} ({damage.unit})", ""]
        lines += ["| metric | " + " | ".join(f"{s:g}" for s in damage.strengths) + " | n | curve |"]
        lines += ["|---|" + "---:|" * len(damage.strengths) + "---:|---|"]
        for metric, curve in part.groupby("metric", sort=False):
            info = METRICS.get(str(metric)).info
            found = judged[(judged["metric"] == metric) & (judged["damage"] == name)]["found"].iloc[0]
            points = curve.sort_values("strength")
            values = " | ".join(
                _cell(*triple) for triple in zip(points["value"], points["ci_low"], points["ci_high"], strict=True)
            )
            scored = f"{curve['n_scored'].min()}/{curve['n_planned'].max()}"
            lines.append(f"| `{metric}` [{info.protocol}] {info.unit} | {values} | {scored} | {found} |")
        lines.append("")
    return "\n".join(lines)


def _cell(value: float, low: float, high: float) -> str:
    if pd.isna(value):
        return "-"
    return f"{value:.4g}" if pd.isna(low) else f"{value:.4g} [{low:.3g}, {high:.3g}]"
