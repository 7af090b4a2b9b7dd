"""Names in any alphabet get an id of their own, and a file is found under the name that was typed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.core.errors import ManifestError, UsageError
from benchmark.core.file_names import as_file, check_name, find_file, make_id
from benchmark.core.types import SAMPLE_ID
from benchmark.datasets.manifest import inside


def test_names_in_ascii_keep_their_ids_and_accents_are_taken_off() -> None:
    assert make_id("M030_front happy#3") == "M030_front_happy_3"
    assert make_id("Zoé_sad") == "Zoe_sad"
    assert make_id("a" * 200) == "a" * 120


def test_composed_and_decomposed_spellings_are_one_id() -> None:
    for name in ("Zoé_sad", "Ångström", "がぎぐ_happy", "Việt"):
        assert make_id(unicodedata.normalize("NFC", name)) == make_id(unicodedata.normalize("NFD", name))


def test_alphabets_that_have_no_letters_in_ascii_get_different_ids() -> None:
    names = ["张三_happy", "李四_happy", "Иван_happy", "محمد_happy", "😀", "Straße", "Strase"]
    ids = [make_id(name) for name in names]
    assert len(set(ids)) == len(names)
    assert all("happy" in made for made in ids[:4])


@given(st.text(min_size=1, max_size=200))
def test_every_name_gives_a_sample_id(name: str) -> None:
    assert SAMPLE_ID.fullmatch(make_id(name))


def test_a_file_is_found_composed_or_decomposed_and_with_separators_of_windows(tmp_path: Path) -> None:
    folder = tmp_path / unicodedata.normalize("NFD", "Zoé")
    folder.mkdir()
    (folder / "sad.mp4").write_bytes(b"x")
    name = unicodedata.normalize("NFC", "Zoé") + "/sad.mp4"
    assert find_file(tmp_path, name) == folder / "sad.mp4"
    assert find_file(tmp_path, name.replace("/", "\\")) == folder / "sad.mp4"
    assert find_file(tmp_path, "Zoe/sad.mp4") is None
    assert inside(tmp_path, name) == folder / "sad.mp4"


def test_two_files_that_fit_are_not_guessed_between(tmp_path: Path) -> None:
    (tmp_path / "q\u0323\u0307").write_bytes(b"x")  # three spellings of one name
    (tmp_path / "q\u0307\u0323").write_bytes(b"x")
    assert find_file(tmp_path, "q\u0323\u0307") == tmp_path / "q\u0323\u0307"


@pytest.mark.parametrize("name", [r"C:\clips\a.mp4", r"\\server\clips\a.mp4"])
def test_a_drive_of_windows_is_named_and_the_way_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(ManifestError, match="drive of Windows: write it relative to the dataset's root"):
        inside(tmp_path, name)


def test_a_name_written_for_windows_may_not_lead_out_either(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "secret.mp4").write_bytes(b"x")
    with pytest.raises(ManifestError, match="leads out|missing file"):
        inside(tmp_path / "root", "..\\secret.mp4")


@pytest.mark.parametrize("name", ["a", "test", "test-v2", "S1_happy.mp4", "2024_05_01", "010", "0" * 120])
def test_a_name_of_letters_digits_and_three_signs_names_a_folder(name: str) -> None:
    assert check_name("split", name) == name and make_id(name) == name


@pytest.mark.parametrize(
    "name", ["", "..", "../a", "a/b", "a\\b", "/a", "-a", ".a", "_a", "a b", "a\0", "é", "0" * 121]
)
def test_any_other_name_is_refused_with_what_it_is_for(name: str) -> None:
    with pytest.raises(UsageError, match="split .* can't name a folder"):
        check_name("split", name)


def test_a_file_is_told_as_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert as_file("T22:57:44.mp4") == str(tmp_path / "T22:57:44.mp4") and as_file(Path("/a/b")) == "/a/b"
