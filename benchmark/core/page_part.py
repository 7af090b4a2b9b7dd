"""Parts of a Markdown page that a command writes: between `<!-- NAME: begin -->` and `<!-- NAME: end -->`."""

from __future__ import annotations

from pathlib import Path

from benchmark.core.errors import UsageError
from benchmark.core.files import write_text


def read_part(page: Path, name: str) -> str:
    """What stands between the marks of a part. Raises UsageError if the page lacks them."""
    return _split(page, name)[1]


def write_part(page: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of a part; the rest of the page stays. Raises UsageError without marks."""
    before, _, after = _split(page, name)
    write_text(page, f"{before}{text.strip()}{after}")


def _split(page: Path, name: str) -> tuple[str, str, str]:
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if not page.is_file():
        raise UsageError(f"{page}: no such page")
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    text, closed, after = rest.partition(end)
    if not (found and closed):
        raise UsageError(f"{page}: no marks '{begin}' and '{end}' to write between")
    return f"{before}{begin}\n\n", text.strip(), f"\n\n{end}{after}"
