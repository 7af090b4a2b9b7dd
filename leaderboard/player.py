"""The synchronised player: clips side by side that play as one (assets/player.js). Names go in as text."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime

_ASSETS = Path(__file__).parent / "assets"
TYPES = {".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime"}


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    return st.components.v2.component(
        "synchronised_player",
        html='<div class="player"></div>',
        css=(_ASSETS / "player.css").read_text(encoding="utf-8"),
        js=(_ASSETS / "player.js").read_text(encoding="utf-8"),
    )


def address_of(video: Path, key: str) -> str:
    """Where a browser finds a video: served by this process on demand; without a server, the bytes themselves."""
    kind = TYPES.get(video.suffix.lower(), "video/mp4")
    if runtime.exists():
        return runtime.get_instance().media_file_mgr.add(str(video), kind, key)
    return f"data:{kind};base64,{base64.b64encode(video.read_bytes()).decode()}"


def player(views: Sequence[Mapping[str, Any]], key: str) -> None:
    """Show clips.

    Args:
        views: title, video (path or None), reason (where there is none), kind ("frame" or ""), seen, right, facts.
        key: names the place on the page.
    """
    data = [
        dict(view) | {"video": address_of(view["video"], f"{key}.{i}") if view.get("video") else None}
        for i, view in enumerate(views)
    ]
    _component()(data={"views": data}, key=key)
