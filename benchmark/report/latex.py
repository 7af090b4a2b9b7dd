"""A whole report as LaTeX: its tables, confusion matrices and what papers print, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from benchmark.analysis import format, words
from benchmark.analysis.latex import ACROSS, column_head, escape, floats, one_table, titled
from benchmark.analysis.papers import NOTE, PaperTable, paper_tables
from benchmark.report.tables import Confusion, Tables


def render(tables: Tables, by: Sequence[str]) -> str:
    """The report as LaTeX.

    Args:
        tables: what to print.
        by: names of the metrics whose tables by emotion, level and speaker are printed.
    """
    parts = [one_table(tables.table)]
    for grouping, title in words.GROUPING_TITLES.items():
        for columns in tables.groups.get(grouping, ()):
            facts = columns[0].facts
            if facts.measure.metric in by:
                groups = [f"{format.group(grouping, c.group_value)} n\u00a0=\u00a0{c.planned}" for c in columns]
                about = f"{titled(facts.title, facts.unit)} {facts.arrow} {title}. {words.setting(tables.table)} "
                about += f"{words.interval_note(columns, tables.evidence.level)} {words.marks_note(columns)}"
                parts.append(
                    floats(
                        tables.entries,
                        columns,
                        list(map(column_head, groups)),
                        about,
                        f"{facts.measure.metric}-{grouping}",
                    )
                )
    parts += [_confusion(found, tables) for found in tables.confusions]
    parts += [_paper(paper) for paper in paper_tables(tables.evidence.dataset)]
    return "\n\n".join(parts) + "\n"


def _confusion(found: Confusion, tables: Tables) -> str:
    name = words.method_names(tables.entries)[found.entry.method]
    about = f"Confusion of {name}: expected emotion (rows) and what the judge {found.judge} sees (columns), clips. "
    about += f"{words.setting(tables.table)} Judge's protocol {found.protocol}; "
    about += f"{format.plural(found.missing, 'clip')} without an answer."
    seen = list(found.counts.columns)
    lines = [r"\begin{table}[t]", r"\centering", r"\footnotesize", r"\setlength{\tabcolsep}{4pt}"]
    lines += [rf"\caption{{{escape(about)}}}", rf"\begin{{tabular}}{{@{{}}l{'r' * len(seen)}@{{}}}}", r"\toprule"]
    lines += [" & ".join(["", *(escape(str(emotion)[:3]) for emotion in seen)]) + r" \\", r"\midrule"]
    for expected, row in found.counts.iterrows():
        cells = [rf"\textbf{{{n}}}" if emotion == expected else str(n) for emotion, n in row.items()]
        lines.append(" & ".join([escape(str(expected)), *cells]) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", r"\end{table}"])


def _paper(paper: PaperTable) -> str:
    about = f"{paper.title}. {NOTE} Protocol: {paper.protocol}. Source: {paper.source}."
    lines = [r"\begin{table*}[t]", r"\centering", r"\footnotesize", r"\setlength{\tabcolsep}{4pt}"]
    lines.append(rf"\caption{{{escape(about)}}}")
    for start in range(0, len(paper.metrics), 2 * ACROSS):
        shown = slice(start, start + 2 * ACROSS)
        heads = [column_head(name.replace("_", " ")) for name in paper.metrics[shown]]
        lines += [rf"\begin{{tabular}}{{@{{}}l{'r' * len(heads)}@{{}}}}", r"\toprule"]
        lines += [" & ".join(["Method", *heads]) + r" \\", r"\midrule"]
        for method, _, numbers in paper.rows:
            lines.append(" & ".join([escape(method), *(text or "--" for text in numbers[shown])]) + r" \\")
        lines += [r"\bottomrule", r"\end{tabular}", r"\par\medskip"]
    return "\n".join([*lines[:-1], r"\end{table*}"])
