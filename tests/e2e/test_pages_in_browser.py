"""Every page of the leaderboard in a real Chromium on the results that ship, in light, dark and on a phone."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leaderboard.data import SEEDED
from tests.leaderboard.server import running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

api = pytest.importorskip("playwright.sync_api", reason='needs playwright: pip install -e ".[e2e]"')
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGES = ("", "compare", "samples", "votes", "submit", "protocols", "methods", "runs")
LOOKS = {"light": (1400, 1000, "light"), "dark": (1400, 1000, "dark"), "phone": (390, 844, "light")}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("leaderboard")


@pytest.fixture(scope="module")
def address(place: Path) -> Iterator[str]:
    folders = {"BENCHMARK_VOTES": str(place / "votes"), "BENCHMARK_SUBMISSIONS": str(place / "submissions")}
    with running(SEEDED, **folders) as (url, _):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with api.sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


def opened(browser: Any, look: str = "light") -> Any:
    width, height, scheme = LOOKS[look]
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
    page.set_default_timeout(120_000)
    page.set_default_navigation_timeout(120_000)
    return page


def settled(page: Any) -> None:
    page.wait_for_selector("h1, [data-testid=stHeading]")
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(800)


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_opens_without_an_error(look: str, browser: Any, address: str) -> None:
    page = opened(browser, look)
    for name in PAGES:
        page.goto(f"{address}/{name}")
        settled(page)
        assert page.locator("[data-testid=stException]").count() == 0, name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
        if folder := os.environ.get("BENCHMARK_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"page_{name or 'board'}_{look}.png")
    page.context.close()


def test_a_vote_is_stored(browser: Any, address: str, place: Path) -> None:
    page = opened(browser)
    page.goto(f"{address}/votes")
    page.get_by_role("button", name="Begin").click()
    page.locator("video").nth(1).wait_for()
    for group in page.get_by_role("radiogroup").all():
        group.get_by_text("Left", exact=True).click()
    page.get_by_role("button", name="Send and go on").click()
    page.get_by_text("1 of 18").wait_for()
    with sqlite3.connect(place / "votes" / "puppets_test.sqlite") as votes:
        assert votes.execute("SELECT question, choice FROM votes").fetchall() == [
            ("emotion", "left"), ("natural", "left"),
        ]  # fmt: skip
    page.context.close()
