"""Channel counts of a network built narrower or wider than its paper's."""

from __future__ import annotations


def scaled(channels: int, width: float, least: int = 8) -> int:
    """`channels` times `width`, rounded to a whole number and never below `least`.

    Args:
        channels: the paper's channel count, above 0.
        width: multiplier; exactly 1.0 returns `channels` unchanged.
        least: smallest count that is returned when `width` is not 1.

    Raises:
        ValueError: `width` is not above 0.
    """
    if not width > 0:
        raise ValueError(f"width must be above 0, got {width}")
    return channels if width == 1.0 else max(least, round(channels * width))
