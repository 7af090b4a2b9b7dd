"""Bytes and texts from strangers: manifests, configurations, sounds, videos, arrays, checkpoints. Only our own errors.

No crash, no hang, no error of another kind; nothing is run or unpickled.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.checkpoints.errors import WeightsError
from benchmark.checkpoints.load import load
from benchmark.checkpoints.record import Checkpoint
from benchmark.config.compose import resolve
from benchmark.config.spec import Request
from benchmark.core.errors import BenchmarkError
from benchmark.datasets.manifest import read_rows, to_samples
from benchmark.harness.journal import read_journal
from benchmark.media.audio import read_audio, write_wav
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError
from benchmark.media.video import probe, read_clip, write_clip
from benchmark.prepare.align.mapping import read_mapping
from benchmark.prepare.sources import members
from benchmark.results.paper_reported import read_paper_reported
from benchmark.results.store import ResultsError, list_runs, load_run

FEW = settings(max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(max_size=80)


def mutated(whole: bytes) -> st.SearchStrategy[bytes]:
    """A real file, cut short and with some bytes changed; or any bytes."""

    def change(cut: int, places: list[tuple[int, int]]) -> bytes:
        data = bytearray(whole[: max(1, cut)])
        for place, value in places:
            data[place % len(data)] = value
        return bytes(data)

    places = st.lists(st.tuples(st.integers(0, len(whole)), st.integers(0, 255)), max_size=8)
    return st.one_of(st.binary(max_size=300), st.builds(change, st.integers(1, len(whole)), places))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A whole file of each kind."""
    folder = tmp_path_factory.mktemp("good")
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 255, (4, 32, 32, 3), dtype=np.uint8)
    sound = (0.1 * rng.standard_normal(2560)).astype(np.float32)
    write_clip(folder / "a.mp4", Clip(frames, 25.0, sound))
    write_wav(folder / "a.wav", sound)
    np.savez(folder / "a.npz", x=np.arange(10.0))
    torch.save({"state_dict": {"weight": torch.zeros(2, 3), "bias": torch.zeros(2)}}, folder / "a.pt")
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


def test_a_video_of_any_bytes_is_read_or_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    @FEW
    @given(mutated(good[".mp4"]))
    def check(data: bytes) -> None:
        path = tmp_path / "v.mp4"
        path.write_bytes(data)
        for read in (probe, read_clip):
            try:
                read(path)
            except MediaError as error:
                assert error.status

    check()


def test_a_sound_of_any_bytes_is_read_or_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    @FEW
    @given(mutated(good[".wav"]))
    def check(data: bytes) -> None:
        path = tmp_path / "s.wav"
        path.write_bytes(data)
        try:
            sound = read_audio(path)
            assert sound.dtype == np.float32 and np.isfinite(sound).all()
        except MediaError as error:
            assert error.status

    check()


RECORD = Checkpoint("a.pt", "https://example.org/a.pt", None, None, "none", "a linear layer")


def test_a_checkpoint_of_any_bytes_is_loaded_or_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    @FEW
    @given(mutated(good[".pt"]), st.sampled_from([".pt", ".pth", ".safetensors"]))
    def check(data: bytes, suffix: str) -> None:
        path = tmp_path / f"a{suffix}"
        path.write_bytes(data)
        try:
            load(torch.nn.Linear(3, 2), path, RECORD)
        except WeightsError as error:
            assert str(error)

    check()


