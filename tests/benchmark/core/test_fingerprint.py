from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.fingerprint import ABSENT, ContentIndex, fingerprint


def test_it_is_the_sha256_of_canonical_json() -> None:
    expected = hashlib.sha256(b'{"a":[1,2.5,null],"b":"\\u00e9"}').hexdigest()
    assert fingerprint({"b": "é", "a": (1, 2.5, None)}) == expected


def test_order_of_keys_plays_no_part_and_order_of_items_does() -> None:
    assert fingerprint({"x": 1, "y": 2}) == fingerprint({"y": 2, "x": 1})
    assert fingerprint([1, 2]) != fingerprint([2, 1])
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])
    assert fingerprint(1) != fingerprint("1")


@pytest.mark.parametrize("value", [np.float64(1.0) * np.ones(2), object(), {1, 2}])
def test_what_has_no_canonical_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no fingerprint"):
        fingerprint(value)


def test_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        fingerprint([float("nan")])


def test_the_index_knows_content_and_notices_change(tmp_path: Path) -> None:
    file, memory = tmp_path / "a.bin", tmp_path / "cache" / "contents.json"
    file.write_bytes(b"one")
    index = ContentIndex(memory)
    assert index.sha256(file) == hashlib.sha256(b"one").hexdigest()
    assert index.sha256(tmp_path / "b.bin") == ABSENT
    index.save()
    file.write_bytes(b"two")
    os.utime(file, ns=(1, 1))
    assert ContentIndex(memory).sha256(file) == hashlib.sha256(b"two").hexdigest()


def test_the_index_reads_a_known_file_only_once(tmp_path: Path) -> None:
    file, memory = tmp_path / "a.bin", tmp_path / "contents.json"
    file.write_bytes(b"one")
    index = ContentIndex(memory)
    digest = index.sha256(file)
    index.save()
    stat = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert ContentIndex(memory).sha256(file) == digest


def test_a_damaged_memory_is_begun_anew(tmp_path: Path) -> None:
    file, memory = tmp_path / "a.bin", tmp_path / "contents.json"
    file.write_bytes(b"one")
    for damage in ("{", "[]", '{"x": 3}'):
        memory.write_text(damage)
        assert ContentIndex(memory).sha256(file) == hashlib.sha256(b"one").hexdigest()
