"""The review packet in a real Chromium without a network: it opens, asks for nothing, plays, and fits a phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.analysis.gather import gather
from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from benchmark.report.command import main
from tests.benchmark.report.made import write
from tests.e2e.browsing import shoot

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

METHODS = ("source_copy", "one", "two", "three", "four", "five", "ground_truth")
EVIL = "<img src=x onerror=alert(1)><script>alert(1)</script>"


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packet of five methods with real clips; one method fails on a sample for a reason that tries to be markup."""
    root = tmp_path_factory.mktemp("packet")
    clips = []
    for k in range(len(METHODS) + 2):
        shade = np.roll(np.tile(np.linspace(0, 255, 96, dtype=np.uint8)[None, None, :, None], (25, 96, 1, 3)), 9 * k, 2)
        sound = (0.1 * np.sin(np.arange(16000) / (10 + k))).astype(np.float32)
        write_clip(root / f"{k}.mp4", Clip(np.ascontiguousarray(shade), 25.0, sound, 16000))
        clips.append((root / f"{k}.mp4").read_bytes())
    for k, method in enumerate(METHODS):
        title = f"Method {method}" + (EVIL if method == "three" else "")
        folder = write(root, method, title=title, skill=0.1 + 0.13 * k, fails=2 if method == "two" else 0, reason=EVIL)
        for card in gather([folder]).entries[0].samples.values():
            for role, clip in (("source", clips[-1]), ("target", clips[-2]), ("output", clips[k])):
                if card[role]:
                    (root / card[role]).parent.mkdir(parents=True, exist_ok=True)
                    (root / card[role]).write_bytes(clip)
    out = root / "packet.html"
    assert main([str(root / "results"), "--format", "html", "--out", str(out), "--samples", "18"]) == 0
    return out


@dataclass
class Watched:
    """A page, and what it did."""

    page: Any
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def opened(browser: Any, packet: Path, **context: Any) -> Watched:
    """The packet from its file, offline, with everything that it asks for and says."""
    page = browser.new_context(offline=True, **context).new_page()
    page.set_default_timeout(120_000)
    found = Watched(page)
    page.on("request", lambda request: found.asked.append(request.url))
    page.on("console", lambda message: found.said.append(message.text))
    page.on("pageerror", lambda error: found.said.append(str(error)))
    page.on("dialog", lambda dialog: (found.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(packet.as_uri())
    return found


def until(page: Any, condition: str) -> None:
    """Wait for a condition. Playwright's own way evaluates text within the page, which the page forbids."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came true: {condition}")


def test_it_opens_offline_asks_no_host_and_says_nothing(browser: Any, packet: Path, tmp_path: Path) -> None:
    seen = opened(browser, packet, viewport={"width": 1280, "height": 1000})
    page = seen.page
    assert page.locator("#results table").first.locator("tbody tr").count() == 5  # four metrics and the coverage
    assert page.locator("#plots svg").count() == 4
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(500)
    strangers = [url for url in seen.asked if not url.startswith((packet.as_uri(), "data:", "blob:"))]
    assert not strangers and not seen.said
    page.screenshot(path=tmp_path / "packet.png")
    assert (tmp_path / "packet.png").stat().st_size > 20_000
    page.evaluate("window.scrollTo(0, 0)")
    shoot(page, "packet")


def test_a_clip_plays_by_itself_and_all_together(browser: Any, packet: Path) -> None:
    seen = opened(browser, packet)
    sample = seen.page.locator(".sample").first
    sample.scroll_into_view_if_needed()
    sample.locator(".play").first.click()
    first = "document.querySelector('.sample video')"
    until(seen.page, f"{first}.currentTime > 0.1")
    assert seen.page.evaluate(f"{first}.videoWidth") == 96
    assert seen.page.evaluate(f"{first}.src").startswith("blob:")
    sample.locator(".together").click()
    videos = "[...document.querySelector('.sample').querySelectorAll('video')]"
    until(seen.page, f"{videos}.every((video) => video.currentTime > 0.05 && !video.paused)")
    assert not seen.said


def test_what_users_wrote_stays_text(browser: Any, packet: Path) -> None:
    seen = opened(browser, packet)
    assert EVIL in seen.page.locator("#failures").inner_text()
    assert seen.page.locator("img[src=x]").count() == 0
    assert seen.page.locator("script").count() == 1
    seen.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title=1\">')")
    seen.page.wait_for_timeout(300)
    assert seen.page.title() != "1"  # the policy of the page stops what escaping would have missed


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_sideways_in_both_themes(browser: Any, packet: Path, scheme: str) -> None:
    seen = opened(browser, packet, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = seen.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    ink, paper = (
        [int(part) for part in page.evaluate(f"getComputedStyle(document.body).{name}").strip("rgba()").split(", ")[:3]]
        for name in ("color", "backgroundColor")
    )
    assert (sum(ink) < sum(paper)) == (scheme == "light")
    assert contrast(ink, paper) > 7  # WCAG AAA
    shoot(page, f"packet_phone_{scheme}")


def test_the_theme_can_be_changed_and_a_metric_chosen(browser: Any, packet: Path) -> None:
    page = opened(browser, packet, color_scheme="light").page
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("#theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert page.locator(".metric:visible").count() == 1
    page.locator("#metric").select_option(label="Identity")
    assert page.locator(".metric:visible h3").first.inner_text().startswith("Identity")


def test_without_scripts_everything_is_still_there(browser: Any, packet: Path) -> None:
    page = opened(browser, packet, java_script_enabled=False).page
    assert page.locator(".metric:visible").count() == 3
    assert page.locator("video[controls]").count() == page.locator("video").count() > 0


def contrast(first: list[int], second: list[int]) -> float:
    """Contrast ratio of two sRGB colours, WCAG 2."""
    lights = []
    for colour in (first, second):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)
