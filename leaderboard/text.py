"""Every sentence that the leaderboard shows."""

from __future__ import annotations

TITLE = "Emotion Edit Benchmark"
CLAIM = "Which method edits emotion in talking-face video best? Measured, with intervals, by one harness for all."

BOARD = "Board"
SAMPLES = "Samples"
RUNS = "Runs"

DATASET = "Dataset"
SPLIT = "Split"
GROUP = "Samples of"
METHODS = "Methods"
METHODS_HELP = "Floor and ceiling stay in every table: no score means much without them."
METRICS = "Metrics"
METRIC = "Metric"
SAMPLE = "Sample"
ONLY_FAILURES = "Only samples on which a method misses a number"
EMOTION = "Target emotion"
ANY = "any"

OVERVIEW = "Overview"
ALL_ROWS = "All numbers"
DOWNLOAD = "Download as CSV"

LEGEND = (
    "<b>Best</b> and <u>second</u> of each column; ▲ higher, ▼ lower is better. In small print: the interval, speakers "
    "being the clusters. Floor (the unedited source) and ceiling (the real video) frame the table and are not ranked; "
    "neither is a method that was not scored on every sample that could be scored."
)
FEW_SPEAKERS = "Intervals rest on {clusters} speakers. With so few, they hold the truth less often than they say."
OLDER = "Where a method has several runs, the one with most samples counts, then the newest. All are under Runs."
RANKS = (
    "Rank: the best and the worst that the tests of benchmark.compare leave open (Holm over all pairs and all "
    "per-sample metrics shown)."
)
VERIFIED = "verified only"
VERIFIED_HELP = "Traceable: made at a known, unchanged commit, and every file of the run is the one that it left."
TO_SAMPLES = "to the samples behind this number"
PROTOCOL = "Protocol"
JUDGE = "Judge"
FAMILY = "Family"
YEAR = "Year"
LICENCE = "Licence"
SORT = "Sort by"
BY_TITLE = "name"
SEARCH = "Search"
SEARCH_HINT = "method, family, licence"
MORE_FILTERS = "More filters"
DOWNLOAD_LATEX = "LaTeX"
DOWNLOAD_PNG = "PNG"
SEEDED = (
    "These are the results that ship: real runs on the embedded corpus of drawn faces. Show your own with "
    "`python -m leaderboard --results DIR`."
)
PAPERS = "Printed by papers, not measured here"
PAPERS_NOTE = (
    "Other samples, other judges, other code: one method's numbers differ by a factor of four between papers. They are "
    "never ranked and never to be compared with the table above."
)
MOCK = "mock"
MOCK_HELP = "A mock run: the harness was tried without the method. Its numbers mean nothing."
FLOOR = "floor"
CEILING = "ceiling"

NO_RESULTS = "No results yet"
NO_FOLDER = "The folder `{folder}` does not exist."
EMPTY_FOLDER = "The folder `{folder}` holds no complete run."
FIRST_STEPS = (
    "Make some:\n\n```\npython -m benchmark.run --method source_copy,ground_truth,cmet\n```\n\n"
    "or show another folder: `python -m leaderboard --results DIR` (or the environment variable `BENCHMARK_RESULTS`)."
)
BROKEN = "{count} of the runs here can't be read; the others are shown. See the page Runs."
UNFINISHED = "{count} of the runs here did not finish and are not in the table. See the page Runs."
NOT_MEASURED = "Not measured:"
NO_ROWS = "Nothing is left with these filters."
NO_SAMPLES = "No sample is left with these filters."
NO_VIDEO = "No video: {reason}."
SOURCE = "Source"
TARGET = "Target (real video)"
SAMPLE_FACTS = "Speaker **{speaker}**, edited to **{emotion}**{level}. {failures}"
LEVEL = ", level {level}"
NO_FAILURES = "Every method has all its numbers."
SOME_FAILURES = "Methods that miss a number on it: {failures}."

BROKEN_HEAD = "Runs that can't be read"
UNFINISHED_HEAD = "Runs that did not finish"
COMPLETE_HEAD = "Complete runs"
