"""HTML by templates: what anybody wrote is escaped, and a name that a template misspells is an error.

Pages share `templates/page.html`, which sends no request to any host (Content-Security-Policy), and `cells.html`, which
says how a cell of a table is marked. Rooms add templates of their own beside their code.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from benchmark.analysis import format, words


@cache
def environment(package: str) -> Environment:
    """The templates of a package, and the shared ones."""
    found = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("benchmark.analysis")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {"format": format, "words": words, "data_url": data_url}
    return found


def render(package: str, template: str, **values: Any) -> str:
    """A template of a package, filled in. The same values give the same text."""
    return environment(package).get_template(template).render(**values)


def data_url(kind: str, content: bytes) -> str:
    """Bytes as an address that needs no host."""
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"
