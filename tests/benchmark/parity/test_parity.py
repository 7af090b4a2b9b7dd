"""The parity command on folders made here: any arrays, seeds and cases are read, every fault is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.checkpoints.seeded import Seed, fill_cmet
from benchmark.parity.command import main
from cmet.model.transformer import Connector
from cmet.parity.edtalk import synthetic


def made_folder(path: Path, checks: list[dict[str, object]], family: str = "cmet", **weights: object) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    index = {"format": 1, "family": family, "weights": weights, "checks": checks}
    (path / "golden.json").write_text(json.dumps(index))
    return path


def pixels_folder(path: Path, change: int = 0) -> Path:
    """Three frames of 4 x 6 under a name of our own; the stretch by hand."""
    folder = made_folder(path, [{"id": "postprocess", "file": "mine.npz"}])
    video = np.random.default_rng(0).uniform(-0.5, 0.7, (1, 3, 3, 4, 6)).astype(np.float32)
    span = video.max() - video.min()
    out = ((video - video.min()) / span * 255).astype(np.uint8)[0].transpose(1, 2, 3, 0)
    out[1, 2, 3, 0] += change
    np.savez(folder / "mine.npz", in_some=video, out_some_u8=out)
    return folder


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.strip().splitlines()[-1]


def test_a_folder_that_agrees_exits_with_0_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(pixels_folder(tmp_path / "a"))]) == 0
    assert last_line(capsys) == "1 checks: 1 passed, 0 failed (1 comparisons: 1 within tolerance)"


def test_one_wrong_pixel_exits_with_1_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(pixels_folder(tmp_path / "a", change=1))]) == 1
    out = capsys.readouterr().out
    assert "FAIL" in out and "out_some_u8" in out
    assert out.strip().splitlines()[-1].startswith("1 checks: 0 passed, 1 failed")


def test_the_sub_folders_of_a_parent_are_all_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pixels_folder(tmp_path / "a")
    pixels_folder(tmp_path / "b", change=1)
    (tmp_path / "c").mkdir()
    assert main([str(tmp_path)]) == 1
    assert last_line(capsys).startswith("2 checks: 1 passed, 1 failed")


@pytest.mark.parametrize(
    ("checks", "family", "words"),
    [
        ([{"id": "edtalk.code", "file": "x.npz"}], "cmet", "unknown check 'edtalk.code'; did you mean 'edtalk.codes'?"),
        ([], "cmett", "unknown family 'cmett'; did you mean 'cmet'?"),
    ],
)
def test_unknown_names_are_an_error_of_one_line(
    tmp_path: Path, checks: list[dict[str, object]], family: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels_folder(tmp_path / "a")
    made_folder(tmp_path / "b", checks, family)
    assert main([str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == "", "nothing is compared before all ids are known"
    assert words in printed.err and printed.err.count("\n") == 1


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir(), lambda p: (p.mkdir(), junk(p))])
def test_a_folder_without_a_good_index_is_an_error_of_one_line(
    tmp_path: Path, make, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "x")
    assert main([str(tmp_path / "x")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def junk(path: Path) -> None:
    (path / "golden.json").write_text("{not json")


def test_a_missing_file_or_array_fails_its_check_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = [
        {"id": "losses", "file": "absent.npz"},
        {"id": "losses", "file": "mine.npz"},
        {"id": "postprocess", "file": "mine.npz"},
    ]
    pixels_folder(tmp_path / "a")
    made_folder(tmp_path / "a", checks)
    assert main([str(tmp_path / "a")]) == 1
    out = capsys.readouterr().out
    assert "no file absent.npz" in out and "the file lacks" in out
    assert out.strip().splitlines()[-1].startswith("3 checks: 1 passed, 2 failed")


def test_a_check_without_anything_to_compare_fails(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "a", [{"id": "postprocess", "file": "mine.npz"}])
    np.savez(folder / "mine.npz", note=np.zeros(3))
    assert main([str(folder)]) == 1


def test_arrays_of_unknown_name_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = pixels_folder(tmp_path / "a")
    with np.load(folder / "mine.npz") as stored:
        np.savez(folder / "mine.npz", **dict(stored), remark=np.zeros(2))
    assert main([str(folder)]) == 0
    assert last_line(capsys).endswith("1 arrays of unknown name not compared)")


def test_tables_are_written(tmp_path: Path) -> None:
    folder, table, values = pixels_folder(tmp_path / "a"), tmp_path / "t.md", tmp_path / "v.json"
    assert main([str(folder), "--markdown", str(table), "--json", str(values)]) == 0
    assert "| a | postprocess | mine.npz | 1 | out_some_u8 | exact | 0.0e+00 |" in table.read_text()
    stored = json.loads(values.read_text())
    assert stored["checks"][0]["arrays"][0]["passed"] is True


def test_emotion_vectors_take_their_features_from_the_option(tmp_path: Path) -> None:
    """Other corpora, counts and seeds: everything is in the arrays' names."""
    rng = np.random.default_rng(0)
    bank = {f"{e}/{i:02d}": rng.standard_normal(6).astype(np.float32) for e in ("neutral", "glad") for i in range(12)}
    (tmp_path / "given").mkdir()
    np.savez(tmp_path / "given" / "cmet_mead.npz", **bank)
    glad = np.stack([bank[f"glad/{i:02d}"] for i in range(12)])
    neutral = np.stack([bank[f"neutral/{i:02d}"] for i in range(12)])
    rows = {
        "mean_first3": glad[:3].mean(0),
        "raw_first4": glad[:4].mean(0) - neutral[:4].mean(0),
        "ref_raw_index2": glad[[(2 + 7 * i) % 12 for i in range(10)]].mean(0)
        - neutral[[(2 + i) % 12 for i in range(10)]].mean(0),
    }
    folder = made_folder(tmp_path / "a", [{"id": "emotion_vectors", "file": "v.npz"}])
    np.savez(folder / "v.npz", names=["MEAD/glad"], **{key: value[None] for key, value in rows.items()})
    assert main([str(folder), "--features", str(tmp_path / "given")]) == 0
    rows["raw_first4"][2] += 1e-4
    np.savez(folder / "v.npz", names=["MEAD/glad"], **{key: value[None] for key, value in rows.items()})
    assert main([str(folder), "--features", str(tmp_path / "given")]) == 1
    assert main([str(folder), "--features", str(tmp_path / "a")]) == 1


