"""Reading a manifest of real videos: csv, tsv, jsonl or parquet, one sample a row, checked before anything runs.

| column | must be there | what |
|---|---|---|
| `id` | yes | unique in its split; letters, digits, `_`, `-`, `.` |
| `source` | yes | video (or image) to edit |
| `emotion` | yes | target emotion |
| `split` | | name of the split; `test` |
| `speaker` | | who is seen, the cluster of every interval; the id |
| `sentence` | | what is said |
| `source_emotion` | | `neutral` |
| `intensity` | | 0 (unknown), 1, 2, 3 |
| `speech` | | sound that the lips must follow; the source's own |
| `target` | | video that shows the target emotion |
| `label` | | emotion a label-driven method is told; the target emotion if it is one of the basic eight |
| `reference` | | image or video that shows the target emotion |
| `emotional_speech`, `neutral_speech` | | sounds, separated by `;` (in jsonl also a list) |

Paths are relative to the dataset's root and may not lead out of it, not even through a link. Encodings, separators and
spellings of names that are read: `core.text_files`, `core.file_names`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.core.errors import ManifestError, nearest, one_line, user_path
from benchmark.core.file_names import find_file, name_problem, names_a_drive
from benchmark.core.text_files import read_json_lines, read_table
from benchmark.core.types import BASIC_EMOTIONS, Cues, Sample, check_emotion

REQUIRED = ("id", "source", "emotion")
PATHS = ("source", "speech", "target", "reference")
PATH_LISTS = ("emotional_speech", "neutral_speech")
WORDS = ("split", "speaker", "sentence", "source_emotion", "intensity", "label")
COLUMNS = (*REQUIRED, *WORDS, *PATHS[1:], *PATH_LISTS)
DEFAULT_SPLIT = "test"


@dataclass(frozen=True)
class Row:
    """One row of a manifest, as text."""

    number: int
    """Line of the file (csv, jsonl) or number of the row from 1 (parquet)."""
    cells: Mapping[str, str]
    """Column -> text; empty cells are left out."""

    @property
    def split(self) -> str:
        """The split that the row belongs to."""
        return self.cells.get("split", DEFAULT_SPLIT)


def read_rows(path: Path) -> list[Row]:
    """Read a manifest without looking at the files that it names.

    Raises:
        ManifestError: the file is absent, empty or malformed, or has an unknown or missing column.
    """
    readers = {".csv": _read_csv, ".tsv": _read_csv, ".jsonl": read_json_lines, ".parquet": _read_parquet}
    if path.suffix.lower() not in readers:
        raise ManifestError(f"{path.name}: a manifest is .csv, .tsv, .jsonl or .parquet")
    if not path.is_file():
        raise ManifestError(f"no such manifest: {path}")
    try:
        raw = list(readers[path.suffix.lower()](path))
    except ManifestError:
        raise
    except (OSError, ValueError) as error:
        raise ManifestError(f"{path.name} can't be read: {one_line(error)}") from error
    if not raw:
        raise ManifestError(f"{path.name} holds no sample")
    rows = [Row(number, _texts(path, number, cells)) for number, cells in raw]
    for row in rows:
        if problem := name_problem("split", row.split):
            raise ManifestError(f"{path.name}, line {row.number}: {problem}")
    return rows


def to_samples(rows: Iterable[Row], dataset: str, root: Path, manifest: str) -> list[Sample]:
    """Turn the rows of one split into samples and check everything that they name.

    Args:
        rows: of one split.
        dataset: name of the dataset.
        root: folder that all paths are relative to.
        manifest: the manifest's name, for messages.

    Raises:
        ManifestError: the first of all problems, and how many more there are.
    """
    problems: list[str] = []
    samples: list[Sample] = []
    seen: dict[str, int] = {}
    for row in rows:
        try:
            sample = _sample(row, dataset, root)
            # Samples name files, and some file systems do not tell capitals apart.
            if sample.id.lower() in seen:
                raise ManifestError(f"duplicate id '{sample.id}', first in line {seen[sample.id.lower()]}")
            seen[sample.id.lower()] = row.number
            samples.append(sample)
        except ManifestError as error:
            problems.append(f"{manifest}, line {row.number}: {one_line(error)}")
    if problems:
        more = f" (and {len(problems) - 1} more such lines)" if len(problems) > 1 else ""
        raise ManifestError(problems[0] + more)
    return samples


def inside(root: Path, name: str) -> Path:
    """The path `name` below `root`. Raises ManifestError if it leads out of it or is no file."""
    real_root = root.resolve()
    if names_a_drive(name):
        raise ManifestError(f"path '{name}' names a drive of Windows: write it relative to the dataset's root, {root}")
    path = root / user_path(name)
    if not path.resolve().is_relative_to(real_root):
        raise ManifestError(f"path '{name}' leads out of the dataset's root")
    found = find_file(root, str(user_path(name)))
    if found is None or not found.resolve().is_file():
        raise ManifestError(f"missing file '{name}'")
    if not found.resolve().is_relative_to(real_root):
        raise ManifestError(f"path '{name}' leads out of the dataset's root")
    return found


def _sample(row: Row, dataset: str, root: Path) -> Sample:
    cells = row.cells
    for column in REQUIRED:
        if column not in cells:
            raise ManifestError(f"'{column}' is empty")
    files = {column: inside(root, cells[column]) for column in PATHS if column in cells}
    lists = {column: _list_of_files(root, cells.get(column, "")) for column in PATH_LISTS}
    emotion = check_emotion(cells["emotion"])
    label = cells.get("label", emotion if emotion in BASIC_EMOTIONS else None)
    return Sample(
        id=cells["id"],
        dataset=dataset,
        split=row.split,
        speaker=cells.get("speaker", cells["id"]),
        sentence=cells.get("sentence", ""),
        source=files["source"],
        source_emotion=cells.get("source_emotion", "neutral"),
        emotion=emotion,
        intensity=_intensity(cells.get("intensity", "0")),
        speech=files.get("speech"),
        cues=Cues(
            label=None if label is None else check_emotion(label),
            emotional_speech=lists["emotional_speech"],
            neutral_speech=lists["neutral_speech"],
            reference=files.get("reference"),
        ),
        target=files.get("target"),
    )


def _list_of_files(root: Path, cell: str) -> tuple[Path, ...]:
    return tuple(inside(root, name.strip()) for name in cell.split(";") if name.strip())


def _intensity(text: str) -> int:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if number not in (0, 1, 2, 3):
        raise ManifestError(f"intensity must be 0, 1, 2 or 3, got '{text}'")
    return int(number)


def _texts(path: Path, number: int, cells: Mapping[Any, Any]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for column, value in cells.items():
        if column is None:
            raise ManifestError(f"{path.name}, line {number}: more cells than columns")
        if column not in COLUMNS:
            raise ManifestError(f"{path.name}: unknown column '{column}'{nearest(str(column), COLUMNS)}")
        if isinstance(value, (list, tuple)):
            value = ";".join(str(item) for item in value)
        if value is None or (isinstance(value, float) and math.isnan(value)) or str(value).strip() == "":
            continue
        texts[column] = str(value).strip()
    for column in REQUIRED:
        if column not in cells:
            raise ManifestError(f"{path.name}, line {number}: no column '{column}'")
    return texts


def _read_csv(path: Path) -> Iterable[tuple[int, Mapping[Any, Any]]]:
    table = read_table(path)
    if len(table.columns) == 1:
        raise ManifestError(
            f"{path.name}: one column only; the first line must name the columns, separated by commas, "
            f"semicolons or tabs, got: {', '.join(table.columns)}"
        )
    return table.rows


def _read_parquet(path: Path) -> Iterable[tuple[int, Mapping[Any, Any]]]:
    import pyarrow.parquet

    return enumerate(pyarrow.parquet.read_table(path.absolute()).to_pylist(), start=1)
