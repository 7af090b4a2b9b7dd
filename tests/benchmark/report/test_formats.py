"""Every format on every kind of runs: missing numbers, one method, one speaker, odd names, ten methods."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from benchmark.analysis import format
from benchmark.analysis.gather import gather
from benchmark.analysis.latex import escape
from benchmark.report import latex, markdown
from benchmark.report.command import FORMATS, main
from benchmark.report.data_formats import to_csv, to_json
from benchmark.report.packet import packet
from benchmark.report.tables import Tables, build
from tests.benchmark.report.made import CARDS, card, write

N = 18
EVIL = "<script>alert(1)</script> & \"q\" 'x' | $a_b^2$ 100% #1 \\x {y} ~z [l](u) `c` *b* 表情"
REASON = "no <b>face</b> | in $frame$ 3_a & `b` \\ 100%"


def missing(root: Path) -> None:
    for method in ("source_copy", "one", "two", "ground_truth"):
        write(root, method, fails=2 if method == "one" else 0)
    write(root, "three", {"emotion_accuracy": np.full(N, np.nan)}, reason="missing checkpoint: judge.pt")


def one_method(root: Path) -> None:
    write(root, "alone")


def one_speaker(root: Path) -> None:
    write(root, "one", speakers=1)
    write(root, "two", speakers=1)


def odd_names(root: Path) -> None:
    write(root, "one", title=EVIL, fails=1, reason=REASON)
    write(root, "two", title="same title")
    write(root, "three", title="same title")
    write(root, "four", cards=[*CARDS, card("odd", title=EVIL, unit="% of <x>", caveat=EVIL)])


def ten_methods(root: Path) -> None:
    for k in range(10):
        write(root, f"method_with_a_long_name_{k}", skill=0.05 + 0.09 * k, title=f"A method with a long name, {k}")


def mead(root: Path) -> None:
    for method in ("source_copy", "one", "two"):
        write(root, method, dataset="mead")


CASES: dict[str, Callable[[Path], None]] = {
    case.__name__: case for case in (missing, one_method, one_speaker, odd_names, ten_methods, mead)
}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Results folders of all cases."""
    roots = {name: tmp_path_factory.mktemp(name) for name in CASES}
    for name, root in roots.items():
        CASES[name](root)
    return {name: root / "results" for name, root in roots.items()}


@pytest.fixture(scope="module")
def laid(worlds: dict[str, Path]) -> dict[str, Tables]:
    """Tables of all cases."""
    return {name: build(gather([results])) for name, results in worlds.items()}


def written(tables: Tables, kind: str, samples: int = 2) -> str:
    """The report in a format, with the tables by emotion, level and speaker of all metrics."""
    by = [column.facts.measure.metric for column in tables.overall]
    if kind == "html":
        return packet(tables, samples=samples, seed=0, command=["python", "-m", "benchmark.report"])
    if kind in ("latex", "markdown"):
        return (latex if kind == "latex" else markdown).render(tables, by)
    return to_csv(tables) if kind == "csv" else to_json(tables)


