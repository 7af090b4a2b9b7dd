"""The board's filters, in the sidebar and in the address: group of samples, methods, metrics, facts of methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from benchmark.analysis import format
from benchmark.analysis.evidence import Facts
from benchmark.analysis.roles import COMPETITOR
from benchmark.analysis.table import Table
from leaderboard import text
from leaderboard.data import judge_names
from leaderboard.page import PageContext
from leaderboard.rows import choose, competing, groupings
from leaderboard.widgets import choice, choices, multiselect_if_many

OF_METRICS = ("protocol", "judge")
"""Filters that leave out rows of floor and ceiling too; the others are facts of a method."""


@dataclass(frozen=True)
class Filters:
    """What a reader has chosen."""

    grouping: tuple[str, str]
    methods: Sequence[str]
    metrics: Sequence[str]
    facts: Mapping[str, Sequence[str]]
    """Column of the rows -> its values that are shown."""

    def rows(self, page: PageContext) -> pd.DataFrame:
        """The rows that are chosen. Floor and ceiling stay whatever methods are."""
        rows = choose(page.rows, page.dataset, page.split, self.grouping, self.methods)
        rows = rows[rows["metric"].isin(self.metrics)]
        for column, values in self.facts.items():
            fits = rows[column].isin(values)
            rows = rows[fits if column in OF_METRICS else fits | (rows["role"] != COMPETITOR)]
        return rows

    def table(self, page: PageContext, search: str = "") -> Table:
        """The table that is chosen. Floor and ceiling stay whatever methods are, and whatever is searched for."""
        rows = self.rows(page)
        words = search.strip().lower()
        methods = [
            method
            for method, title, facts in zip(rows["method"], rows["title"], rows["facts"], strict=True)
            if words in f"{method} {title} {facts}".lower()
        ]
        return page.opened.table(self.grouping).chosen(methods=methods, keep=self._keeps)

    def _keeps(self, facts: Facts) -> bool:
        """Whether a measure is chosen: by its name, protocol and judges."""
        return (
            facts.measure.metric in self.metrics
            and facts.measure.protocol in self.facts["protocol"]
            and judge_names(facts.judges) in self.facts["judge"]
        )

    def key(self) -> tuple[object, ...]:
        """The same for the same choice."""
        facts = (f"{column}={value}" for column, values in self.facts.items() for value in values)
        return (self.grouping, tuple(self.methods), tuple(self.metrics), *facts)


def ask(page: PageContext) -> Filters:
    """Show the filters and return what is chosen."""
    metric_titles = dict(zip(page.rows["metric"], page.rows["metric_title"], strict=True))
    method_titles = dict(zip(page.rows["method"], page.rows["title"], strict=True))
    groups = {f"{grouping}:{value}": (grouping, value) for grouping, value in groupings(page.rows)}
    own_rows = competing(page.rows)
    with st.sidebar:
        group = choice(text.GROUP, list(groups), "group", shown=lambda key: format.group(*groups[key]))
        own = list(dict.fromkeys(own_rows["method"]))
        methods = choices(text.METHODS, own, "methods", shown=method_titles.__getitem__, help=text.METHODS_HELP)
        metrics = choices(text.METRICS, list(metric_titles), "metrics", shown=metric_titles.__getitem__)
        facts = {
            column: multiselect_if_many(label, sorted(rows[column].unique()), column)
            for label, column, rows in (
                (text.FAMILY, "family", own_rows),
                (text.YEAR, "year", own_rows),
                (text.LICENCE, "licence", own_rows),
                (text.PROTOCOL, "protocol", page.rows),
                (text.JUDGE, "judge", page.rows),
            )
        }
    return Filters(groups[group], methods, metrics, facts)
