"""Frames after a detour through JPEG, as evaluation scripts make it that store them as files first.

`through_mjpeg` is what `ffmpeg -i clip.mp4 %06d.jpg` leaves: FFmpeg's own `mjpeg` encoder at its default rate control
(200 kbit/s, quantiser 2 to 31, so the quality depends on the clip), 4:2:0, full range. The encoder here is the same,
from FFmpeg's libraries; it gets the decoded RGB instead of the file's own planes. `through_jpeg` is one picture written
by OpenCV at its default quality of 95.
"""

from __future__ import annotations

from fractions import Fraction

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from benchmark.core.profiling import time_block

BIT_RATE = 200_000
"""FFmpeg's default for any video encoder, bits per second."""
QUALITY = 95
"""OpenCV's default."""
MJPEG = f"FFmpeg's JPEG at its default rate ({BIT_RATE // 1000} kbit/s, 4:2:0)"


def through_mjpeg(frames: NDArray[np.uint8], fps: float) -> NDArray[np.uint8]:
    """Every frame after FFmpeg's default JPEG encoder.

    Args:
        frames: uint8 (T, H, W, 3), RGB, T >= 1.
        fps: frames per second, which the rate control goes by.

    Returns:
        uint8 (T, H, W, 3), RGB.
    """
    rate = Fraction(fps).limit_denominator(1001)
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.height, encoder.width = frames.shape[1:3]
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = 1 / rate
    encoder.framerate = rate
    encoder.bit_rate = BIT_RATE
    encoder.thread_count = 1
    packets = []
    convert = VideoReformatter()  # one for all frames: making one takes longer than using it
    for index, picture in enumerate(frames):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame = convert.reformat(frame, format="yuvj420p")
        frame.pts, frame.time_base = index, 1 / rate
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    with time_block("decode"):
        decoder = av.CodecContext.create("mjpeg", "r")
        decoded = [picture for packet in [*packets, None] for picture in decoder.decode(packet)]
        back = VideoReformatter()
        pictures = [back.reformat(picture, format="rgb24").to_ndarray() for picture in decoded]
        return np.stack([np.asarray(picture, np.uint8) for picture in pictures])


def through_jpeg(picture: NDArray[np.uint8], quality: int = QUALITY) -> NDArray[np.uint8]:
    """One picture uint8 (H, W, 3), RGB, after OpenCV's JPEG."""
    turned = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", turned, [cv2.IMWRITE_JPEG_QUALITY, quality])
    with time_block("decode"):
        decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)