def report(results: Path, kind: str, *more: str) -> str:
    """The report by the command line."""
    out = results.parent / f"report.{kind}"
    assert main([str(results), "--format", kind, "--out", str(out), *more]) == 0
    return out.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_markdown_has_a_full_grid(laid: dict[str, Tables], case: str) -> None:
    text = written(laid[case], "markdown")
    for block in text.split("\n\n"):
        lines = block.splitlines()
        if lines and lines[0].startswith("| "):
            counts = {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
            assert len(counts) == 1, block
    assert not re.search(r"\bnan\b", text, re.IGNORECASE)
    assert "<script>" not in text


@pytest.mark.parametrize("case", CASES)
def test_csv_and_json_hold_the_same_numbers(laid: dict[str, Tables], case: str) -> None:
    rows = list(csv.DictReader(io.StringIO(written(laid[case], "csv"))))
    document = json.loads(written(laid[case], "json"), parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
    assert len(rows) == len(document["numbers"]) > 0
    for row, number in zip(rows, document["numbers"], strict=True):
        assert row["method"] == number["method"] and row["group_value"] == number["group_value"]
        assert (float(row["value"]) if row["value"] else None) == number["value"]
        assert (number["value"] is None) == (number["status"] != "ok")


@pytest.mark.parametrize("case", CASES)
def test_latex_compiles_within_the_width_of_a_page(laid: dict[str, Tables], case: str, tmp_path: Path) -> None:
    tex = next((found for name in ("pdflatex", "tectonic") if (found := shutil.which(name))), None)
    text = written(laid[case], "latex")
    assert text.count(r"\begin{table") == text.count(r"\end{table") > 0
    if tex is None:
        pytest.skip("no TeX on this machine: apt-get install texlive-latex-recommended")
    head = "\\documentclass{article}\n\\usepackage{booktabs}\n\\extrafloats{200}\n\\begin{document}\n"
    (tmp_path / "t.tex").write_text(f"{head}{text}\\clearpage\\end{{document}}\n", encoding="utf-8")
    flags = ["-interaction=nonstopmode", "-halt-on-error"] if tex.endswith("pdflatex") else []
    done = subprocess.run([tex, *flags, "t.tex"], cwd=tmp_path, capture_output=True, timeout=120)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said[-2000:]
    assert (tmp_path / "t.pdf").stat().st_size > 5000
    assert "Overfull \\hbox" not in said, re.findall(r"Overfull.*", said)
    assert "Float too large" not in said, re.findall(r".*Float too large.*", said)


class Page(HTMLParser):
    """Tags that are open, addresses that a page names, and whether tags are closed in order."""

    VOID = frozenset({"meta", "link", "img", "br", "line", "circle", "path", "polyline", "i"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "poster", "action", "data")]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("case", CASES)
def test_the_packet_is_whole_and_names_no_other_host(laid: dict[str, Tables], case: str) -> None:
    text = written(laid[case], "html")
    page = Page()
    page.feed(text)
    assert not page.open
    assert page.tags.count("script") == 1
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    assert "url(" not in text and "@import" not in text
    assert not re.search(r"\bnan\b", re.sub(r"base64,[\w+/=]+", "", text), re.IGNORECASE)
    assert text == written(laid[case], "html")


def test_what_users_write_is_escaped_in_the_packet(laid: dict[str, Tables]) -> None:
    text = written(laid["odd_names"], "html", 18)
    assert "<script>alert" not in text and "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<b>face</b>" not in text and "no &lt;b&gt;face&lt;/b&gt;" in text


@pytest.mark.parametrize("kind", ["markdown", "latex"])
def test_tables_mark_best_second_missing_and_unranked(worlds: dict[str, Path], kind: str) -> None:
    text = report(worlds["missing"], kind, "--metrics", "identity,emotion_accuracy")
    assert "16/18" in text and ("missing checkpoint" in text or "no face" in text)
    assert "(floor)" in text and "(ceiling)" in text
    assert ("**" in text and "<u>" in text) if kind == "markdown" else (r"\textbf" in text and r"\underline" in text)
    assert "puppets-v1" in text and "18 samples of 3 speakers" in text


def test_paper_reported_rows_stand_apart_and_are_marked(laid: dict[str, Tables]) -> None:
    text = written(laid["mead"], "markdown")
    measured, _, papers = text.partition("## Paper-reported")
    assert "†" not in measured and "EAMM" not in measured
    assert "| C-MET† | audio | 2.643 | 90.804 | 329.862 | 7.9996 | 55.91 |" in re.sub(r" +", " ", papers)
    assert "Not ranked" in papers and "**" not in papers and "<u>" not in papers
    assert "55.91" in written(laid["mead"], "html") and "55.91" in written(laid["mead"], "latex")
    document = json.loads(written(laid["mead"], "json"))
    assert {"EAMM", "C-MET"} <= {row["method"] for paper in document["paper_reported"] for row in paper["rows"]}
    assert not {"EAMM", "C-MET"} & {row["title"] for row in document["numbers"]}


def test_chosen_metrics_come_in_their_order(worlds: dict[str, Path]) -> None:
    lines = report(worlds["missing"], "markdown", "--metrics", "unit_error,identity").splitlines()
    rows = [line.split(" | ")[0] for line in lines if "↑" in line or "↓" in line][:2]
    assert rows[0].startswith("| Unit error") and rows[1].startswith("| Identity")


def test_latex_escapes_every_special_character() -> None:
    assert escape("a_b & 50% #1 $x$ {y} \\ ~ ^") == (
        r"a\_b \& 50\% \#1 \$x\$ \{y\} \textbackslash{} \textasciitilde{} \textasciicircum{}"
    )
    assert escape("表é") == r"\texttt{U+8868}é"


def test_markdown_escapes_what_would_be_markup() -> None:
    assert markdown.escape("a|b <i> *c* [d](e) `f`") == r"a\|b &lt;i&gt; \*c\* \[d\](e) \`f\`"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (51.785, 1, "51.8"),
        (-0.04, 1, "-4.0e-02"),
        (0.0, 3, "0.000"),
        (6e-15, 1, "0.0"),
        (2.5e7, 1, "2.5e+07"),
        (-0.0, 2, "0.00"),
    ],
)
def test_digits(value: float, decimals: int, text: str) -> None:
    assert format.number(value, decimals) == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "htm"], "did you mean 'html'"),
        (["--format", "html"], "--out"),
        (["--by", "identty"], "did you mean 'identity'"),
        (["--metrics", "nothing_like_it"], "no run holds a metric"),
        (["--samples", "-1"], "--samples must be 0 or more"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    worlds: dict[str, Path], arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(worlds["one_method"]), *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


@pytest.mark.parametrize("kind", FORMATS)
def test_the_command_line_writes_every_format(worlds: dict[str, Path], laid: dict[str, Tables], kind: str) -> None:
    text = report(
        worlds["one_method"], kind, *(["--by", "all"] if kind in ("latex", "markdown") else ["--samples", "2"])
    )
    if kind == "html":
        assert "--samples 2" in text and "<h2>Results</h2>" in text
    else:
        assert text == written(laid["one_method"], kind)
