"""Choices that live in the address: a link shows what its sender saw, and other pages keep the choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

SEPARATOR = ","
PAGE = "kept.page"
"""Where the app notes which page is shown."""


def choice(
    label: str, options: Sequence[str], key: str, *, shown: Callable[[str], str] = str, default: str | None = None
) -> str:
    """A selectbox whose value is the query parameter `key`. An address that names something else gets the default."""
    known = _remembered(key)
    start = known if known in options else (default if default in options else options[0])
    if _new_here(key) or st.session_state.get(key) not in options:
        st.session_state[key] = start
    value = str(st.selectbox(label, options, key=key, format_func=shown))
    _remember(key, value, value == (default or options[0]))
    return value


def choices(
    label: str, options: Sequence[str], key: str, *, shown: Callable[[str], str] = str, help: str | None = None
) -> list[str]:
    """A multiselect whose values are the query parameter `key`; nothing chosen means all of them."""
    known = [value for value in (_remembered(key) or "").split(SEPARATOR) if value in options]
    chosen = st.session_state.get(key)
    if _new_here(key) or chosen is None or any(value not in options for value in chosen):
        st.session_state[key] = known
    picked = [str(value) for value in st.multiselect(label, options, key=key, format_func=shown, help=help)]
    _remember(key, SEPARATOR.join(picked), not picked)
    return picked or list(options)


def multiselect_if_many(
    label: str, options: Sequence[str], key: str, *, shown: Callable[[str], str] = str, help: str | None = None
) -> list[str]:
    """`choices`, but not asked where there is nothing to choose."""
    return choices(label, options, key, shown=shown, help=help) if len(options) > 1 else list(options)


def typed(label: str, key: str, *, placeholder: str = "", hidden: bool = False) -> str:
    """A line of text, up to 80 characters, that is the query parameter `key`."""
    if _new_here(key) or key not in st.session_state:
        st.session_state[key] = (_remembered(key) or "")[:80]
    look: Literal["visible", "collapsed"] = "collapsed" if hidden else "visible"
    value = str(st.text_input(label, key=key, max_chars=80, placeholder=placeholder, label_visibility=look))
    _remember(key, value, not value)
    return value


def switch(label: str, key: str) -> bool:
    """A toggle whose state is the query parameter `key`."""
    if _new_here(key) or key not in st.session_state:
        st.session_state[key] = _remembered(key) == "1"
    on = bool(st.toggle(label, key=key))
    _remember(key, "1", not on)
    return on


def _new_here(key: str) -> bool:
    """Whether the page was changed since this was last asked: streamlit then forgets what its widgets held."""
    page = st.session_state.get(PAGE, "")
    changed = bool(st.session_state.get(f"{PAGE}.{key}") != page)
    st.session_state[f"{PAGE}.{key}"] = page
    return changed


def _remembered(key: str) -> str | None:
    """The address's value, else what was chosen on another page of this session."""
    value = st.query_params.get(key)
    return value if value is not None else st.session_state.get(f"kept.{key}")


def _remember(key: str, value: str, is_default: bool) -> None:
    st.session_state[f"kept.{key}"] = value
    if is_default:
        if key in st.query_params:
            del st.query_params[key]
    elif st.query_params.get(key) != value:
        st.query_params[key] = value
