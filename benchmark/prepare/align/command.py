"""`python -m benchmark.prepare align mead`: write a mapping from the release's numbers to the paper's."""

from __future__ import annotations

import argparse
import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence

from benchmark.analysis.text_table import aligned
from benchmark.core.errors import UsageError, nearest
from benchmark.core.files import write_text
from benchmark.prepare.align.mapping import write_mapping
from benchmark.prepare.align.match import Decision, match_folder, sentence_list
from benchmark.prepare.align.transcribe import DEFAULT, TRANSCRIBERS, read_transcripts, transcribe
from benchmark.prepare.sources import mead_pieces


def align(options: argparse.Namespace) -> int:
    """Transcribe, match, write. Returns 0, or 1 if a clip is in quarantine."""
    videos, sounds = mead_pieces(options.source)
    recordings = {clip: sounds.get(clip, piece) for clip, piece in videos.items()}
    trusted = [name.strip() for name in options.trusted.split(",") if name.strip()]
    there = sorted({clip.split("/")[0] for clip in recordings})
    for name in trusted:
        if name not in there:
            raise UsageError(f"--trusted: no folder of '{name}' in {options.source}{nearest(name, there)}")
    if options.recogniser not in TRANSCRIBERS:
        raise UsageError(f"unknown recogniser '{options.recogniser}'{nearest(options.recogniser, TRANSCRIBERS)}")
    table = options.transcripts or options.out.with_name(options.out.stem + "_transcripts.csv")
    known = read_transcripts(table) if table.is_file() else {}
    texts = transcribe(
        recordings, known, lambda: TRANSCRIBERS.get(options.recogniser)(options.model or DEFAULT, options.device), table
    )
    decided = decide(texts, trusted)
    write_mapping(options.out, decided, trusted=trusted, recogniser=f"{options.recogniser} {options.model or DEFAULT}")
    report = options.out.with_suffix(".csv")
    write_text(report, decisions_csv(decided))
    print(summary(decided, trusted))
    print(f"{options.out}  {report}")
    return 0 if all(d.sentence for decisions in decided.values() for d in decisions) else 1


def decide(texts: Mapping[str, str], trusted: Sequence[str]) -> dict[str, list[Decision]]:
    """Decisions of every folder, the trusted ones as numbered.

    Args:
        texts: clip id -> transcript.
        trusted: identities.

    Raises:
        UsageError: the trusted folders hold no word of an emotion that others have.
    """
    folders: dict[str, dict[str, str]] = {}
    for clip, text in texts.items():
        folder, _, number = clip.rpartition("/")
        folders.setdefault(folder, {})[number] = text
    heard: dict[str, dict[str, list[str]]] = {}
    for folder, clips in folders.items():
        who, _, emotion, _ = folder.split("/")
        if who in trusted:
            for number, text in clips.items():
                heard.setdefault(emotion, {}).setdefault(number, []).append(text)
    sentences = {emotion: sentence_list(numbers) for emotion, numbers in heard.items()}
    decided: dict[str, list[Decision]] = {}
    for folder, clips in sorted(folders.items()):
        who, _, emotion, _ = folder.split("/")
        if who in trusted:
            decided[folder] = [Decision(n, clips[n], n, 0.0, 1.0, "same") for n in sorted(clips)]
            continue
        if not sentences.get(emotion):
            raise UsageError(f"the trusted identities have no clip of '{emotion}', which {folder} holds")
        decided[folder] = match_folder(clips, sentences[emotion])
    return decided


def summary(decided: Mapping[str, Sequence[Decision]], trusted: Sequence[str]) -> str:
    """One line a folder that is not simply numbered as in the paper, and a last line for all."""
    rows = [("folder", "clips", "same", "renumbered", "quarantine", "least confidence", "reasons")]
    total: Counter[str] = Counter()
    for folder, decisions in decided.items():
        if folder.split("/")[0] in trusted:
            continue
        counts = Counter(d.why for d in decisions)
        total += counts
        lost = [d for d in decisions if not d.sentence]
        if lost or counts["renumbered"]:
            sure = [d.confidence for d in decisions if d.sentence]
            reasons = ", ".join(f"{n} {why}" for why, n in sorted(Counter(d.why for d in lost).items()))
            rows.append(
                (folder, str(len(decisions)), str(counts["same"]), str(counts["renumbered"]), str(len(lost)),
                 f"{min(sure):.2f}" if sure else "-", reasons or "-")
            )  # fmt: skip
    said = ", ".join(f"{count} {why}" for why, count in sorted(total.items())) or "nothing to decide"
    return "\n".join(([aligned(rows)] if len(rows) > 1 else []) + [f"{sum(total.values())} clips: {said}"])


def decisions_csv(decided: Mapping[str, Sequence[Decision]]) -> str:
    """Every decision, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("folder", "number", "sentence", "why", "confidence", "error_rate", "margin", "heard"))
    for folder, decisions in decided.items():
        for d in decisions:
            writer.writerow((folder, d.number, d.sentence, d.why, d.confidence, d.cost, d.margin, d.heard))
    return text.getvalue()
