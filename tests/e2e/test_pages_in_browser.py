"""Every page of the leaderboard in a real Chromium on the results that ship, in light, dark and on a phone."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from benchmark.submission.expected import expected_videos
from leaderboard.places import SEEDED
from tests.e2e.browsing import LOOKS, opened, settled, shoot
from tests.leaderboard.server import running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

PAGES = ("", "compare", "samples", "votes", "submit", "protocols", "methods", "runs")
CARD = {"name": "mine", "title": "Mine", "cue": "audio", "licence": "MIT"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("leaderboard")


@pytest.fixture(scope="module")
def address(place: Path) -> Iterator[str]:
    folders = {"BENCHMARK_VOTES": str(place / "votes"), "BENCHMARK_SUBMISSIONS": str(place / "submissions")}
    with running(SEEDED, **folders) as (url, _):
        yield url


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_opens_without_an_error(look: str, browser: Any, address: str) -> None:
    page = opened(browser, look)
    for name in PAGES:
        page.goto(f"{address}/{name}")
        settled(page)
        assert page.locator("[data-testid=stException]").count() == 0, name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
        shoot(page, f"page_{name or 'board'}_{look}")
    page.context.close()


def test_a_cell_leads_to_its_samples_and_all_clips_play_in_step(browser: Any, address: str) -> None:
    page = opened(browser)
    page.goto(address)
    page.locator("table.board a[href*='method=cmet']").first.click()
    page.wait_for_url("**/samples?*")
    page.locator("video").nth(3).wait_for()
    page.get_by_role("button", name="Play").click()
    times: list[float] = []
    for _ in range(40):  # a busy machine takes a while until eight clips run
        page.wait_for_timeout(200)
        times = page.locator("video").evaluate_all("vs => vs.map(v => v.currentTime)")
        if min(times) > 0.1 and max(times) - min(times) < 0.25:
            break
    assert len(times) == 8 and min(times) > 0.1 and max(times) - min(times) < 0.25, times
    page.context.close()


def test_curves_over_time_are_drawn(browser: Any, address: str) -> None:
    page = opened(browser)
    page.goto(f"{address}/samples")
    axes = ("probability of", "mouth opening", "cosine with the source")
    for words in axes:
        page.locator("[data-testid=stPlotlyChart] .ytitle", has_text=words).wait_for()
    assert page.locator("[data-testid=stPlotlyChart]").count() == len(axes)
    settled(page)
    page.locator("[data-testid=stPlotlyChart]").first.scroll_into_view_if_needed()
    shoot(page, "page_samples_curves")
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


@pytest.fixture(scope="module")
def good(place: Path) -> dict[str, bytes]:
    """The files of a good submission: noise of the right length, size and rate."""
    rng = np.random.default_rng(0)
    files = {"manifest.json": json.dumps({"dataset": "puppets", "split": "test", "method": CARD}).encode()}
    for name, wanted in expected_videos("puppets", "test").items():
        tint = rng.integers(0, 255, (1, 1, 1, 3), dtype=np.uint8)
        frames = np.broadcast_to(tint, (wanted.frames, wanted.height, wanted.width, 3)).copy()
        frames[:, : 2 + len(files) % 60] = rng.integers(0, 255, 3, dtype=np.uint8)
        write_clip(place / "one.mp4", Clip(frames, wanted.fps))
        files[f"{name}.mp4"] = (place / "one.mp4").read_bytes()
    return files


def without(files: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {key: value for key, value in files.items() if key != name}


BAD: dict[str, Callable[[dict[str, bytes], str], dict[str, bytes]]] = {
    "manifest.json is missing": lambda f, v: without(f, "manifest.json"),
    "manifest.json is not JSON": lambda f, v: f | {"manifest.json": b"{"},
    "must be one of": lambda f, v: f | {"manifest.json": f["manifest.json"].replace(b'"audio"', b'"magic"')},
    "holds control characters or markup": lambda f, v: (
        f | {"manifest.json": f["manifest.json"].replace(b"Mine", b"<b>")}
    ),
    "missing: ": lambda f, v: without(f, v),
    "not of this split: stranger.mp4": lambda f, v: f | {"stranger.mp4": f[v]},
    "0 bytes": lambda f, v: f | {v: b""},
    "not an mp4 (wrong first bytes)": lambda f, v: f | {v: b"<html>" * 10},
    "duplicated: the same pictures as": lambda f, v: f | {v: f[[n for n in f if n.endswith("mp4")][1]]},
    "a name that leaves the folder is refused": lambda f, v: f | {"../x.mp4": f[v]},
}


def send(page: Any, address: str, path: Path) -> str:
    page.goto(f"{address}/submit")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Check and submit").click()
    page.locator("[data-testid=stAlert]").first.wait_for()
    settled(page)
    return str(page.locator("[data-testid=stMain]").inner_text())


@pytest.mark.timeout(900)
def test_good_submissions_are_accepted_also_of_one_name_and_ten_bad_ones_are_refused(
    browser: Any, address: str, place: Path, good: dict[str, bytes]
) -> None:
    page = opened(browser)
    video = next(name for name in good if name.endswith(".mp4"))
    for number, (sentence, spoil) in enumerate(BAD.items()):
        path = place / f"bad{number}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in spoil(good, video).items():
                archive.writestr(name, content)
        said = send(page, address, path)
        assert "Refused" in said and sentence in said, sentence
    assert not (place / "submissions").exists()
    with zipfile.ZipFile(place / "good.zip", "w") as archive:
        for name, content in good.items():
            archive.writestr(name, content)
    said = send(page, address, place / "good.zip")
    assert "Accepted" in said and "56 of 56 videos" in said
    assert len(list((place / "submissions").glob("mine-*/submission.zip"))) == 1
    other = opened(browser)  # somebody else, with a method of the same name
    with zipfile.ZipFile(place / "other.zip", "w") as archive:
        for name, content in reversed(good.items()):
            archive.writestr(name, content)
    said = send(other, address, place / "other.zip")
    assert "Accepted" in said and "1 other submission(s) bear this name" in said
    assert "The same file came on" in send(page, address, place / "good.zip")
    assert len(list((place / "submissions").glob("mine-*/submission.zip"))) == 2
    shoot(page, "page_submit_kept", full=True)
    other.context.close()
    page.context.close()
