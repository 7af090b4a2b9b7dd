"""What the extractors of some metrics declare, as rows of words: clips, frames, crop, size, colour, sound, weights.

Extractors that declare the same share a sentence; where they differ, each sentence names its extractors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.extractors.base import AnyExtractor
from benchmark.extractors.facts import Declared
from benchmark.metrics.base import Metric
from benchmark.protocols.checkpoints import checkpoints_of

CLIPS: Mapping[str, str] = {
    "output": "output",
    "source": "source",
    "target": "target",
    "speech": "the sample's speech (none given: the source's own sound)",
    "output~target": "output beside target",
    "output~source": "output beside source",
    "emotional_cue": "all of the sample's emotional recordings",
    "neutral_cue": "all of its neutral recordings",
}
"""Role of a need -> the clips that it means."""


def _picture(describe: Callable[..., str]) -> Callable[[type[Declared]], str]:
    return lambda kind: "" if kind.picture is None else describe(kind.picture)


def _rate(fps: float | None) -> str:
    return "the file's own, paired by number" if fps is None else f"{fps:g} frames per second, paired by time"


FACTS: Mapping[str, Callable[[type[Declared]], str]] = {
    "frames": lambda kind: str(kind.frames or ""),
    "frame rate": lambda kind: "" if kind.frames is None else _rate(kind.fps),
    "detour": _picture(lambda picture: str(picture.detour)),
    "crop": _picture(lambda picture: str(picture.crop)),
    "size": _picture(lambda picture: str(picture.size)),
    "interpolation": _picture(lambda picture: str(picture.interpolation)),
    "antialiasing": _picture(
        lambda picture: "" if picture.antialiasing is None else "yes" if picture.antialiasing else "no"
    ),
    "colour": _picture(lambda picture: str(picture.colour)),
    "sound": lambda kind: "" if kind.sound_rate is None else f"{kind.sound_rate} Hz, mono",
    "classes": lambda kind: ", ".join(kind.classes),
    "faces by": lambda kind: f"`{tracker}`" if (tracker := getattr(kind, "face_tracker", "")) else "",
    "weights": lambda kind: ", ".join(f"`{record.name}`" for record in kind.checkpoints),
}
"""Row of the page -> what an extractor says of it, "" if nothing."""


def extractors_of(metrics: Iterable[Metric]) -> dict[str, type[AnyExtractor]]:
    """Name -> extractor of everything that these metrics read, in the order in which they are met."""
    needs = [need for metric in metrics for need in metric.info.parsed_needs if need.extractor]
    return {need.extractor: EXTRACTORS.get(need.extractor) for need in needs}


def describe_facts(metrics: Sequence[Metric]) -> dict[str, str]:
    """The rows of the page about what these metrics see and hear; those that do not apply are left out."""
    kinds = extractors_of(metrics)
    rows = {fact: _merge({f"`{name}`": say(kind) for name, kind in kinds.items()}) for fact, say in FACTS.items()}
    return {fact: text for fact, text in rows.items() if text}


def describe_clips(metrics: Sequence[Metric]) -> str:
    """Which extractor sees which clips, e.g. "output, source (`judge_mead`)"; "" for metrics of time and memory."""
    clips: dict[str, dict[str, None]] = {}
    for need in (need for metric in metrics for need in metric.info.parsed_needs):
        if need.extractor:
            clips.setdefault(f"`{need.extractor}`", {})[CLIPS[need.role]] = None
        else:
            clips.setdefault("the truth", {})[need.feature.replace("_", " ")] = None
    return _merge({name: ", ".join(roles) for name, roles in clips.items()}, always=True)


def _merge(texts: Mapping[str, str], always: bool = False) -> str:
    """One sentence for all names that say the same; names stand behind a sentence that not all of them say."""
    says: dict[str, list[str]] = {}
    for name, text in texts.items():
        says.setdefault(text, []).append(name)
    if len(says) == 1 and not always:
        return next(iter(says))
    return "; ".join(f"{text} ({', '.join(names)})" for text, names in says.items() if text)


def describe_weights(kind: type[AnyExtractor]) -> str:
    """Names and the beginning of the hashes of an extractor's weights; those that ship have a manifest beside them."""
    texts = []
    for record in checkpoints_of(kind):
        ships = record.directory is not None
        digest = "ships, see its manifest" if ships else f"sha256 {(record.sha256 or 'unknown')[:12]}"
        texts.append(f"`{record.name}` ({digest})")
    return ", ".join(texts) or "-"


def trackers_of(kinds: Iterable[type[AnyExtractor]]) -> dict[str, type[Declared]]:
    """Name -> face tracker of everything that these extractors use."""
    return {name: FACE_TRACKERS.get(name) for name in sorted({kind.face_tracker for kind in kinds} - {""})}
