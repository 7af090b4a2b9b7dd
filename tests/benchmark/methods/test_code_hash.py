"""The hash of a method's code moves when what runs moves, in whatever file of its own that stands, and only then."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from baselines.source_copy import SourceCopy
from benchmark.methods.code_hash import method_code_hash, script_code_hash

METHOD = """
from benchmark.methods.base import Method, MethodInfo
from lab_of_a_user import strength

class Mine(Method):
    info = MethodInfo("mine", "Mine", "1", "none")

    def edit(self, sample, seed):
        from .deep import helper
        return helper.edit(sample.source)
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user's package, beside it a package of another name that it imports, and one that it does not."""
    package = tmp_path / "lab_of_a_user"
    (package / "deep").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "method.py").write_text(METHOD)
    (package / "strength.py").write_text("from shared_by_users import table\nSTRENGTH = 1\n")
    (package / "unused.py").write_text("STRENGTH = 1\n")
    (package / "deep" / "__init__.py").write_text("")
    (package / "deep" / "helper.py").write_text("def edit(path):\n    return path\n")
    (tmp_path / "shared_by_users").mkdir()
    (tmp_path / "shared_by_users" / "table.py").write_text("TABLE = (1, 2)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(("lab_of_a_user", "shared_by_users"))]:
        del sys.modules[name]


def current_hash() -> str:
    """Of the user's method as it lies on the disk now, in a fresh import."""
    for name in [name for name in sys.modules if name.startswith("lab_of_a_user")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    return method_code_hash(importlib.import_module("lab_of_a_user.method").Mine)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("lab_of_a_user/method.py", "edit(sample.source)", "edit(sample.target)"),
        ("lab_of_a_user/strength.py", "STRENGTH = 1", "STRENGTH = 2"),
        ("lab_of_a_user/deep/helper.py", "return path", "return path.parent"),
        ("lab_of_a_user/deep/__init__.py", "", "SCALE = 3\n"),
        ("shared_by_users/table.py", "(1, 2)", "(1, 3)"),
    ],
)
def test_a_change_in_any_module_that_the_method_reaches_moves_it(lab: Path, file: str, old: str, new: str) -> None:
    before = current_hash()
    text = (lab / file).read_text()
    (lab / file).write_text(text.replace(old, new) if old else new)
    assert current_hash() != before


def test_comments_docstrings_layout_and_modules_that_it_does_not_reach_leave_it(lab: Path) -> None:
    before = current_hash()
    helper = lab / "lab_of_a_user" / "deep" / "helper.py"
    helper.write_text(
        '"""What it is."""\n\n\ndef edit(path):\n    """As it is."""\n    return (  # the same\n        path\n    )\n'
    )
    (lab / "lab_of_a_user" / "unused.py").write_text("STRENGTH = 2\n")
    assert current_hash() == before


def test_a_method_that_was_typed_in_has_no_hash() -> None:
    from benchmark.methods.base import Method

    typed = type("Typed", (Method,), {"__module__": "nowhere", "edit": lambda self, sample, seed: sample.source})
    assert method_code_hash(typed) == ""


def test_two_methods_of_the_package_differ_and_each_is_hashed_alike_every_time() -> None:
    from baselines.ground_truth import GroundTruth

    assert method_code_hash(SourceCopy) != method_code_hash(GroundTruth)
    method_code_hash.cache_clear()
    assert len({method_code_hash(SourceCopy), method_code_hash(SourceCopy)}) == 1


def test_a_script_is_hashed_with_the_modules_beside_it_and_even_where_it_is_for_another_python(tmp_path: Path) -> None:
    script, helper = tmp_path / "wrapper.py", tmp_path / "helper.py"
    script.write_text("import json\nimport helper\nprint(helper.GREY)\n")
    helper.write_text("GREY = 1\n")
    (tmp_path / "other.py").write_text("GREY = 1\n")
    before = script_code_hash(script)
    (tmp_path / "other.py").write_text("GREY = 2\n")
    assert script_code_hash(script) == before
    helper.write_text("print 'python 2'\n")
    moved = script_code_hash(script)
    helper.write_text("print 'python 2.7'\n")
    assert len({before, moved, script_code_hash(script)}) == 3