def test_prefix_offset_and_sizes_are_the_folders(tmp_path: Path) -> None:
    """Windows of 3 frames, 2 samples, seeds of another prefix and offset; with the plain seeds the check fails."""
    network = fill_cmet(Connector(), Seed("other.", 11)).eval()
    rng = np.random.default_rng(0)
    arrays = {
        "ref_emb": rng.standard_normal((2, 3, 10)).astype(np.float32),
        "e2v": rng.standard_normal((2, 1, 1024)).astype(np.float32),
        "ED_neu": rng.standard_normal((2, 3, 10)).astype(np.float32),
    }
    with torch.no_grad():
        out = network(*(torch.from_numpy(value) for value in arrays.values())).direction
    checks = [{"id": "connector.forward", "file": "f.npz", "expression_dim": 10}]
    folder = made_folder(tmp_path / "a", checks, key_prefix="other.", seed_offset=11)
    np.savez(folder / "f.npz", **arrays, out=out.reshape(6, 10).numpy())
    assert main([str(folder)]) == 0
    made_folder(tmp_path / "a", checks, key_prefix="other.", seed_offset=0)
    assert main([str(folder)]) == 1


def test_the_formula_image_at_one_pixel() -> None:
    x, y, k, c = 7 / 255, 30 / 255, 2, 1
    wave = np.sin(2 * np.pi * (2 * x + y) + 0.7) * np.cos(2 * np.pi * (1.5 * y - 0.25 * x) + 0.6)
    spot = np.exp(-((x - 0.5) ** 2 + (y - 0.45) ** 2) / 0.05)
    assert synthetic(k, 256)[0, c, 30, 7].item() == pytest.approx(0.6 * wave + 0.3 * spot - 0.1, abs=1e-6)
