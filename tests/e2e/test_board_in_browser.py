"""The board in a real Chromium: it renders, a filter moves the address, a video plays, no other host is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from tests.e2e.browsing import opened, shoot
from tests.leaderboard.server import running
from tests.made_runs import sample_rows, write_world

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running leaderboard on made results, with real videos for the first sample."""
    root = tmp_path_factory.mktemp("board")
    results = write_world(root)
    frames = np.tile(np.linspace(0, 255, 64, dtype=np.uint8)[None, None, :, None], (25, 64, 1, 3))
    first = sample_rows()[-1]["sample_id"]
    write_clip(root / "cache/corpus" / f"{first}_source.mp4", Clip(np.ascontiguousarray(frames), 25.0))
    with running(results) as (url, _):
        yield url


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    page = opened(browser)
    yield page
    page.context.close()


def test_the_board_renders_and_asks_no_other_host(page: Any, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg")
    assert page.locator("table.board").first.locator("tbody tr").count() == 4
    assert page.locator("[data-testid=stException]").count() == 0
    shoot(page, "board", full=True)
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
    shoot(page, "samples", full=True)
    page.goto(f"{address}/samples?sample={sample_rows()[0]['sample_id']}")
    page.get_by_text("no face was found in frame 3").first.wait_for()
