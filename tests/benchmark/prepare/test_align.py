"""Planted shifts, rotations, swaps, duplicates and garbled clips are found by what is heard, and nothing is guessed."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import UsageError
from benchmark.media.audio import read_audio
from benchmark.prepare.align.command import decide
from benchmark.prepare.align.mapping import read_mapping
from benchmark.prepare.align.match import consensus, error_rate, match_folder, sentence_list
from benchmark.prepare.align.transcribe import TRANSCRIBERS, hear, read_transcripts, transcribe, write_transcripts
from benchmark.prepare.command import main
from benchmark.prepare.job import Piece
from benchmark.puppets.sentences import SENTENCES
from tests.benchmark.prepare.trees import mead_tree, take

TEXTS = {f"{n:03d}": text for n, text in enumerate(list(SENTENCES.values())[:10], start=1)}


def slow_distance(a: str, b: str) -> int:
    """Levenshtein by the book."""
    before = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        now = [i]
        for j, y in enumerate(b, 1):
            now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + (x != y)))
        before = now
    return before[-1]


def misheard(text: str, seed: int, share: float = 0.12) -> str:
    """What a recogniser makes of a sentence: letters lost, doubled and swapped, now and then a word lost."""
    rng = random.Random(seed)  # noqa: S311 - errors of a test double
    words = [word for word in text.split() if rng.random() > 0.05]
    out = []
    for letter in " ".join(words):
        if letter != " " and rng.random() < share:
            out.append(rng.choice(["", letter + letter, rng.choice("aeiourstn")]))
        else:
            out.append(letter)
    return "".join(out)


def test_the_error_rate_is_levenshteins_over_the_longer_text() -> None:
    rng = random.Random(0)  # noqa: S311
    for _ in range(200):
        a, b = ("".join(rng.choice("abc d") for _ in range(rng.randrange(12))) for _ in range(2))
        a, b = " ".join(a.split()), " ".join(b.split())
        expected = slow_distance(a, b) / max(len(a), len(b)) if a and b else float(a != b)
        assert error_rate(a, b) == pytest.approx(expected)
    assert error_rate("It's a BOAT!", "its a boat") == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_shifts_rotations_and_swaps_are_undone(seed: int) -> None:
    numbers = list(TEXTS)
    says = numbers[3:] + numbers[:3]  # rotated by three
    says[0], says[5] = says[5], says[0]  # and two swapped
    heard = {
        number: misheard(TEXTS[said], 100 * seed + i)
        for i, (number, said) in enumerate(zip(numbers, says, strict=True))
    }
    found = {d.number: d.sentence for d in match_folder(heard, TEXTS)}
    wrong = {n: s for n, s in found.items() if s and s != dict(zip(numbers, says, strict=True))[n]}
    assert not wrong and sum(bool(s) for s in found.values()) >= 9  # at most one too garbled to be believed


def test_a_shifted_folder_keeps_the_clip_without_a_sentence_out() -> None:
    """Official 001 is an extra take; 002 says sentence 001, and so on."""
    numbers = list(TEXTS)
    heard = {"001": "one two three testing"} | {numbers[i + 1]: TEXTS[numbers[i]] for i in range(9)}
    decided = {d.number: d for d in match_folder(heard, TEXTS)}
    assert decided["001"].why == "unlike_any" and not decided["001"].sentence and decided["001"].confidence == 0
    assert all(decided[numbers[i + 1]].sentence == numbers[i] for i in range(9))
    assert {decided[n].why for n in numbers[1:]} == {"renumbered"}


def test_duplicates_garbled_and_silent_clips_go_to_quarantine() -> None:
    heard = dict(TEXTS)
    heard["004"] = TEXTS["003"]  # said twice: which one is right can't be heard
    heard["007"] = "mm hm the"
    heard["008"] = ""
    decided = {d.number: d for d in match_folder(heard, TEXTS)}
    assert decided["003"].why == decided["004"].why == "twice"
    assert decided["007"].why == "unlike_any" and decided["008"].why == "nothing_heard"
    good = [d for d in decided.values() if d.sentence]
    assert {d.number for d in good} == set(TEXTS) - {"003", "004", "007", "008"} and all(d.why == "same" for d in good)


def test_two_sentences_that_are_nearly_alike_are_not_told_apart_by_a_noisy_clip() -> None:
    sentences = {
        "001": "the boats are by the old pier",
        "002": "the coats are by the old pier",
        "003": "he left at noon",
    }
    decided = {
        d.number: d for d in match_folder({"001": "the oats are by the old pier", "003": "he left at noon"}, sentences)
    }
    assert decided["001"].why == "ambiguous" and decided["003"].sentence == "003"


def test_a_sentence_is_what_most_trusted_folders_hear() -> None:
    said = [misheard(TEXTS["002"], seed) for seed in range(5)] + ["", "something else entirely"]
    assert error_rate(consensus(said), TEXTS["002"]) < 0.25
    assert sentence_list({"001": [""], "002": said}) == {"002": consensus(said)}


class Listener:
    """A test double: knows the recordings by their length and energy, and mishears them."""

    heard = 0
    known: dict[tuple[int, float], str] = {}

    def __init__(self, model: str, device: str) -> None:
        pass

    @staticmethod
    def key(audio: np.ndarray) -> tuple[int, float]:
        return len(audio) // 640, round(float(np.square(audio).mean()), 5)

    def transcribe(self, audio: np.ndarray) -> str:
        Listener.heard += 1
        return misheard(Listener.known[self.key(audio)], Listener.heard, 0.06)


TRANSCRIBERS.add("listener", "tests.benchmark.prepare.test_align:Listener")


def test_a_tree_of_real_speech_is_aligned_and_the_mapping_is_applied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import tests.benchmark.prepare.test_align as module

    module.Listener.known.clear()
    sentences = list(SENTENCES)[:5]
    takes = [take(0, sentence) for sentence in sentences]
    for one in takes:
        path = tmp_path / "x.mp4"
        path.write_bytes(one.video)
        module.Listener.known[module.Listener.key(read_audio(path))] = one.text
    numbers = [f"{n:03d}" for n in range(1, 6)]
    order = [1, 2, 3, 4, 0]  # the folder of W009 is rotated
    clips = {f"M003/front/angry/level_1/{n}": takes[i].video for i, n in enumerate(numbers)}
    clips |= {f"M030/front/angry/level_1/{n}": takes[i].video for i, n in enumerate(numbers)}
    clips |= {f"W009/front/angry/level_1/{n}": takes[order[i]].video for i, n in enumerate(numbers)}
    source, out = mead_tree(tmp_path / "mead", clips), tmp_path / "mapping.json"
    flags = ["align", "mead", "--source", str(source), "--trusted", "M003,M030", "--out", str(out)]
    module.Listener.heard = 0
    assert main([*flags, "--recogniser", "listener"]) == 0, capsys.readouterr()
    assert module.Listener.heard == 15
    mapping = read_mapping(out).clips
    assert all(mapping[f"W009/front/angry/level_1/{numbers[order[i]]}"].endswith(n) for i, n in enumerate(numbers))
    assert mapping["M003/front/angry/level_1/002"] == "M003/front/angry/level_1/002"
    said = capsys.readouterr().out
    assert "W009/front/angry/level_1" in said and "5 clips: 5 renumbered" in said
    rows = list(csv.DictReader((tmp_path / "mapping.csv").open()))
    assert len(rows) == 15 and {r["why"] for r in rows} == {"same", "renumbered"}
    assert main([*flags, "--recogniser", "listener"]) == 0 and module.Listener.heard == 15  # kept, not heard again


def test_what_is_wrong_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = mead_tree(tmp_path / "mead", {"M003/front/angry/level_1/001": take(0, "s29").video})
    flags = ["align", "mead", "--source", str(source), "--out", str(tmp_path / "m.json")]
    for more, sentence in (
        (["--trusted", "M030"], "no folder of 'M030'"),
        (["--trusted", "M003", "--recogniser", "wisper"], "unknown recogniser 'wisper'; did you mean 'whisper'"),
    ):
        assert main([*flags, *more]) == 2
        assert sentence in capsys.readouterr().err
    (tmp_path / "bad.json").write_text(
        json.dumps({"version": 1, "folders": {"a": {"1": {"sentence": "2"}, "3": {"sentence": "2"}}}})
    )
    with pytest.raises(UsageError, match="a/2 is given twice"):
        read_mapping(tmp_path / "bad.json")
    (tmp_path / "bad.json").write_text("[]")
    with pytest.raises(UsageError, match="not a mapping"):
        read_mapping(tmp_path / "bad.json")
    with pytest.raises(UsageError, match="have no clip of 'happy'"):
        decide({"M003/front/angry/level_1/001": "a", "W009/front/happy/level_1/001": "b"}, ["M003"])


def test_transcripts_are_kept_and_an_unreadable_recording_is_empty(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    piece = Piece(tmp_path / "bad.wav")

    class Never:
        def transcribe(self, audio: np.ndarray) -> str:
            raise AssertionError

    assert hear(piece, Never()) == ""
    table = tmp_path / "texts.csv"
    write_transcripts(table, {"a": 'he said "no", twice'})
    known = read_transcripts(table)
    texts = transcribe({"a": piece, "b": piece}, known, Never, table)
    assert texts == {"a": 'he said "no", twice', "b": ""} == read_transcripts(table)
    (tmp_path / "wrong.csv").write_text("x\n1\n")
    with pytest.raises(UsageError, match="columns clip, text"):
        read_transcripts(tmp_path / "wrong.csv")
