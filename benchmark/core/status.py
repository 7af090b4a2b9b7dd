"""Every word that says what became of a sample, a clip or a file: the `status` of rows, outputs, features and ledgers.

    raise SampleError(Status.NO_FACE, "no face in the 12 frames looked at")
    failed = scores[~scores["status"].isin(NOT_FAILED)]

Each word says what it means and what it speaks of, which decides how a row counts: a metric that does not apply is
nobody's failure, a missing checkpoint says nothing about the output, everything else is the output's own. A method or
metric from outside may raise a word of its own; it counts as the output's.

One condition has one word. Runs of older versions used several: `OLD_WORDS` lists them, and whoever reads stored
statuses asks `current_word`, so that old results and new ones compare equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Self


class Concerns(Enum):
    """What a status speaks of."""

    NOTHING = "nobody's failure: there is a number, or the metric does not apply to this sample"
    SURROUNDINGS = "this machine, the corpus's copy or an extractor: it says nothing about the output"
    OUTPUT = "the sample's clips: a failure of the method, or of what it was given"


_NOTHING, _HERE, _OUTPUT = Concerns.NOTHING, Concerns.SURROUNDINGS, Concerns.OUTPUT


class Status(StrEnum):
    """A status. It is the word itself: `Status.OK == "ok"`."""

    meaning: str
    """One line, for the page of the schema."""
    concerns: Concerns

    def __new__(cls, word: str, concerns: Concerns, meaning: str) -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.concerns = concerns
        member.meaning = meaning
        return member

    OK = "ok", _NOTHING, "there is a number, a clip, features"

    NOT_APPLICABLE = "not_applicable", _NOTHING, "the metric is not defined for this sample or this set"
    NO_TARGET = "no_target", _NOTHING, "the dataset has no recording of this sample's target"
    NO_TRUTH = "no_truth", _NOTHING, "the dataset knows no ground truth of this sample"
    NO_CUE = "no_cue", _NOTHING, "the dataset has no recordings that tell this sample's emotion"
    NO_CLASS = "no_class", _NOTHING, "the judge has no class for this emotion"
    NO_TARGET_CHANGE = "no_target_change", _NOTHING, "source and target show the same, so there is nothing to edit"
    WARM_UP = "warm_up", _NOTHING, "the first sample after loading is not timed"
    NOT_TIMED = "not_timed", _NOTHING, "the method handed over a finished file"

    MISSING_FILE = "missing_file", _HERE, "a file of the sample is not on this disk; it may be back tomorrow"
    MISSING_CHECKPOINT = "missing_checkpoint", _HERE, "weights are not here or are not those of the record"
    MISSING_REQUIREMENT = "missing_requirement", _HERE, "a package or a program is not here"
    EXTRACTOR_UNAVAILABLE = "extractor_unavailable", _HERE, "an extractor can't be loaded"
    EXTRACTOR_FAILED = "extractor_failed", _HERE, "an extractor failed on this clip"
    NOT_EXTRACTED = "not_extracted", _HERE, "no extractor has seen this clip"
    METRIC_FAILED = "metric_failed", _HERE, "the metric's function failed"

    NOT_GENERATED = "not_generated", _OUTPUT, "no output was generated"
    METHOD_FAILED = "method_failed", _OUTPUT, "the method failed"
    METHOD_CRASHED = "method_crashed", _OUTPUT, "the method's process ended"
    TIME_LIMIT = "time_limit", _OUTPUT, "the method took longer than allowed"
    OUT_OF_MEMORY = "out_of_memory", _OUTPUT, "memory does not suffice, the accelerator's or the machine's"
    QUARANTINED = "quarantined", _OUTPUT, "the sample ended its worker each time it was tried"
    MISSING_VIDEO = "missing_video", _OUTPUT, "the method wrote no video, or the folder of videos has none"
    NO_FEATURES = "no_features", _OUTPUT, "there are no features, and no reason is known"
    NOT_FINITE = "not_finite", _OUTPUT, "a value or a feature is not finite"
    TOO_FEW_SAMPLES = "too_few_samples", _OUTPUT, "a set is too small for its metric"

    NO_LABEL = "no_label", _OUTPUT, "the sample names no emotion label"
    UNKNOWN_LABEL = "unknown_label", _OUTPUT, "the method does not know the label"
    NO_EMOTIONAL_SPEECH = "no_emotional_speech", _OUTPUT, "the sample names no recordings of the emotion"
    NO_REFERENCE = "no_reference", _OUTPUT, "the sample names no image or video of the emotion"
    NO_SPEECH = "no_speech", _OUTPUT, "the source has no sound, and no other speech is given"
    UNUSABLE_SPEECH = "unusable_speech", _OUTPUT, "a speech encoder refuses the sound"
    WRONG_CODES = "wrong_codes", _OUTPUT, "expression codes have another shape"

    UNREADABLE_VIDEO = "unreadable_video", _OUTPUT, "a video is damaged, or is none"
    UNREADABLE_AUDIO = "unreadable_audio", _OUTPUT, "a sound is damaged, or is none"
    UNREADABLE_IMAGE = "unreadable_image", _OUTPUT, "an image is damaged, or is none"
    UNREADABLE_TRUTH = "unreadable_truth", _OUTPUT, "the file of ground truth is damaged"
    UNREADABLE_FILE = "unreadable_file", _OUTPUT, "a file can't be read or decoded"
    UNWRITABLE_VIDEO = "unwritable_video", _OUTPUT, "a video can't be encoded"
    UNWRITABLE_THUMBNAIL = "unwritable_thumbnail", _OUTPUT, "a still image can't be encoded"
    NOT_A_VIDEO = "not_a_video", _OUTPUT, "a file is no video"
    LFS_POINTER = "lfs_pointer", _OUTPUT, "a pointer of Git LFS lies in place of the file"
    TOO_LARGE = "too_large", _OUTPUT, "a clip is larger than allowed when it is decoded"
    BAD_CLIP = "bad_clip", _OUTPUT, "the arrays of a clip have another shape, type or rate"
    BAD_POINTS = "bad_points", _OUTPUT, "points of a face can't be aligned"
    NO_FRAMES = "no_frames", _OUTPUT, "a video holds no frame"
    NO_AUDIO = "no_audio", _OUTPUT, "a clip has no sound"
    SILENT = "silent", _OUTPUT, "the sound is too quiet to be speech"
    AUDIO_LONGER = "audio_longer", _OUTPUT, "the sound lasts longer than the picture"
    TOO_SHORT = "too_short", _OUTPUT, "a clip is too short for what looks at it"
    WRONG_FPS = "wrong_fps", _OUTPUT, "a clip has another frame rate than its reader needs"
    WRONG_SIZE = "wrong_size", _OUTPUT, "frames have another size than their reader needs"
    NOT_SQUARE = "not_square", _OUTPUT, "frames that should show the face only are not square"
    SIZE_DIFFERS = "size_differs", _OUTPUT, "two clips that are compared differ in size"
    FPS_DIFFERS = "fps_differs", _OUTPUT, "two clips that are compared differ in frame rate"
    LENGTH_DIFFERS = "length_differs", _OUTPUT, "two clips that are compared differ in length"
    NO_FACE = "no_face", _OUTPUT, "no face was found"
    SEVERAL_FACES = "several_faces", _OUTPUT, "more than one face of nearly the same size"
    MOVING_FACE = "moving_face", _OUTPUT, "the face moves too far for one crop"
    NO_TRACK = "no_track", _OUTPUT, "the face is seen in too few frames for a track"

    NO_OTHER_EMOTION = "no_other_emotion", _OUTPUT, "self-test: all clips of the speaker show one emotion"
    NO_OTHER_SPEAKER = "no_other_speaker", _OUTPUT, "self-test: all clips show one speaker"

    CRASHED = "crashed", _OUTPUT, "preparing: reading the clip ended its process"
    NOT_DONE = "not_done", _OUTPUT, "preparing: the run was interrupted before this clip"


NOT_APPLICABLE = frozenset(s for s in Status if s.concerns is Concerns.NOTHING and s is not Status.OK)
"""The metric does not apply. Such samples count as planned and not scored, as with every status, but a run that has
no other is complete (exit code 0)."""

NOT_FAILED = NOT_APPLICABLE | {Status.OK}
"""Statuses of rows that no method is to blame for."""

NOT_THE_METHODS_FAULT = frozenset(s for s in Status if s.concerns is not Concerns.OUTPUT and s is not Status.OK)
"""Statuses that say nothing about the output: no `failed_value` of a metric stands in for them."""

OLD_WORDS: Mapping[str, Status] = {
    "unknown_class": Status.NO_CLASS,
    "no_change_wanted": Status.NO_TARGET_CHANGE,
    "no_sound": Status.NO_AUDIO,
    "bad_speech": Status.UNUSABLE_SPEECH,
    "missing_source": Status.MISSING_FILE,
    "missing_target": Status.MISSING_FILE,
    "missing": Status.MISSING_FILE,
    "unreadable": Status.UNREADABLE_FILE,
}
"""Words of older versions for conditions that had two."""


def current_word(word: str) -> str:
    """Today's word for a stored one; words that are not known here stay as they are."""
    return str(OLD_WORDS.get(word, word))
