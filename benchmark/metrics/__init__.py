"""Metrics by name. Each module is imported when a run asks for its metric.

A new metric gets one line here: `METRICS.add("name", "benchmark.metrics.file:function")`.
"""

from benchmark.metrics.base import METRICS

__all__ = ["METRICS"]

METRICS.add("psnr", "benchmark.metrics.image_quality:psnr")
METRICS.add("ssim", "benchmark.metrics.image_quality:ssim")
