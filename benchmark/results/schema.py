"""The schema of a run's files: `run.json`, `scores.parquet`, `summary.csv`. Columns as data, checked by one validator.

`docs/reference/results_schema.md` is generated from this file. `SCHEMA_VERSION` moves when a column appears, goes, or
changes its meaning; a reader refuses a version it does not know.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from benchmark.core.types import EMOTIONS, SAMPLE_ID

SCHEMA_VERSION = 2

Kind = Literal["string", "int64", "float64"]

STATUS = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""Form of a status: a word of `benchmark.core.status.Status`, or one that a method or metric from outside brings."""

LEFT_OUT_WORDS = "left out, as they show no face: "
"""How the reason beside a number begins: the only thing that is said of a row whose status is `ok`."""

RUN_STATUSES = ("started", "complete", "failed")
GROUPS = ("basic", "extended")
GROUPINGS = ("all", "group", "emotion", "intensity", "speaker")

UNIT_RANGES: dict[str, tuple[float, float]] = {
    "%": (0.0, 100.0),
    "% of clips": (0.0, 100.0),
    "probability": (0.0, 1.0),
    "fraction": (0.0, 1.0),
    "cosine": (-1.0, 1.0),
}
"""Smallest and largest value that a unit allows. Units that are not named here are unbounded."""


def range_of(card: Mapping[str, Any]) -> tuple[float, float]:
    """Least and greatest value of a metric: by its unit, and by the bounds that its card states, null for none."""
    low, high = UNIT_RANGES.get(str(card["unit"]), (-math.inf, math.inf))
    stated = card.get("bounds") or (None, None)
    return (
        max(low, -math.inf if stated[0] is None else float(stated[0])),
        min(high, math.inf if stated[1] is None else float(stated[1])),
    )


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    meaning: str
    nullable: bool = False
    legal: tuple[str, ...] = ()
    """The only values allowed; empty: any."""
    pattern: re.Pattern[str] | None = None
    """What every value must match in full."""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Field:
    """One field of `run.json`."""

    name: str
    kind: type | tuple[type, ...]
    meaning: str
    required: bool = True
    legal: tuple[object, ...] = ()


SCORES: tuple[Column, ...] = (
    Column("run_id", "string", "The run; the same in every row."),
    Column("method", "string", "Name of the method; the same in every row."),
    Column("dataset", "string", "Name of the dataset; the same in every row."),
    Column("split", "string", "Name of the split; the same in every row."),
    Column("sample_id", "string", "The sample's id, unique in its split.", pattern=SAMPLE_ID),
    Column("speaker", "string", "Who is seen: the cluster of every interval."),
    Column("emotion", "string", "Target emotion.", legal=EMOTIONS),
    Column("source_emotion", "string", "Emotion of the source.", legal=EMOTIONS),
    Column("group", "string", "basic: MEAD's eight emotions; extended: the other six.", legal=GROUPS),
    Column("intensity", "int64", "Level 1 to 3 of the target emotion; 0 where the corpus has none.", low=0, high=3),
    Column("metric", "string", "Name of the metric."),
    Column("protocol", "string", "The named protocol of the number: variant, weights, crop, rate, pooling."),
    Column("unit", "string", "Unit of `value`; empty: a pure number."),
    Column("value", "float64", "The number, finite; null where there is none.", nullable=True),
    Column("status", "string", "`ok`, or a snake_case word that says why there is no number.", pattern=STATUS),
    Column(
        "reason",
        "string",
        "The same in words, with what to do; where the status is `ok`, empty or what was left out of the number.",
    ),
)
"""One row for each planned sample and each per-sample metric."""

SCORES_KEY = ("sample_id", "metric", "protocol")

