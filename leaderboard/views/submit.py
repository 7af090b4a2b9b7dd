"""Submit: a zip of videos with a manifest, checked at once, kept for review. Nothing of it is shown as markup."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from leaderboard import text
from leaderboard.submissions import LOCAL, Checked, archive_limit, check, keep, queue, submissions_folder

st.title(text.SUBMIT)
st.markdown(text.SUBMIT_HOW)
st.code(text.SUBMIT_MANIFEST, language="json")
st.caption(text.SUBMIT_LOCAL)
st.code("python -m benchmark.validate submission PATH", language="bash")


def say(checked: Checked) -> None:
    """The check's own sentences, as plain text."""
    (st.success if checked.good else st.error)(text.CHECK_GOOD if checked.good else text.CHECK_BAD)
    st.code("\n".join(checked.sentences), language=None, wrap_lines=True)


def receive(archive: Path) -> None:
    """Check an archive and keep it if it is good."""
    with st.spinner(text.CHECKING):
        checked = check(archive)
    say(checked)
    if checked.good:
        record = keep(archive, checked, submissions_folder())
        same = [
            r
            for r in queue(submissions_folder())
            if r["manifest"]["method"]["name"] == record["manifest"]["method"]["name"]
        ]
        st.markdown(text.KEPT)
        st.code(record["id"], language=None)
        if len(same) > 1:
            st.info(text.SAME_NAME.format(count=len(same) - 1))


given = st.file_uploader(text.UPLOAD, type=["zip"], max_upload_size=archive_limit())
if given is not None and st.button(text.CHECK_AND_SUBMIT, type="primary"):
    with tempfile.TemporaryDirectory(prefix="upload-") as scratch:
        archive = Path(scratch) / "upload.zip"
        with archive.open("wb") as out:
            shutil.copyfileobj(given, out)
        receive(archive)
if os.environ.get(LOCAL) == "1":
    local = st.text_input(text.FOLDER_HERE, key="folder")
    if local and st.button(text.CHECK_ONLY):
        with st.spinner(text.CHECKING):
            say(check(Path(local)))

waiting = queue(submissions_folder())
if waiting:
    st.subheader(text.WAITING)
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "name": record["manifest"]["method"]["name"],
                    "title": record["manifest"]["method"].get("title", ""),
                    "split": f"{record['manifest']['dataset']}/{record['manifest']['split']}",
                    "came": record["at"],
                    "state": record["state"],
                }
                for record in waiting
            ]
        ),
        hide_index=True,
    )
