"""Every sentence that the leaderboard shows."""

from __future__ import annotations

import re


def plain(words: str) -> str:
    """Somebody else's words inside Markdown, as they are written: no markup, no links."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$:-])", r"\\\1", words)


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
ONLY_BEST = "Charts show the {drawn} best of {count} methods by their metric; the table has all."
OLDER = "Where a method has several runs, the one with most samples counts, then the newest. All are under Runs."
RANKS = (
    "Rank: the best and the worst that the split's tests leave open: all pairs of ranked methods by its primary "
    "metric, adjusted together (Holm), whatever is shown here; * differs significantly from the best. Other metrics "
    "are exploratory and give no ranks."
)
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
LEFT_OUT = "{method} is in no table of this split: {reason}."
NO_ROWS = "Nothing is left with these filters."
NO_SAMPLES = "No sample is left with these filters."
SOURCE = "Source"
TARGET = "Target (real video)"
SAMPLE_FACTS = "Speaker **{speaker}**, edited to **{emotion}**{level}. {failures}"
LEVEL = ", level {level}"
NO_FAILURES = "Every method has all its numbers."
SOME_FAILURES = "Methods that miss a number on it: {failures}."

BROKEN_HEAD = "Runs that can't be read"
UNFINISHED_HEAD = "Runs that did not finish"
COMPLETE_HEAD = "Complete runs"

SAMPLES_HINT = "{count} samples; numbers: {metric}. Choose a row to see its clips."
SEEN = "seen as {seen} ({share:.0%})"
SCORES = "Scores"
CURVES = "Over time"
CURVES_NOTE = "What was seen in each frame that was looked at, before any number was made of it. {origin}."

VOTES = "Votes"
VOTE_NOW = "Vote"
VOTE_RESULTS = "Results"
VOTE_INTRO = (
    "You will see {count} pairs of clips, without names and in random order. For each, say which shows the named "
    "emotion better, and which looks more natural. It takes about five minutes. Nothing about you is kept "
    "but a random number."
)
BEGIN = "Begin"
VOTE_WATCH = "Watch both. The emotion is **{emotion}**."
LEFT = "Left"
RIGHT = "Right"
SAME = "No difference"
ASK_EMOTION = "Which shows **{emotion}** better?"
ASK_NATURAL = "Which looks more natural?"
SEND = "Send and go on"
BOTH = "Please answer both questions."
UNDO = "Take the last answer back"
PROGRESS = "{done} of {all}"
THANKS = "That was all. Thank you!"
RATER_NOTE = "Your number is {rater}; the address of this page brings you back to where you are."
NOTHING_TO_VOTE = "No sample of this split has clips of two methods here."
NO_VOTES = "No votes yet."
QUESTION = "Question"
QUESTION_NAMES = {"emotion": "shows the emotion better", "natural": "looks more natural"}
STRENGTHS = "Strengths"
STRENGTHS_NOTE = (
    "Bradley-Terry: the chance that i beats j is 1 / (1 + exp(s_j - s_i)); 95 % intervals from a bootstrap over "
    "raters. Raters with a flag are left out, by rule."
)
N_VOTES = "Votes"
N_RATERS = "Raters without a flag"
ALPHA = "Krippendorff's alpha"
AGREE_WITH_METRICS = "Automatic metrics against the votes"
RATERS = "Raters"
RATERS_NOTE = (
    "Careless: missed more than a third of the known answers. Fast: under 2 s a pair. One-sided: always one side."
)
EXPORT = "Download the votes"

SUBMIT = "Submit"
SUBMIT_HOW = (
    "A submission is a zip with one `<sample_id>.mp4` for every sample of a split and a `manifest.json` that names the "
    "split and the method. The harness scores the videos itself; nobody's own numbers are taken."
)
SUBMIT_MANIFEST = """{"dataset": "puppets", "split": "test",
 "method": {"name": "my-method", "title": "My method", "cue": "audio", "licence": "MIT", "year": 2026,
            "paper": "https://...", "code": "https://...", "trained_on": ["MEAD"]}}"""
SUBMIT_SPLITS = "Splits: {splits}. `python -m benchmark.submission.lists DATASET SPLIT` prints the names of the videos."
SUBMIT_LOCAL = "The same check runs on your machine, and says the same sentences:"
UPLOAD = "Zip"
CHECK_AND_SUBMIT = "Check and submit"
CHECK_ONLY = "Check the folder"
CHECKING = "Looking at every video"
FOLDER_HERE = "Folder or zip on this machine"
CHECK_GOOD = "The check finds nothing wrong."
CHECK_BAD = "Refused. Nothing was kept."
NOT_KEPT = "It can be scored, but it can't be kept now."
KEPT = "Accepted. It waits for review as:"
KNOWN = "The same file came on {at}; its state is: {state}. It stays one submission:"
SAME_NAME = "{count} other submission(s) bear this name; a reviewer decides. Neither replaces the other."
WAITING = "Submissions"

COMPARE = "Compare"
COMPARE_PICK = "Choose two methods or more."
COMPARING = "Comparing"
DIFFERENCES = "Paired differences"
DIFFERENCES_NOTE = (
    "First minus second on the samples that both have; speakers are what is random. Holm: adjusted over the split's "
    "{tests} tests, all pairs of ranked methods by its primary metric, whatever is chosen here. A test outside of them "
    "is exploratory, and its p stands for itself. Shown from: the smallest difference that this split would have shown."
)
NOT_COMPARABLE = "These runs can't be compared: {why}"
STANDINGS = "Ranks:"
PER_SAMPLE = "Sample by sample"
ACROSS = "Across"
UP = "Up"
NO_SCATTER = "Choose two different methods with per-sample numbers."
PER_EMOTION = "By emotion"
TRADE_OFF = "Trade-off"
AGAINST = "Against"
BY_LEVEL = "By level of the emotion"
CONFUSION = "What the judge saw"
CONFUSION_NOTE = "Rows: expected; columns: seen; numbers: clips."
RADAR = "Radar, a side view"
RADAR_NOTE = (
    "0: the worst of the rows shown, 1: the best. The order of the axes changes the area: read the table instead."
)

PROTOCOLS = "Protocols"
TOPIC = "Page"
NO_DOCUMENTS = "The documents are not installed here; they are in the folder docs of the repository."
METHODS_PAGE = "Methods"
METHODS_NOTE = "Each card is what the method's own adapter says, as its newest run recorded it."
MEASURED_ON = "Measured on {splits}"