SUMMARY: tuple[Column, ...] = (
    Column("method", "string", "Name of the method."),
    Column("dataset", "string", "Name of the dataset."),
    Column("split", "string", "Name of the split."),
    Column("metric", "string", "Name of the metric."),
    Column("protocol", "string", "The named protocol of the number."),
    Column("unit", "string", "Unit of `value`, `ci_low` and `ci_high`; empty: a pure number."),
    Column("group", "string", "What the samples were grouped by; `all`: no grouping.", legal=GROUPINGS),
    Column("group_value", "string", "The group, such as `happy`; `all` where `group` is `all`."),
    Column("value", "float64", "The mean over scored samples, or the set's value; null: no number.", nullable=True),
    Column("ci_low", "float64", "Lower end of the interval; null where it is undefined.", nullable=True),
    Column("ci_high", "float64", "Upper end of the interval; null where it is undefined.", nullable=True),
    Column(
        "ci_level", "float64", "Level of the interval, 0.95; null where there is none.", nullable=True, low=0, high=1
    ),
    Column(
        "ci_method",
        "string",
        "How the interval was made; empty where there is none. A share: `beta_binomial`; another mean: "
        "`cr2_t_floored`; a set's number: `cluster_bootstrap_t`, with `_exact` where all resamples were taken. Runs "
        "before statistics version 4: `cr2_t` and `cluster_bootstrap_centred`. See docs/concepts/statistics.md.",
    ),
    Column("n_scored", "int64", "Samples that have a number.", low=0),
    Column("n_planned", "int64", "Samples that were planned.", low=0),
    Column("clusters", "int64", "Speakers among the scored samples; fewer than two: no interval.", low=0),
    Column("status", "string", "`ok`, or the commonest reason why there is no number.", pattern=STATUS),
    Column("reason", "string", "The same in words; empty where the status is `ok`."),
)
"""One row for each metric and group of samples."""

SUMMARY_KEY = ("method", "dataset", "split", "metric", "protocol", "group", "group_value")

RUN: tuple[Field, ...] = (
    Field("schema_version", int, "Version of this schema.", legal=(SCHEMA_VERSION,)),
    Field("run_id", str, "Deterministic: the beginning of the plan's fingerprint."),
    Field("status", str, "How far the run came.", legal=RUN_STATUSES),
    Field("method", dict, "The method card: name, title, version, cue, paper, year, code, licence, trained_on."),
    Field("dataset", str, "Name of the dataset."),
    Field("split", str, "Name of the split."),
    Field("split_sha256", str, "Hash of the split: its samples and their cues.", required=False),
    Field("plan", dict, "The whole plan as it was written down before anything ran."),
    Field("fingerprints", dict, "generation, extraction and scoring keys, chained."),
    Field("metrics", list, "Metric cards: name, title, unit, higher_is_better, level, protocol, version."),
    Field("counts", dict, "planned, generated, scored: whole numbers; failed: status -> number of samples."),
    Field(
        "samples",
        list,
        "One object a sample: id, source, target, output (paths under the root, or null), cue (what told the method).",
    ),
    Field("files", dict, "sha256 of every other file of the folder, as the run left it.", required=False),
    Field("weights", list, "Checkpoints that were loaded: name, sha256, licence.", required=False),
    Field("code", dict, "version, commit, dirty.", required=False),
    Field("environment", dict, "python, platform, package versions.", required=False),
    Field("machine", dict, "device, batch size, workers: what may not change a number.", required=False),
    Field("timing", dict, "started, finished (ISO 8601, UTC) and seconds of each stage.", required=False),
    Field(
        "provenance",
        dict,
        "command, seeds, dataset, protocols, options, gpu; generated and scored: by whom, when, at which commit.",
        required=False,
    ),
    Field("warnings", list, "Sentences that a reader of the numbers should know.", required=False),
    Field("error", (str, type(None)), "One line: why the run failed.", required=False),
)
"""Fields of run.json. Further fields are allowed."""

METRIC_CARD = ("name", "title", "unit", "higher_is_better", "level", "protocol", "version")
SAMPLE_CARD = ("id", "source", "target", "output")
