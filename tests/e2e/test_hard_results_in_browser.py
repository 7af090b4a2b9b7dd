"""Results that are hard to show, in a real Chromium: very many, changing, broken, not finite, hostile."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmark.results import store
from tests.e2e.browsing import opened, settled, shoot
from tests.leaderboard.server import running
from tests.made_many import ROWS, write_many
from tests.made_runs import write_one, write_world

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

EVIL = "<img src=x onerror=window.hurt=1><script>window.hurt=1</script>[x](javascript:window.hurt=1)"


def titles(page: Any) -> list[str]:
    """First column of the board's table."""
    return [
        text.split("\n")[0]
        for text in page.locator("table.board").first.locator("tbody td:first-child").all_inner_texts()
    ]


def look_again(page: Any) -> None:
    """Let the server read its folder once more, as any choice of a viewer does."""
    page.reload()
    page.wait_for_selector("table.board")
    settled(page)


def test_ten_thousand_rows_open_and_can_be_searched(browser: Any, tmp_path: Path) -> None:
    results = write_many(tmp_path, 10_000 // ROWS + 1)
    with running(results) as (url, _):
        page = opened(browser)
        begun = time.monotonic()
        page.goto(url)
        page.wait_for_selector("table.board tbody tr:nth-child(99)")
        print(f"{ROWS * 99} rows: first view of the first viewer {time.monotonic() - begun:.1f} s")
        assert page.locator("[data-testid=stException]").count() == 0 and len(titles(page)) == 99
        settled(page)
        begun = time.monotonic()
        page.reload()
        page.wait_for_selector("table.board tbody tr:nth-child(99)")
        print(f"second view {time.monotonic() - begun:.1f} s")
        settled(page)
        box = page.get_by_placeholder("method, family, licence")
        box.fill("method042")
        box.press("Enter")
        page.wait_for_url("**search=method042*")
        page.wait_for_function("document.querySelector('table.board tbody').rows.length == 1")
        assert titles(page) == ["Method042"]
        page.context.close()


def test_a_folder_that_changes_while_it_is_open(browser: Any, tmp_path: Path) -> None:
    results = write_world(tmp_path)
    with running(results) as (url, _):
        page = opened(browser)
        page.goto(url)
        page.wait_for_selector("table.board")
        before = titles(page)
        write_one(tmp_path, "float")
        look_again(page)
        assert set(titles(page)) == {*before, "Float"}
        shutil.rmtree(results / "puppets" / "test" / "cmet")
        (next(results.glob("*/*/edtalk/*")) / store.RUN_FILE).write_text("{")
        look_again(page)
        assert set(titles(page)) == {*before, "Float"} - {"Cmet", "Edtalk"}
        assert "1 of the runs" in page.locator("[data-testid=stAlert]").first.inner_text()
        page.goto(f"{url}/runs")
        settled(page)
        assert page.locator("[data-testid=stException]").count() == 0
        shutil.rmtree(results)
        page.goto(url)
        settled(page)
        assert page.locator("[data-testid=stException]").count() == 0
        write_one(tmp_path, "back")
        look_again(page)
        assert titles(page) == ["Back"]
        page.context.close()


def test_numbers_that_are_none_and_words_that_are_markup_harm_nobody(browser: Any, tmp_path: Path) -> None:
    results = write_world(tmp_path)
    endless, empty, evil = (next(results.glob(f"*/*/{name}/*")) for name in ("edtalk", "source_copy", "cmet"))
    table = pd.read_csv(endless / store.SUMMARY_FILE, dtype="str", keep_default_na=False)
    table.loc[0, "value"] = "inf"
    table.to_csv(endless / store.SUMMARY_FILE, index=False)
    table = pd.read_csv(empty / store.SUMMARY_FILE, dtype="str", keep_default_na=False)
    table.loc[1, ["value", "ci_low"]] = ["NaN", "-Infinity"]
    table.to_csv(empty / store.SUMMARY_FILE, index=False)
    record = json.loads((evil / store.RUN_FILE).read_text())
    record["method"] |= {"title": EVIL, "licence": EVIL, "paper": "javascript:window.hurt=1"}
    record["warnings"] = [EVIL]
    store.write_run(evil, record)
    scores = store.read_scores(evil)
    scores.loc[scores["status"] != "ok", "reason"] = EVIL
    store.write_scores(evil, scores)
    with running(results) as (url, _):
        page = opened(browser)
        for name in ("", "compare", "samples", "votes", "submit", "protocols", "methods", "runs"):
            page.goto(f"{url}/{name}")
            settled(page)
            assert page.locator("[data-testid=stException]").count() == 0, name
            assert page.evaluate("window.hurt") is None, name
            assert page.locator("img[src=x]").count() == 0, name
            assert page.locator("a[href^='javascript:']").count() == 0, name
            if not name:
                said = titles(page)
                assert len(said) == 2 and any(text.startswith("<img src=x") for text in said), said
                assert "2 of the runs" in page.locator("[data-testid=stAlert]").first.inner_text()
                shoot(page, "hard_board")
        page.goto(f"{url}/samples?sample=P1_happy_1")
        page.get_by_text("<script>window.hurt=1</script>").first.wait_for()
        assert page.evaluate("window.hurt") is None
        page.context.close()
