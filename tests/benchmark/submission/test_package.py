"""Hostile archives and folders: each is refused in one sentence, and nothing is written but what was accepted."""

from __future__ import annotations

import copy
import io
import os
import socket
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmark.core.errors import BenchmarkError
from benchmark.submission import package
from benchmark.submission.check import check_submission
from benchmark.submission.limits import Limits
from benchmark.submission.package import name_problem, open_package
from tests.benchmark.submission.made import LIMIT, zipped


def special(kind: int) -> Callable[[zipfile.ZipFile], object]:
    def add(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("s4.mp4")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")

    return add


def bomb() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20 << 20))
    return inner.getvalue()


def another_of(name: str, **changes: int) -> Callable[[zipfile.ZipFile], object]:
    """A second entry in the zip's list for bytes that the first has."""

    def add(archive: zipfile.ZipFile) -> None:
        entry = copy.copy(archive.getinfo("mine/s1.mp4"))
        entry.filename = entry.orig_filename = name
        for key, value in changes.items():
            setattr(entry, key, value)
        archive.filelist.append(entry)

    return add


def inside(archive: zipfile.ZipFile) -> None:
    """An entry whose header lies among the packed bytes of another."""
    first = archive.getinfo("mine/s1.mp4")
    another_of("mine/s4.mp4", header_offset=first.header_offset + 60, compress_size=10)(archive)


def encrypted(archive: zipfile.ZipFile) -> None:
    archive.getinfo("mine/s1.mp4").flag_bits |= 1


