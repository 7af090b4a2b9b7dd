"""Where real weights and media for tests may lie: beside the checkout. Without them the tests that need them skip."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
WEIGHTS = SHARED / "weights"
MEDIA = SHARED / "media"

needs_weights = pytest.mark.skipif(not (WEIGHTS / "yunet").is_dir(), reason="no real weights in ../shared/weights")
needs_media = pytest.mark.skipif(not (MEDIA / "MANIFEST.csv").is_file(), reason="no real media in ../shared/media")
CASES = SHARED / "cases"
needs_cases = pytest.mark.skipif(not (CASES / "plain.mp4").is_file(), reason="no field cases in ../shared/cases")