class Bomb:
    """Runs something when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path(Bomb.mark),)

    mark = ""


def test_a_pickle_that_would_run_something_does_not(tmp_path: Path) -> None:
    Bomb.mark = str(tmp_path / "ran")
    torch.save({"state_dict": Bomb()}, tmp_path / "a.pt")
    np.save(tmp_path / "a.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
    with pytest.raises(WeightsError):
        load(torch.nn.Linear(3, 2), tmp_path / "a.pt", RECORD)
    from baselines.expression_codes import read_expression_codes

    folder = tmp_path / "codes"
    folder.mkdir()
    (tmp_path / "a.npy").rename(folder / "happy.npy")
    with pytest.raises((ValueError, BenchmarkError)):
        read_expression_codes(folder)
    assert not Path(Bomb.mark).exists()


def test_a_manifest_of_any_text_is_read_or_refused(tmp_path: Path) -> None:
    header = "id,speaker,sentence,source,source_emotion,emotion,target"

    @FEW
    @given(
        st.lists(st.lists(TEXT, max_size=9), max_size=4), st.sampled_from([".csv", ".jsonl", ".parquet"]), st.booleans()
    )
    def check(rows: list[list[str]], suffix: str, headed: bool) -> None:
        path = tmp_path / f"m{suffix}"
        lines = [header] if headed else []
        lines += [json.dumps(row) if suffix == ".jsonl" else ",".join(row) for row in rows]
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        try:
            to_samples(read_rows(path), "clips", tmp_path, path.name)
        except BenchmarkError as error:
            assert str(error)

    check()


def test_a_manifest_cannot_leave_its_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.mp4").write_bytes(b"x")
    header = "id,speaker,sentence,source,source_emotion,emotion"
    for place in ("../secret.mp4", str(tmp_path / "secret.mp4"), "a/../../secret.mp4"):
        (root / "m.csv").write_text(f"{header}\na,p,s,{place},neutral,happy\n")
        with pytest.raises(BenchmarkError, match="leads out of the dataset's root"):
            to_samples(read_rows(root / "m.csv"), "clips", root, "m.csv")


KEYS = ["seed", "limit", "runtime.batch_size", "runtime.root", "statistics.level", "method.intensity", "x"]
OVERRIDES = st.lists(st.one_of(TEXT, st.builds("{}={}".format, st.sampled_from(KEYS), TEXT)), max_size=4)


@FEW
@given(OVERRIDES)
def test_any_override_is_understood_or_refused(overrides: list[str]) -> None:
    try:
        resolve(Request(methods=("cmet",), overrides=tuple(overrides)))
    except BenchmarkError as error:
        assert str(error)


def test_results_of_any_bytes_are_shown_as_broken(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "d" / "s" / "m" / "r"
    folder.mkdir(parents=True)
    json_like = st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), TEXT),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
        max_leaves=8,
    )

    @FEW
    @given(st.one_of(st.binary(max_size=200), json_like.map(lambda value: json.dumps(value).encode())))
    def check(data: bytes) -> None:
        (folder / "run.json").write_bytes(data)
        listing = list_runs(tmp_path / "results")
        assert not listing.runs and len(listing.broken) == 1
        (folder / "journal.jsonl").write_bytes(data)
        list(read_journal(folder))
        try:
            load_run(folder)
        except ResultsError as error:
            assert str(error)

    check()


def test_tables_and_archives_of_any_bytes_are_refused(tmp_path: Path) -> None:
    @FEW
    @given(st.binary(max_size=1200))
    def check(data: bytes) -> None:
        (tmp_path / "m.json").write_bytes(data)
        (tmp_path / "video.tar").write_bytes(data)
        (tmp_path / "a.csv").write_bytes(data)
        for read in (
            lambda: read_mapping(tmp_path / "m.json"),
            lambda: members(tmp_path / "video.tar"),
            lambda: read_paper_reported(tmp_path),
        ):
            try:
                read()
            except BenchmarkError as error:
                assert str(error)

    check()


def test_a_feature_file_of_any_bytes_counts_as_absent(good: dict[str, bytes], tmp_path: Path) -> None:
    from benchmark.core.errors import SampleError
    from benchmark.harness.features import FeatureStore
    from benchmark.harness.workspace import Workspace

    content = "ab" + "0" * 62
    path = Workspace(tmp_path).features("brightness", "k" * 64) / "ab" / f"{content}.npz"
    path.parent.mkdir(parents=True)
    objects = io.BytesIO()
    np.savez(objects, x=np.array([{}], dtype=object))

    @FEW
    @given(st.one_of(mutated(good[".npz"]), st.just(objects.getvalue())))
    def check(data: bytes) -> None:
        path.write_bytes(data)
        try:
            FeatureStore(Workspace(tmp_path), {"brightness": "k" * 64}).read("brightness", content)
        except SampleError as error:
            assert error.status == "not_extracted"

    check()
