"""Fifty viewers: each opens the board over its own websocket, as a browser does, and waits for the whole page."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("streamlit", reason='the leaderboard needs streamlit: pip install -e ".[app]"')
pytest.importorskip("websockets", reason="needs a websocket client: pip install websockets")

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from leaderboard.places import SEEDED
from tests.leaderboard.server import running

VIEWERS = 50


async def view(url: str) -> float:
    """Seconds until a new viewer has the whole board. Viewers come over ten seconds; all stay until the end."""
    address = url.replace("http", "ws") + "/_stcore/stream"
    start = time.monotonic()
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=60) as socket:
        message = BackMsg()
        message.rerun_script.query_string = ""
        await socket.send(message.SerializeToString())
        html = b""
        while True:
            data = await asyncio.wait_for(socket.recv(), 120)
            forward = ForwardMsg()
            forward.ParseFromString(data)
            html += data if b"C-MET" in data else b""
            if forward.WhichOneof("type") == "script_finished":
                assert html, "the page came without its table"
                return time.monotonic() - start


async def arrive(url: str, after: float) -> float:
    await asyncio.sleep(after)
    return await view(url)


async def crowd(url: str) -> list[float]:
    await view(url)  # the first of all reads the results
    return list(await asyncio.gather(*(arrive(url, 10.0 * i / VIEWERS) for i in range(VIEWERS))))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_fifty_viewers_have_the_board_within_three_seconds_and_torch_is_not_loaded() -> None:
    with running(SEEDED) as (url, pid):
        seconds = asyncio.run(crowd(url))
        loaded = Path(f"/proc/{pid}/maps")
        if loaded.is_file():
            assert "libtorch" not in loaded.read_text()
    print(f"median {np.median(seconds):.2f} s, 95 % {np.quantile(seconds, 0.95):.2f} s, last {max(seconds):.2f} s")
    assert len(seconds) == VIEWERS
    assert np.quantile(seconds, 0.95) < 3.0
