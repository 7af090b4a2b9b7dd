"""A submission's files, from a folder or a zip, as bytes on disk under names that are known to be harmless.

Nothing is unpacked by a library's own idea of a path: every name is looked at first, and only `manifest.json` and plain
`<id>.mp4` at the top level (or in one folder that holds all) are ever written, by us, under the name that was checked.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from benchmark.core.errors import BenchmarkError, UsageError
from benchmark.core.files import FULL
from benchmark.core.foreign_files import is_foreign
from benchmark.submission.limits import Limits

MANIFEST = "manifest.json"
SUFFIX = ".mp4"
_BLOCK = 1 << 20
ENTRY_BYTES = 256
"""A zip's list of files takes so much for each: 46, the name, and what zip programs add."""
MIB = 1 << 20


@dataclass
class Package:
    """What was found."""

    folder: Path
    """Holds the accepted files."""
    videos: dict[str, Path] = field(default_factory=dict)
    """Stem of the file's name -> the file."""
    manifest: Path | None = None
    problems: list[str] = field(default_factory=list)
    places: set[PurePosixPath] = field(default_factory=set)
    """Folders, inside the submission, that manifest and videos lie in; one is right."""


def shown(name: str) -> str:
    """A submitter's text as one harmless line: printable ASCII, at most 80 characters."""
    text = "".join(c if c.isascii() and c.isprintable() else "?" for c in name)
    return text if len(text) <= 80 else f"{text[:77]}..."


def name_problem(name: str) -> str | None:
    """Why a file's name is refused, or None. The name is a path with slashes inside the submission."""
    if any(not c.isprintable() or c in "<>&\"'`|*?:" for c in name) or not name.isascii():
        return f"'{shown(name)}': names may hold letters, digits, '_', '-' and '.' only"
    if name.startswith("/") or "\\" in name:
        return f"'{shown(name)}': an absolute name or a backslash is refused"
    if ".." in PurePosixPath(name).parts:
        return f"'{shown(name)}': a name that leaves the folder is refused"
    return None


def open_package(path: Path, scratch: Path, limit: Limits) -> Package:
    """Look at a submission; what a zip holds is unpacked into `scratch`, a folder is read where it lies.

    Raises:
        UsageError: there is nothing at `path`, or it is neither a folder nor a zip.
    """
    if path.is_symlink() or not path.exists():
        raise UsageError(f"{path}: no such folder or zip")
    if path.is_dir():
        return _in_one_place(_from_folder(path, limit))
    if path.stat().st_size > limit.archive_mib * MIB:
        package = Package(scratch)
        package.problems.append(f"the archive is larger than {limit.archive_mib} MiB")
        return package
    if not zipfile.is_zipfile(path):
        raise UsageError(f"{path.name}: neither a folder nor a zip")
    return _in_one_place(_from_zip(path, scratch, limit))


