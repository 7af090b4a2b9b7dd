"""What the browser tests share: pages of three looks, waiting until a page is drawn, screenshots."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

LOOKS = {"light": (1400, 1000, "light"), "dark": (1400, 1000, "dark"), "phone": (390, 844, "light")}
PATIENCE = 120_000
"""Milliseconds; the machine may be busy with something else."""


def opened(browser: Any, look: str = "light") -> Any:
    """An empty page of a look, in a context of its own; close `page.context`."""
    width, height, scheme = LOOKS[look]
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
    page.set_default_timeout(PATIENCE)
    page.set_default_navigation_timeout(PATIENCE)
    return page


def settled(page: Any) -> None:
    """Wait until the server has said everything."""
    page.wait_for_selector("h1, [data-testid=stHeading]")
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(800)


def shoot(page: Any, name: str, full: bool = False) -> None:
    """Keep a screenshot where BENCHMARK_SCREENSHOTS names a folder."""
    if folder := os.environ.get("BENCHMARK_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=full)
