"""Every page on the results that ship and on hard ones: no error, votes kept, nobody's markup, nothing of torch."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason='the leaderboard needs streamlit: pip install -e ".[app]"')

from benchmark.results import store
from leaderboard.places import SEEDED
from leaderboard.votes.study import study_of, votes_store
from tests.leaderboard.test_app import html_of, open_app
from tests.made_runs import write_one, write_world

PAGES = sorted(path.name for path in (Path(__file__).parents[2] / "leaderboard" / "views").glob("[a-z]*.py"))
EVIL = "<script>alert(1)</script>![x](http://evil.example/x.png)"


def test_every_page_opens_on_the_results_that_ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHMARK_VOTES", str(tmp_path))
    monkeypatch.setenv("BENCHMARK_SUBMISSIONS", str(tmp_path))
    app = open_app(SEEDED, monkeypatch)
    assert len(PAGES) == 8
    for page in PAGES:
        app.switch_page(f"views/{page}").run()
        assert not app.exception, page
        assert not app.error, page


def test_filters_of_method_facts_and_search_keep_floor_and_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(SEEDED, monkeypatch, family="label")
    assert set(app.dataframe[0].value["method"]) == {"edtalk-label", "source_copy", "ground_truth"}
    app = open_app(SEEDED, monkeypatch, search="c-met", sort="identity_similarity")
    page = html_of(app)
    assert "C-MET" in page and "EDTalk, label" not in page and "floor" in page and "ceiling" in page
    assert "samples?dataset=puppets&amp;split=test&amp;method=cmet&amp;metric=emotion_accuracy" in page


def test_a_choice_is_kept_on_the_next_page(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(SEEDED, monkeypatch)
    app.selectbox(key="split").select("extended").run()
    for page in ("views/samples.py", "views/compare.py", "views/board.py"):
        app.switch_page(page).run()
        assert app.selectbox(key="split").value == "extended"
        assert app.run().selectbox(key="split").value == "extended"


def test_a_vote_is_stored_and_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHMARK_VOTES", str(tmp_path))
    app = open_app(SEEDED, monkeypatch)
    app.switch_page("views/votes.py").run()
    assert app.selectbox(key="split").value == "test"
    next(b for b in app.button if b.label == "Begin").click().run()
    assert not app.exception and len(app.radio) == 2
    for radio in app.radio:
        radio.set_value("left")
    next(b for b in app.button if b.label.startswith("Send")).click().run()
    assert not app.exception
    votes = votes_store(SEEDED, "puppets", "test").table()
    assert list(votes["question"]) == ["emotion", "natural"] and set(votes["choice"]) == {"left"}
    assert set(votes.columns).isdisjoint({"name", "address", "ip", "email"})
    next(b for b in app.button if b.label.startswith("Take")).click().run()
    assert votes_store(SEEDED, "puppets", "test").table().empty


def test_titles_with_markup_and_a_run_that_is_broken_change_no_other_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = write_world(tmp_path)
    folder = next(results.glob("*/*/cmet/*"))
    record = store.read_run(folder)
    record["method"]["title"] = EVIL
    store.write_run(folder, record)
    (write_one(tmp_path, "cut") / store.SUMMARY_FILE).write_text("method\nnan\n")
    app = open_app(results, monkeypatch)
    for page in PAGES:
        app.switch_page(f"views/{page}").run()
        assert not app.exception, page
        assert "<script>" not in html_of(app)
        assert "![x](" not in " ".join(element.value for element in [*app.markdown, *app.caption])
    app.switch_page("views/board.py").run()
    assert "Edtalk" in html_of(app) and "1 of the runs" in app.warning[0].value


def test_a_folder_that_goes_while_it_is_open_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = write_world(tmp_path)
    app = open_app(results, monkeypatch)
    shutil.rmtree(next(results.glob("*/*/cmet")))
    assert not app.run().exception and "Cmet" not in html_of(app)
    for path in results.glob("*/*/*/*/scores.parquet"):
        path.unlink()
    app.switch_page("views/samples.py").run()
    assert not app.exception
    shutil.rmtree(results)
    assert not app.run().exception


def test_a_study_needs_two_clips_and_known_answers_need_both_ends() -> None:
    from leaderboard.data import load_board
    from leaderboard.rows import choose

    board = load_board(SEEDED)
    study = study_of(board, choose(board.rows, "puppets", "extended"))
    assert len(study.pairs_of) == 6 and len(study.checks) == 6
    assert all("ground_truth" not in methods and len(methods) == 4 for methods in study.pairs_of.values())


def test_no_page_reaches_torch() -> None:
    code = (
        "import sys, os\nfrom streamlit.testing.v1 import AppTest\nfrom leaderboard.__main__ import APP\n"
        "sys.argv = ['app.py']\napp = AppTest.from_file(str(APP), default_timeout=120).run()\n"
        f"for page in {PAGES!r}:\n    app.switch_page('views/' + page).run()\n    assert not app.exception, page\n"
        "assert not {'torch', 'hydra', 'transformers'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=250)
    assert done.returncode == 0, done.stderr[-800:]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_holds_a_string_that_streamlit_would_show(page: str) -> None:
    """Streamlit writes every string that stands alone in a page, but for the docstring at its top."""
    tree = ast.parse((Path(__file__).parents[2] / "leaderboard" / "views" / page).read_text())
    alone = [node for node in tree.body[1:] if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    assert not alone
