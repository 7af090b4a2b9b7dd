"""How the proxy's validity is counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmark.selftest.proxy import main
from benchmark.selftest.proxy_validity import correlation, correlation_within, right_against_wrong


def table(scores: dict[tuple[str, str], float]) -> pd.DataFrame:
    """Rows of one method; keys: emotion of the face, of the speech."""
    rows = [
        {"method": "m", "sample_id": f"{speaker}_{face}", "speaker": speaker, "emotion": face, "speech": speech}
        | {"proxy": value * (1 if speaker == "A" else -1)}
        for speaker in ("A", "B")
        for (face, speech), value in scores.items()
    ]
    return pd.DataFrame(rows)


def test_right_against_wrong_is_the_share_of_other_speeches_that_score_lower() -> None:
    found = right_against_wrong(table({("x", "x"): 3.0, ("x", "y"): 1.0, ("x", "z"): 4.0, ("x", "w"): 3.0}), "proxy")
    assert (found.low, found.high, found.value) == (0.5, 0.5, 0.5)
    clear = right_against_wrong(table({("x", "x"): 3.0, ("x", "y"): 1.0}), "proxy")
    assert (clear.low, clear.high, clear.value) == (0.0, 1.0, 0.5)
    assert str(clear) == "0.50 (0.00 to 1.00)"


def test_a_face_without_another_speech_is_left_out() -> None:
    assert np.isnan(right_against_wrong(table({("x", "x"): 1.0}), "proxy").value)


def test_correlations_are_spearmans() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"method": ["a", "b"] * 20, "speaker": ["A", "A", "B", "B"] * 10, "x": rng.normal(size=40)})
    frame["y"] = np.exp(frame["x"])
    frame["z"] = np.where(frame["method"] == "a", frame["x"], -frame["x"])
    assert correlation(frame, "x", "y").value == pytest.approx(1.0)
    assert correlation_within(frame, "x", "z") == pytest.approx(0.0, abs=1e-12)


def test_an_unknown_split_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--split", "extendet"]) == 2
    assert "extended" in capsys.readouterr().err


@pytest.mark.slow
def test_the_proxy_tells_right_from_wrong_on_real_recordings(tmp_path) -> None:
    arguments = ["--split", "extended", "--methods", "ground_truth", "--limit", "24", "--out", str(tmp_path)]
    assert main([*arguments, f"runtime.root={tmp_path}"]) == 0
    found = right_against_wrong(pd.read_csv(tmp_path / "proxy.csv"), "affect_agreement")
    assert found.value > 0.7
