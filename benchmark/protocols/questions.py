"""What a split is asked, declared before there are results: its primary metric, and the secondary ones.

Ranks come from the primary metric alone (`benchmark/statistics/family.py`); secondary ones stand beside it with their
intervals, everything else is exploratory. A primary metric is one a sample, so that methods can be tested on it. This
is the one place that says so; changing an entry changes the meaning of ranks, and needs a new split or dataset version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What the runs of a split are to answer."""

    primary: tuple[str, ...]
    """Metrics that rank; empty where no metric can, `why` says why."""
    secondary: tuple[str, ...]
    """Metrics that a reader should see beside it, in this order."""
    why: str
    """Why these, in one sentence."""


EVERY_SPLIT = "*"
PUPPETS = ("action_unit_error", "identity_similarity", "sync_in_time", "frechet_face")
"""Secondary for every split of the puppets: how near the face comes, the same person, lips in time, pictures alike."""
REAL_VIDEO = ("csim_standard", "lse_c_standard", "fid_standard", "fvd_standard")
"""Secondary for every corpus of real video: the same person, lips in time, pictures and motion of the same kind."""

QUESTIONS: Mapping[str, Mapping[str, Question]] = {
    "puppets": {
        EVERY_SPLIT: Question(
            primary=("edit_success",),
            secondary=("emotion_accuracy", *PUPPETS),
            why="an edit counts only if it is one, of the same person, with the lips in time",
        ),
        **dict.fromkeys(
            ("extended", "extended-v2"),
            Question(
                primary=("edit_success",),
                secondary=PUPPETS,
                why="as for the basic emotions; no judge has a class for the extended ones",
            ),
        ),
    },
    "mead": {
        EVERY_SPLIT: Question(
            primary=("emotion_accuracy_mead_standard",),
            secondary=("emotion_accuracy_fan_standard", *REAL_VIDEO),
            why="the paper's question, by the judge of MEAD's own emotions; failed clips count as wrong",
        )
    },
    "crema_d": {
        EVERY_SPLIT: Question(
            primary=("emotion_accuracy_crema_d_standard",),
            secondary=REAL_VIDEO,
            why="the paper's question, by the judge of CREMA-D's own emotions; failed clips count as wrong",
        )
    },
    "extended": {
        EVERY_SPLIT: Question(
            primary=(),
            secondary=("csim_standard", "lse_c_standard", "face_coverage_standard"),
            why="no judge knows these emotions and nobody was filmed showing them: votes of people decide",
        )
    },
}
"""Dataset -> split -> question; `EVERY_SPLIT` stands for those that are not named."""


def question_of(dataset: str, split: str) -> Question | None:
    """The declared question of a split; None for a dataset of somebody's own, which has none: all is exploratory."""
    splits = QUESTIONS.get(dataset, {})
    return splits.get(split, splits.get(EVERY_SPLIT))
