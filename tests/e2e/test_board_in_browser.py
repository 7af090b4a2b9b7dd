"""The board in a real Chromium: it renders, a filter moves the address, a video plays, no other host is asked."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leaderboard.__main__ import command
from media.clip import Clip
from media.video import write_clip
from tests.made_runs import sample_rows, write_world

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

api = pytest.importorskip("playwright.sync_api", reason='needs playwright: pip install -e ".[e2e]"')
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 120_000  # milliseconds; the machine may be busy with the rest of the suite


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running leaderboard on made results, with real videos for the first sample."""
    root = tmp_path_factory.mktemp("board")
    results = write_world(root)
    frames = np.tile(np.linspace(0, 255, 64, dtype=np.uint8)[None, None, :, None], (25, 64, 1, 3))
    first = sample_rows()[-1]["sample_id"]
    write_clip(root / "cache/corpus" / f"{first}_source.mp4", Clip(np.ascontiguousarray(frames), 25.0))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line, environment = command(
        ["--results", str(results), "--port", str(port), "--address", "127.0.0.1", "--no-browser"]
    )
    server = subprocess.Popen([*line, "--server.fileWatcherType=none"], env=environment, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                    if answer.read() == b"ok":
                        break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail("the leaderboard did not start")
        yield url
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with api.sync_playwright() as playwright:
        options = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
        ]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        page = browser.new_page(viewport={"width": 1400, "height": 1200})
        page.set_default_timeout(PATIENCE)
        page.set_default_navigation_timeout(PATIENCE)
        yield page
        browser.close()


def shoot(page: Any, name: str) -> None:
    """Keep a screenshot where BENCHMARK_SCREENSHOTS names a folder."""
    folder = os.environ.get("BENCHMARK_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_board_renders_and_asks_no_other_host(page: Any, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg")
    assert page.locator("table.board").first.locator("tbody tr").count() == 4
    assert page.locator("[data-testid=stException]").count() == 0
    shoot(page, "board")
    strangers = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert not strangers


def test_a_filter_moves_the_address(page: Any, address: str) -> None:
    page.goto(f"{address}/?metrics=identity")
    page.wait_for_selector("table.board")
    assert page.locator("table.board thead th").all_inner_texts()[1].startswith("Identity")
    page.locator("[data-testid=stSelectbox]").nth(2).locator("input").click()
    page.get_by_role("option", name="extended emotions").click()
    page.wait_for_url("**group=group*extended*")


def test_a_video_plays_and_a_failure_has_its_reason(page: Any, address: str) -> None:
    sample = sample_rows()[-1]["sample_id"]
    page.goto(f"{address}/samples?sample={sample}")
    video = page.locator("video").first
    video.wait_for()
    page.wait_for_timeout(2000)
    assert video.evaluate("v => v.readyState") >= 2
    assert video.evaluate("v => v.videoWidth") == 64
    shoot(page, "samples")
    page.goto(f"{address}/samples?sample={sample_rows()[0]['sample_id']}")
    page.get_by_text("no face was found in frame 3").first.wait_for()
