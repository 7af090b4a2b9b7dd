"""Templates: what anybody wrote is escaped, and what a template misspells is an error."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from benchmark.analysis.html import data_url, environment, render

EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize("package", ["benchmark.report", "leaderboard"])
def test_every_template_of_every_package_escapes(package: str) -> None:
    found = environment(package)
    assert found.autoescape is True
    names = found.list_templates(extensions=["html"])
    assert {"page.html", "cells.html"} < set(names)
    for name in names:
        found.get_template(name)  # its syntax is right


def test_a_page_forbids_itself_other_hosts_and_escapes_its_title() -> None:
    text = render("benchmark.analysis", "page.html", title=EVIL, policy="default-src 'none'", style="a{}")
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>" in text
    assert 'Content-Security-Policy" content="default-src \'none\'"' in text


def test_a_name_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="policy"):
        render("benchmark.analysis", "page.html", title="a", style="")


def test_bytes_become_an_address_without_a_host() -> None:
    assert data_url("image/png", b"\x89PNG") == "data:image/png;base64,iVBORw=="