HOSTILE: list[tuple[Callable[[zipfile.ZipFile], object], str]] = [
    (lambda z: z.writestr("s4.mp4", bytes(20 << 20)), "a zip bomb?"),
    (lambda z: z.writestr("mine/inner.zip", bomb()), "only manifest.json and <sample>.mp4 belong here"),
    (lambda z: z.writestr("mine/s4.mp4", bomb()), "not of this split: s4.mp4"),
    (another_of("mine/s4.mp4"), "entries of the zip overlap"),
    (inside, "entries of the zip overlap"),
    (another_of("mine/s4.mp4", file_size=1 << 40), "entries of the zip overlap"),
    (lambda z: setattr(z.getinfo("mine/s1.mp4"), "file_size", 1 << 40), "the files together are larger than 4096 MiB"),
    (lambda z: setattr(z.getinfo("mine/s1.mp4"), "file_size", 99), "'mine/s1.mp4': can't be unpacked"),
    (lambda z: setattr(z.getinfo("mine/s1.mp4"), "CRC", 1), "'mine/s1.mp4': can't be unpacked"),
    (lambda z: setattr(z.getinfo("mine/s1.mp4"), "header_offset", 1 << 40), "'mine/s1.mp4': can't be unpacked"),
    (lambda z: z.writestr("mine/s4.mp4", b"x" * 99, zipfile.ZIP_LZMA), "must be stored or deflated"),
    (encrypted, "encrypted files are refused"),
    (lambda z: z.writestr("../../out.mp4", b"x"), "a name that leaves the folder is refused"),
    (lambda z: z.writestr("mine/../../../out.mp4", b"x"), "a name that leaves the folder is refused"),
    (lambda z: z.writestr("/etc/out.mp4", b"x"), "an absolute name or a backslash is refused"),
    (lambda z: z.writestr("..\\out.mp4", b"x"), "an absolute name or a backslash is refused"),
    (lambda z: z.writestr("C:\\out.mp4", b"x"), "names may hold letters"),
    (lambda z: z.writestr("a\x1b[2Jb.mp4", b"x"), "'a?[2Jb.mp4': names may hold letters"),
    (lambda z: z.writestr("a\nb.mp4", b"x"), "'a?b.mp4': names may hold letters"),
    (lambda z: z.writestr("\u202e4pm.1s", b"x"), "'?4pm.1s': names may hold letters"),
    (lambda z: z.writestr("\u0455\u0031.mp4", b"x"), "'?1.mp4': names may hold letters"),
    (lambda z: z.writestr("<img src=x>.mp4", b"x"), "names may hold letters"),
    (lambda z: z.writestr("mine/" + "s" * 60_000 + ".mp4", b"x"), "not of this split: sss"),
    (lambda z: z.writestr("mine/s1.MP4", b"x"), "only manifest.json and <sample>.mp4 belong here"),
    (lambda z: z.writestr("mine/S1.mp4", b"x"), "not of this split: S1.mp4"),
    (lambda z: z.writestr("s1.mp4", b"x"), "a video of this name is there twice"),
    (lambda z: z.writestr("mine/manifest.json", b"{}"), "manifest.json is there twice"),
    (lambda z: z.writestr("other/s4.mp4", b"x"), "manifest.json and videos lie in 2 folders, must be in one"),
    (lambda z: z.writestr("mine/s4.mp4", b""), "'mine/s4.mp4': 0 bytes"),
    (special(stat.S_IFLNK), "links and special files are refused"),
    (special(stat.S_IFCHR), "links and special files are refused"),
    (special(stat.S_IFIFO), "links and special files are refused"),
]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("spoil", "sentence"), HOSTILE)
def test_a_hostile_zip_is_refused_and_writes_nothing_outside(
    spoil: Callable[[zipfile.ZipFile], object], sentence: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = zipped(folder, spoil)
    scratch = folder.parent / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    before = sorted(folder.parent.parent.rglob("*"))
    report = check_submission(archive, LIMIT)
    assert any(sentence in problem for problem in report.problems), report.problems
    assert all(problem.isascii() and problem.isprintable() and len(problem) < 600 for problem in report.problems)
    assert sorted(folder.parent.parent.rglob("*")) == before


def test_a_list_of_files_is_not_read_when_it_is_longer_than_the_files_may_be(folder: Path) -> None:
    path = zipped(folder, lambda z: [z.writestr(f"mine/{i:060d}.mp4", b"") for i in range(25_000)])
    assert check_submission(path, Limits(files=10)).problems[0].startswith("the zip is damaged: its list of files is")
    assert check_submission(path, Limits(files=10_000)).problems[0] == "more than 10000 files"


def test_a_name_that_ends_at_a_zero_byte_is_refused(folder: Path) -> None:
    path = zipped(folder, lambda z: z.writestr("mine/s4X.mp4", b"x"))
    path.write_bytes(path.read_bytes().replace(b"s4X.mp4", b"s4\x00.mp4"))
    assert any("names may hold letters" in problem for problem in check_submission(path, LIMIT).problems)


def test_a_zip_that_is_cut_or_garbled_anywhere_is_a_sentence(folder: Path) -> None:
    path = zipped(folder)
    whole = path.read_bytes()
    for at in range(0, len(whole), len(whole) // 40):
        path.write_bytes(whole[:at] + bytes(b ^ 0xFF for b in whole[at : at + 40]) + whole[at + 40 :])
        try:
            open_package(path, Path(tempfile.mkdtemp(dir=folder.parent)), LIMIT)
        except BenchmarkError as error:
            assert "neither a folder nor a zip" in str(error)


SPECIAL: list[tuple[str, Callable[[Path], object]]] = [
    ("link", lambda path: path.symlink_to("/etc/passwd")),
    ("link to a folder", lambda path: path.symlink_to("/etc")),
    ("pipe", lambda path: os.mkfifo(path)),
    ("socket", lambda path: socket.socket(socket.AF_UNIX).bind(os.path.relpath(path))),
    ("device", lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))),
]


@pytest.mark.parametrize("make", [make for _, make in SPECIAL], ids=[name for name, _ in SPECIAL])
def test_links_pipes_sockets_and_devices_in_a_folder_are_refused(
    make: Callable[[Path], object], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)  # a socket's address is short
    try:
        make(folder / "s4.mp4")
    except PermissionError:
        pytest.skip("only root makes devices")
    assert "'s4.mp4': links and special files are refused" in check_submission(folder, LIMIT).problems


def test_a_full_disk_is_not_the_submitters_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, mode: str = "r", *more: object, **others: object) -> object:
        if mode == "xb":
            raise OSError(28, "No space left on device")
        return opened(self, mode)

    opened = Path.open
    path = zipped(folder)
    monkeypatch.setattr(package.Path, "open", full)
    with pytest.raises(BenchmarkError, match="no room here"):
        check_submission(path, LIMIT)


def test_ten_thousand_names_are_looked_at_quickly() -> None:
    assert all(name_problem(f"P{i}_happy.mp4") is None for i in range(10_000))
