"""A decoded frame as a player shows it: RGB, square pixels, upright, not mirrored, no comb, transparency over black."""

from __future__ import annotations

from typing import NamedTuple

import av
import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import SideData
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from benchmark.core.status import Status
from benchmark.media.container_crop import WHOLE, Crop
from benchmark.media.errors import MediaError
from benchmark.media.streams import shown_size

DEINTERLACER = "bwdif"
"""Of FFmpeg; looks at the neighbouring frames, keeps their number and times."""
FIRST_FIELD = {2: "tff", 3: "bff", 4: "bff", 5: "tff"}
"""Which field is shown first, by FFmpeg's AVFieldOrder; single frames do not always carry it."""
QUICK, SMALL = ("yuv420p", "yuvj420p"), 1 << 17
"""Pixel formats, and the most pixels, whose conversion takes less time than sharing it among threads."""
SAME_SHAPE = 0.02
"""A picture whose width to height differs by less from the first one's is the same film in another resolution."""


Shown = tuple[NDArray[np.uint8], float | None, int | None]
"""A picture uint8 (H, W, 3), when it is shown, seconds, and its decoding stamp; None where the file does not say."""


class Turn(NamedTuple):
    """One of the eight ways to lay a picture: mirrored left to right first, then turned counterclockwise."""

    mirrored: bool = False
    quarters: int = 0

    def apply(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture (H, W, 3) so laid; itself where nothing is to be done."""
        if self == Turn():
            return picture
        return np.ascontiguousarray(np.rot90(picture[:, ::-1] if self.mirrored else picture, self.quarters))


UPRIGHT = Turn()


def turn_of(matrix: NDArray[np.integer]) -> Turn:
    """The way that a display matrix lays a picture, the nearest of the eight.

    Args:
        matrix: (9,), FFmpeg's AV_PKT_DATA_DISPLAYMATRIX, QuickTime's a, b, u, c, d, v, x, y, w: what is stored at
            (p, q) is shown at (a p + c q, b p + d q), q pointing down.
    """
    a, b, c, d = (float(matrix[place]) for place in (0, 1, 3, 4))
    mirrored = a * d - b * c < 0
    if mirrored:  # the matrix is a mirror, which turns the sign of the first column, followed by a rotation
        a, b = -a, -b
    # on a screen whose y axis points down, (a, b) = (cos t, sin t) turns clockwise by t
    angle = float(np.arctan2(b - c, a + d))
    return Turn(mirrored, round(-angle / (np.pi / 2)) % 4)


class Projector:
    """Shows the frames of one stream. One converter serves all frames: making one takes longer than using it.

    Args:
        stream: for the shape of its pixels.
        name: of the file, for the errors.
        crop: what the container crops from stored pictures.
    """

    def __init__(self, stream: VideoStream, name: str, crop: Crop = WHOLE) -> None:
        self._stream = stream
        self._crop = crop
        self._name = name
        self._convert = VideoReformatter()
        self._format = ""
        self._clear = True
        self._stored = self._size = (0, 0)
        self._turn = UPRIGHT
        self._plain = False
        self._threads: int | None = None
        self._combed: Graph | None = None

    def show(self, frame: av.VideoFrame) -> list[Shown]:
        """What is shown of a frame, and when. An interlaced frame comes out with the next one.

        Raises:
            MediaError: `unreadable_video`: the picture changes its shape.
        """
        if self._combed is None and not frame.interlaced_frame:
            return [(self._picture(frame), frame.time, frame.dts)]
        if self._combed is None:
            self._combed = _deinterlacer(frame, FIRST_FIELD.get(self._stream.codec_context.field_order, "auto"))
        self._combed.push(frame)
        return self._pulled(self._combed)

    def rest(self) -> list[Shown]:
        """What is still to come after the last frame."""
        if self._combed is None:
            return []
        self._combed.push(None)
        return self._pulled(self._combed)

    def _pulled(self, graph: Graph) -> list[Shown]:
        shown: list[Shown] = []
        while True:
            try:
                frame = graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return shown
            assert isinstance(frame, av.VideoFrame)
            shown.append((self._picture(frame), frame.time, None))

    def _picture(self, frame: av.VideoFrame) -> NDArray[np.uint8]:
        if (frame.width, frame.height) != self._stored or frame.format.name != self._format:
            self._prepare(frame)
        if len(frame.side_data):
            matrix = frame.side_data.get("DISPLAYMATRIX")
            if isinstance(matrix, SideData):
                self._turn = turn_of(np.frombuffer(bytes(matrix), np.int32))
        if self._plain:
            shown = self._convert.reformat(frame, format="rgb24", threads=self._threads)
            picture = np.asarray(shown.to_ndarray(), np.uint8)
            return picture if self._turn is UPRIGHT else self._turn.apply(picture)
        width, height = self._size
        form = "rgb24" if self._clear else "rgba"
        scaled = self._convert.reformat(frame, width, height, form, interpolation=Interpolation.BICUBIC)
        picture = self._cropped(np.asarray(scaled.to_ndarray(), np.uint8))
        return self._turn.apply(picture if self._clear else over_black(picture))

    def _prepare(self, frame: av.VideoFrame) -> None:
        """Decide how frames of this size and format are shown: in the size of the first one."""
        width, height = shown_size(self._stream, frame.width, frame.height)
        if self._size == (0, 0):
            self._size = (width, height)
        elif abs(width / height / (self._size[0] / self._size[1]) - 1) > SAME_SHAPE:
            raise MediaError(
                Status.UNREADABLE_VIDEO, f"{self._name} changes its shape to {width} x {height} within the film"
            )
        self._stored, self._format = (frame.width, frame.height), frame.format.name
        self._clear = not any(component.is_alpha for component in frame.format.components)
        self._plain = self._clear and self._size == self._stored and self._crop == WHOLE
        self._threads = 1 if self._format in QUICK and width * height <= SMALL else None

    def _cropped(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A picture without what the container crops, which counts stored pixels."""
        if self._crop == WHOLE:
            return picture
        across, down = (shown / stored for shown, stored in zip(self._size, self._stored, strict=True))
        height, width = picture.shape[:2]
        left, top, right, bottom = self._crop
        rows = slice(round(top * down), height - round(bottom * down))
        return np.ascontiguousarray(picture[rows, round(left * across) : width - round(right * across)])


def over_black(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGBA uint8 (H, W, 4) laid over black: RGB uint8 (H, W, 3)."""
    colour, alpha = picture[..., :3].astype(np.uint16), picture[..., 3:].astype(np.uint16)
    return ((colour * alpha + 127) // 255).astype(np.uint8)


def _deinterlacer(frame: av.VideoFrame, first: str) -> Graph:
    """A graph that fills up the field that is shown first, `tff` or `bff`, of each interlaced frame."""
    graph = Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    comb = graph.add(DEINTERLACER, f"mode=send_frame:deint=interlaced:parity={first}")
    sink = graph.add("buffersink")
    source.link_to(comb)
    comb.link_to(sink)
    graph.configure()
    return graph