class _Listed(io.FileIO):
    """A zip's file whose list of entries, which zipfile reads in one piece, may have so many bytes and no more."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self.most + 1 if size is None or size < 0 else size
        got = super().read(min(wanted, self.most + 1)) or b""
        if len(got) > self.most:
            raise zipfile.BadZipFile("its list of files is too long")
        return got


def _in_one_place(package: Package) -> Package:
    if len(package.places) > 1:
        package.problems.append(f"{MANIFEST} and videos lie in {len(package.places)} folders, must be in one")
    return package


def _from_folder(root: Path, limit: Limits) -> Package:
    package = Package(root)
    total = count = 0
    for folder, folders, names in os.walk(root, followlinks=False):
        for name in sorted([*names, *[f for f in folders if (Path(folder) / f).is_symlink()]]):
            path = Path(folder) / name
            state = path.lstat()
            inside = path.relative_to(root).as_posix()
            if is_foreign(inside):
                continue
            count += 1
            total += state.st_size
            if count > limit.files:
                package.problems.append(f"more than {limit.files} files")
                return package
            if total > limit.unpacked_mib * MIB:
                package.problems.append(f"the files together are larger than {limit.unpacked_mib} MiB")
                return package
            if not stat.S_ISREG(state.st_mode):
                package.problems.append(f"'{shown(inside)}': links and special files are refused")
            elif problem := name_problem(inside):
                package.problems.append(problem)
            elif _size_fits(package, inside, state.st_size, limit):
                _take(package, inside, path)
    return package


def _from_zip(path: Path, scratch: Path, limit: Limits) -> Package:
    package = Package(scratch)
    try:
        with _Listed(path) as file:
            file.most = 2 * _BLOCK + limit.files * ENTRY_BYTES
            archive = zipfile.ZipFile(file)
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > limit.files:
                package.problems.append(f"more than {limit.files} files")
                return package
            if _overlap(archive.infolist()):
                package.problems.append("entries of the zip overlap (a zip bomb?)")
                return package
            if sum(entry.file_size for entry in entries) > limit.unpacked_mib * MIB:
                package.problems.append(f"the files together are larger than {limit.unpacked_mib} MiB")
                return package
            left = limit.unpacked_mib * MIB
            for number, entry in enumerate(entry for entry in entries if not is_foreign(entry.filename)):
                target = scratch / f"{number:06d}"
                if _entry_fits(package, entry, limit) and (taken := _unpack(package, archive, entry, target, left)):
                    left -= taken
                    _take(package, entry.filename, target)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, struct.error) as error:
        package.problems.append(f"the zip is damaged: {shown(str(error))}")
    return package


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether two entries share bytes: each begins with a header of 30 bytes and its name, then what is packed."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [e.header_offset + 30 + len(e.orig_filename) + e.compress_size for e in ordered]
    return any(end > after.header_offset for end, after in zip(ends, ordered[1:], strict=False))


def _entry_fits(package: Package, entry: zipfile.ZipInfo, limit: Limits) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    problem = name_problem(entry.orig_filename) or name_problem(entry.filename)
    if kind not in (0, stat.S_IFREG):
        problem = f"'{shown(entry.filename)}': links and special files are refused"
    elif entry.flag_bits & 1:
        problem = f"'{shown(entry.filename)}': encrypted files are refused"
    elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        problem = f"'{shown(entry.filename)}': must be stored or deflated, as every zip program does"
    elif entry.file_size > limit.ratio * max(entry.compress_size, 1):
        problem = f"'{shown(entry.filename)}': unpacks to more than {limit.ratio} times its size (a zip bomb?)"
    if problem:
        package.problems.append(problem)
        return False
    return _size_fits(package, entry.filename, entry.file_size, limit)


def _size_fits(package: Package, name: str, size: int, limit: Limits) -> bool:
    largest = limit.manifest_kib * 1024 if PurePosixPath(name).name == MANIFEST else limit.file_mib * MIB
    if size == 0:
        package.problems.append(f"'{shown(name)}': 0 bytes")
    elif size > largest:
        package.problems.append(f"'{shown(name)}': larger than {largest / MIB:g} MiB")
    return 0 < size <= largest


def _unpack(package: Package, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Write one entry, never more bytes than it announced. Returns them, 0 if it can't be read."""
    written = 0
    try:
        with archive.open(entry) as source, target.open("xb") as out:
            while block := source.read(_BLOCK):
                written += len(block)
                if written > min(entry.file_size, left):
                    package.problems.append(f"'{shown(entry.filename)}': holds more than the zip says")
                    return 0
                out.write(block)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise BenchmarkError("there is no room here to unpack it; nothing was checked") from error
        package.problems.append(f"'{shown(entry.filename)}': can't be unpacked: {shown(str(error))}")
        return 0
    return written


def _take(package: Package, name: str, path: Path) -> None:
    """File a checked file under what it is; a name given twice and files that don't belong are problems."""
    inner = PurePosixPath(name)
    if inner.parts[0] == "__MACOSX" or inner.name in (".DS_Store", "Thumbs.db"):
        return
    if inner.name == MANIFEST or inner.suffix == SUFFIX:
        package.places.add(inner.parent)
    if inner.name == MANIFEST:
        if package.manifest is not None:
            package.problems.append(f"'{shown(name)}': {MANIFEST} is there twice")
        package.manifest = path
    elif inner.suffix != SUFFIX:
        package.problems.append(f"'{shown(name)}': only {MANIFEST} and <sample>{SUFFIX} belong here")
    elif inner.stem in package.videos:
        package.problems.append(f"'{shown(name)}': a video of this name is there twice")
    else:
        package.videos[inner.stem] = path
