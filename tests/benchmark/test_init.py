"""`import benchmark`: light, typed, and the same before and after its commands are imported."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import benchmark

ROOT = Path(__file__).parents[2]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_import_loads_nothing_heavy() -> None:
    heavy = ("torch", "numpy", "pandas", "scipy", "hydra", "av", "argparse")
    assert python(f"import sys, benchmark; print([m for m in {heavy!r} if m in sys.modules])") == "[]\n"


def test_a_command_and_its_function_share_a_name() -> None:
    first = "import benchmark; print(callable(benchmark.run), callable(benchmark.compare))\n"
    later = "import benchmark.run.command, benchmark.compare.command\nfrom benchmark.run import command\n"
    assert python(first + later + first + "print(command.__name__)") == "True True\nTrue True\nbenchmark.run.command\n"


def test_every_name_is_there_and_documented() -> None:
    assert set(benchmark.__all__) <= set(dir(benchmark))
    for name in benchmark.__all__:
        found = getattr(benchmark, name)
        assert callable(found) and inspect.getdoc(found)
    assert list(inspect.signature(benchmark.run).parameters)[:3] == ["methods", "dataset", "split"]
    with pytest.raises(AttributeError, match="no attribute 'rnu'"):
        benchmark.rnu  # type: ignore[attr-defined] # noqa: B018


@pytest.mark.slow
def test_the_types_reach_who_calls(tmp_path: Path) -> None:
    mypy = pytest.importorskip("mypy.api")
    script = tmp_path / "typed.py"
    script.write_text(
        "import benchmark\n"
        "good: benchmark.Sample = benchmark.samples('puppets', limit=1)[0]\n"
        "wrong: int = benchmark.run('cmet', limit='four')\n"
    )
    out, _, _ = mypy.run(
        ["--follow-imports=silent", "--ignore-missing-imports", f"--cache-dir={tmp_path}", str(script)]
    )
    assert "Incompatible types in assignment" in out and 'Argument "limit" to "run" has incompatible type' in out
    assert "typed.py:2" not in out
