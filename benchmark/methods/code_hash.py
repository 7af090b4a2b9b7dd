"""A hash of the code that makes a method's outputs: it moves when the code does, whatever the version on the card says.

Of Python files only what runs counts: comments, docstrings and layout do not. A method's code is its module and all
that this imports, anywhere in the file, of the same top-level package or of other code that is not installed (a
checkout beside it); never the benchmark's own. A script's is the script and the modules beside it.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
import sysconfig
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from benchmark.core.fingerprint import fingerprint
from benchmark.methods.checkout_hash import hash_if_present

STDLIB = sysconfig.get_path("stdlib")
INSTALLED = {"site-packages", "dist-packages"}
"""Folders of installed packages, in whatever environment."""
FindModule = Callable[[str], Path | None]
"""The file of a module by its dotted name; None: it does not count."""


@cache
def method_code_hash(method: type) -> str:
    """The hash of a method's code; "" where its module has no file, as in a notebook."""
    first: list[tuple[str, Path]] = []
    for kind in method.__mro__:
        module = sys.modules.get(kind.__module__)
        file = getattr(module, "__file__", None)
        if file is None or Path(file).is_relative_to(STDLIB):
            continue
        name = getattr(getattr(module, "__spec__", None), "name", kind.__module__)  # also where it runs as __main__
        if kind is method or name.partition(".")[0] != "benchmark":
            first.append((name, Path(file)))
    if not first:
        return ""
    own = {name.partition(".")[0] for name, _ in first}
    files = _reachable(first, cache(lambda name: _module_file(name, own)))
    return fingerprint(sorted(_running_code(path, tree) for path, tree in files.items()))


def script_code_hash(script: Path) -> str:
    """The hash of a script and of the modules beside it that it imports, directly or not."""

    def find(name: str) -> Path | None:
        return _python_file(script.parent.joinpath(*name.split(".")))

    files = _reachable([("__main__", script)], find)
    return fingerprint(sorted(_running_code(path, tree) for path, tree in files.items()))


def _reachable(first: Iterable[tuple[str, Path]], find: FindModule) -> dict[Path, ast.Module | None]:
    """The files of these modules and of all that they import, as far as `find` knows them; None: another Python's."""
    pending, found = list(first), dict[Path, ast.Module | None]()
    while pending:
        name, path = pending.pop()
        if path in found:
            continue
        tree = found[path] = _parsed(path)
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for imported in _imports(tree, package):
            parts = imported.split(".")
            for end in range(1, len(parts) + 1):  # the packages on the way are run, too
                dotted = ".".join(parts[:end])
                file = find(dotted)
                if file is not None:
                    pending.append((dotted, file))
    return found


def _imports(tree: ast.Module | None, package: str) -> list[str]:
    """Dotted names that a file of a package may import; `from a import b` may mean the module a.b."""
    names: list[str] = []
    for node in ast.walk(tree or ast.Module([], [])):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            try:
                base = importlib.util.resolve_name(base, package)
            except ImportError:  # beyond the top: it fails when it runs, too
                continue
            names += [base, *(f"{base}.{alias.name}" for alias in node.names if alias.name != "*")]
    return names


def _module_file(name: str, own: set[str]) -> Path | None:
    """The file of a module of these packages, or of a package that is not installed. Nothing is imported."""
    top, *rest = name.split(".")
    if top == "benchmark":
        return None
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None or spec.origin in ("built-in", "frozen"):
        return None
    if spec.submodule_search_locations is None:
        places = [Path(spec.origin)] if spec.origin and not rest else []
    else:
        places = [Path(folder).joinpath(*rest) for folder in spec.submodule_search_locations]
    for place in places:
        file = place if place.suffix == ".py" else _python_file(place)
        if file is not None and not _is_installed(file, but=own, name=top):
            return file
    return None


def _python_file(place: Path) -> Path | None:
    """The file of the module or package at a path without ending."""
    for file in (place / "__init__.py", place.with_name(f"{place.name}.py")):
        if file.is_file():
            return file
    return None


def _is_installed(file: Path, but: Iterable[str], name: str) -> bool:
    """Whether a file belongs to Python or to an installed package, other than those of the method itself."""
    if name.partition(".")[0] in but:
        return False
    return file.is_relative_to(STDLIB) or not INSTALLED.isdisjoint(file.parts)


def _running_code(path: Path, tree: ast.Module | None) -> str:
    """The hash of what runs of a Python file; of its bytes where it is for another Python."""
    if tree is None:
        return hash_if_present(path)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = [part for part in node.body if not _is_text(part)] or [ast.Pass()]
    try:
        return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()
    except RecursionError:  # a program's table that is one long expression
        return hash_if_present(path)


def _is_text(node: ast.stmt) -> bool:
    """Whether a statement is a bare string: a docstring, of a module, a function or a field."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
