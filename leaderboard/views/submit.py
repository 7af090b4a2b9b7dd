"""Submit: a zip of videos with a manifest, checked at once, kept for review. Nothing of it is shown as markup."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import streamlit as st

from benchmark.core.errors import BenchmarkError, one_line
from benchmark.submission.expected import known_splits
from benchmark.submission.limits import limits
from leaderboard import text
from leaderboard.submissions import LOCAL, Checked, check, keep, queue, submissions_folder

st.title(text.SUBMIT)
st.markdown(text.SUBMIT_HOW)
st.code(text.SUBMIT_MANIFEST, language="json")
st.caption(text.SUBMIT_SPLITS.format(splits=text.plain(", ".join(known_splits()))))
st.caption(text.SUBMIT_LOCAL)
st.code("python -m benchmark.validate submission PATH", language="bash")


def say(checked: Checked) -> None:
    """The check's own sentences, as plain text."""
    (st.success if checked.good else st.error)(text.CHECK_GOOD if checked.good else text.CHECK_BAD)
    st.code("\n".join(checked.sentences), language=None, wrap_lines=True)


def receive(given: BinaryIO) -> None:
    """Check an archive and keep it if it is good. Raises BenchmarkError where it can't be kept."""
    with tempfile.TemporaryDirectory(prefix="upload-") as scratch:
        archive = Path(scratch) / "upload.zip"
        try:
            with archive.open("wb") as out:
                shutil.copyfileobj(given, out)
        except OSError as error:
            raise BenchmarkError(f"there is no room here to look at it: {error.strerror}") from error
        with st.spinner(text.CHECKING):
            checked = check(archive)
        say(checked)
        if not checked.good:
            return
        before = {record["id"] for record in queue(submissions_folder())}
        record = keep(archive, checked, submissions_folder())
    name = record["manifest"]["method"]["name"]
    others = sum(other["manifest"]["method"]["name"] == name for other in queue(submissions_folder())) - 1
    if record["id"] in before:
        st.markdown(text.KNOWN.format(at=text.plain(str(record["at"])), state=text.plain(str(record["state"]))))
    else:
        st.markdown(text.KEPT)
    st.code(record["id"], language=None)
    if others:
        st.info(text.SAME_NAME.format(count=others))


try:
    largest = limits().archive_mib
except BenchmarkError as error:  # somebody who runs the board has set a limit that is no number
    st.error(text.plain(one_line(error)))
    st.stop()
uploaded = st.file_uploader(text.UPLOAD, type=["zip"], max_upload_size=largest)
if uploaded is not None and st.button(text.CHECK_AND_SUBMIT, type="primary"):
    try:
        receive(uploaded)
    except BenchmarkError as error:
        st.error(text.NOT_KEPT)
        st.code(one_line(error), language=None, wrap_lines=True)
if os.environ.get(LOCAL) == "1":
    local = st.text_input(text.FOLDER_HERE, key="folder")
    if local and st.button(text.CHECK_ONLY):
        with st.spinner(text.CHECKING):
            say(check(Path(local)))

kept = queue(submissions_folder())
if kept:
    st.subheader(text.WAITING)
    columns = ("name", "title", "split", "came", "state", "id")
    rows = [
        (
            record["manifest"]["method"]["name"],
            record["manifest"]["method"].get("title", ""),
            f"{record['manifest']['dataset']}/{record['manifest']['split']}",
            record["at"],
            record["state"],
            record["id"],
        )
        for record in kept
    ]
    st.dataframe(
        pd.DataFrame([[str(cell) for cell in row] for row in rows], columns=list(columns)),
        column_config={name: st.column_config.TextColumn(name) for name in columns},
        hide_index=True,
    )
