"""What was done to a corpus: `features.csv`, a row for every clip, and `features.json`, with which networks."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.core.files import file_sha256, replace_file, write_json, write_text
from benchmark.core.status import current_word
from cmet.corpus.sampler import ClipKey

COLUMNS = ("identity", "emotion", "level", "number", "frames", "status", "reason")


@dataclass(frozen=True)
class Outcome:
    """What came of one clip; a row of features.csv."""

    key: ClipKey
    frames: int
    """Frames with codes; 0 if there are none."""
    status: str
    """`ok`, or why something is missing: `no_face`, `no_audio`, `unreadable_video`, `unusable_speech` ..."""
    reason: str = ""


class Ledger:
    """The two files of a corpus folder.

    Args:
        folder: the corpus; rows of an earlier run are read.

    Raises:
        ValueError: one of the files is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.table, self.origin = folder / "features.csv", folder / "features.json"
        self.rows: dict[ClipKey, Outcome] = {}
        if self.table.is_file():
            self._read()

    def add(self, outcome: Outcome) -> None:
        """Note what came of a clip, at once, so that an interruption loses nothing."""
        self.rows[outcome.key] = outcome
        new = not self.table.is_file()
        self.table.parent.mkdir(parents=True, exist_ok=True)
        with self.table.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerows([COLUMNS] if new else [])
            writer.writerow(_cells(outcome))

    def add_if_new(self, outcome: Outcome) -> None:
        """Note a clip that no run has noted: its files came from elsewhere."""
        self.rows.setdefault(outcome.key, outcome)

    def finish(self) -> None:
        """Write the table anew: one row for every clip, sorted."""
        with replace_file(self.table) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, *(_cells(self.rows[key]) for key in sorted(self.rows))])

    def state_origin(self, face_model: Path | None, crop: str, speech: str | None, folder: str | None) -> None:
        """Write down which networks make the features, or check that they are those that made the ones there.

        Raises:
            FileNotFoundError: no such face model.
            ValueError: other networks made what is there.
        """
        stated = self._origin()
        wanted: dict[str, Any] = {}
        if face_model is not None:
            if not face_model.is_file():
                raise FileNotFoundError(f"{face_model}: no such face model")
            wanted["codes"] = {
                "face_model": face_model.name,
                "sha256": file_sha256(face_model),
                "crop": crop,
                "fps": 25,
            }
        if folder is not None:
            name = str(speech)
            local = Path(name) if name.endswith(".safetensors") else None
            wanted[f"speech/{folder}"] = (
                {"encoder": local.name, "sha256": file_sha256(local)} if local else {"encoder": name}
            )
        for part, origin in wanted.items():
            before = stated.setdefault(part, origin)
            if before != origin:
                raise ValueError(
                    f"{self.origin}: {part} were made with {_differing(before, origin)}; choose another folder"
                )
        write_json(self.origin, stated, indent=2, sort_keys=True)

    def _origin(self) -> dict[str, Any]:
        if not self.origin.is_file():
            return {}
        try:
            stated = json.loads(self.origin.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{self.origin}: damaged ({error})") from error
        if not isinstance(stated, dict):
            raise ValueError(f"{self.origin}: damaged (not an object)")
        return stated

    def _read(self) -> None:
        lines = self.table.read_bytes().decode("utf-8").splitlines(keepends=True)
        if lines and not lines[-1].endswith("\n"):
            lines.pop()  # an interruption cut it short; its clip is done again
            write_text(self.table, "".join(lines))
        for row in csv.DictReader(lines):
            try:
                key = ClipKey(row["identity"], row["emotion"], int(row["level"]), int(row["number"]))
                self.rows[key] = Outcome(key, int(row["frames"]), current_word(row["status"]), row["reason"] or "")
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{self.table}: damaged row {list(row.values())}; remove it") from error


def _cells(outcome: Outcome) -> tuple[object, ...]:
    key = outcome.key
    return (key.identity, key.emotion, key.level, key.number, outcome.frames, outcome.status, outcome.reason)


def _differing(before: Any, now: dict[str, Any]) -> str:
    """What differs, in words: "sha256 6fb9fa905537, not 4f3bb22145a9"."""
    old = before if isinstance(before, dict) else {}
    pairs = [(name, old.get(name), now.get(name)) for name in sorted({*old, *now}) if old.get(name) != now.get(name)]
    return " and ".join(f"{name} {str(was)[:12]}, not {str(is_)[:12]}" for name, was, is_ in pairs)
