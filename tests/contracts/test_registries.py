"""What every registered method, dataset, metric and extractor promises. A newcomer is tested the day it is added."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from benchmark.checkpoints.locate import VARIABLE
from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import MissingRequirement, UsageError
from benchmark.core.fingerprint import fingerprint
from benchmark.core.types import Cues, Sample
from benchmark.datasets import DATASETS
from benchmark.datasets.panels import write_manifest
from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.extractors.base import Extractor, PairExtractor, SetExtractor
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.harness.intervals import ends_of
from benchmark.harness.plan import extractors_of
from benchmark.media.audio import write_wav
from benchmark.media.clip import Clip
from benchmark.media.video import read_clip, write_clip
from benchmark.methods.base import METHODS, CueKind, Method
from benchmark.methods.mock import MARK, mock_of
from benchmark.metrics import METRICS
from benchmark.metrics.base import Metric
from benchmark.protocols import PROTOCOLS
from benchmark.results.store import ResultsError, list_runs, read_run, write_run
from benchmark.run.command import main
from benchmark.run.listing import lacking
from tests.benchmark.media.made import made_clip

NAME = re.compile(r"[a-z][a-z0-9_]*")


def speech(frames: int) -> np.ndarray:
    """A tone that lasts so many frames at 25 a second, 16 kHz."""
    return (0.3 * np.sin(np.arange(frames * 640) * 0.1)).astype(np.float32)


def check_record(checkpoint: Checkpoint) -> None:
    assert checkpoint.name and checkpoint.address and checkpoint.licence and checkpoint.belongs_to
    assert checkpoint.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", checkpoint.sha256)
    assert checkpoint.size is None or checkpoint.size > 0


@pytest.mark.parametrize("name", METRICS.names())
def test_a_metric_says_what_it_is(name: str) -> None:
    metric = METRICS.get(name)
    assert isinstance(metric, Metric) and metric.info.name == name and NAME.fullmatch(name)
    assert metric.info.title and metric.info.version and (metric.info.needs or metric.info.level == "cost")
    assert metric.info.protocol in PROTOCOLS, "a metric names a protocol of benchmark/protocols/__init__.py"
    extractors_of([metric])  # every need exists
    assert metric.function.__doc__, "what it computes, in words"


def test_one_title_under_one_protocol_is_one_metric() -> None:
    """A table shows the protocol where titles are the same; then no two columns have one name."""
    infos = [METRICS.get(name).info for name in METRICS.names()]
    heads = Counter((info.title, info.protocol) for info in infos)
    assert not [head for head, count in heads.items() if count > 1]


@pytest.mark.parametrize("name", METRICS.names())
def test_a_metric_says_whether_its_mean_is_a_share(name: str) -> None:
    """Numbers of samples between 0 and the whole are shares: their intervals are those of shares."""
    info = METRICS.get(name).info
    low, high = ends_of(info)
    assert bool(info.share) == (info.level == "sample" and low == 0.0 and high in (1.0, 100.0)), name
    if "accuracy" in name and info.level == "sample":
        assert info.share == "yes_no"


@pytest.mark.parametrize("name", EXTRACTORS.names())
def test_an_extractor_says_what_it_is(name: str) -> None:
    kind = EXTRACTORS.get(name)
    assert issubclass(kind, (Extractor, PairExtractor, SetExtractor)) and kind.name == name and NAME.fullmatch(name)
    assert kind.version and kind.provides and len(set(kind.provides)) == len(kind.provides)
    assert all(NAME.fullmatch(feature) for feature in kind.provides)
    assert not kind.face_tracker or kind.face_tracker in FACE_TRACKERS
    for checkpoint in kind.checkpoints:
        check_record(checkpoint)


@pytest.mark.parametrize("name", [*EXTRACTORS.names(), *(f"face tracker {name}" for name in FACE_TRACKERS.names())])
def test_without_its_weights_an_extractor_says_where_to_get_them(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    kind = FACE_TRACKERS.get(name.split()[-1]) if name.startswith("face tracker") else EXTRACTORS.get(name)
    try:
        kind().load("cpu", {"batch_size": 2, "weights": tmp_path})
    except MissingRequirement as error:
        assert "get it from" in str(error) or "install" in str(error)
    else:
        assert all(checkpoint.directory is not None for checkpoint in kind.checkpoints), "loaded without its weights?"


@pytest.mark.parametrize("name", FACE_TRACKERS.names())
def test_a_face_tracker_says_what_it_is(name: str) -> None:
    kind = FACE_TRACKERS.get(name)
    assert kind.name == name and kind.version
    for checkpoint in kind.checkpoints:
        check_record(checkpoint)


@pytest.mark.parametrize("name", METHODS.names())
def test_a_method_says_what_it_is(name: str) -> None:
    kind = METHODS.get(name)
    assert issubclass(kind, Method) and kind.info.name == name
    assert kind.info.title and kind.info.version and kind.info.cue in get_args(CueKind)
    assert kind.info.kind and kind.info.licence
    if kind.info.paper:
        assert kind.info.year and kind.info.code.startswith("https://") and kind.info.trained_on
    for checkpoint in kind.info.checkpoints:
        check_record(checkpoint)
    assert all(entry == entry.strip().lower() for entry in kind.info.trained_on)


@pytest.mark.parametrize("name", METHODS.names())
def test_a_method_that_lacks_something_says_so_in_one_line_with_where_to_get_it(name: str, tmp_path: Path) -> None:
    kind = METHODS.get(name)
    for line in lacking(kind):
        assert line.startswith("missing ") and "\n" not in line
        assert "get it from" in line or "docs/" in line


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A clip of ten frames, and 0.8 s of speech that it is to say."""
    folder = tmp_path_factory.mktemp("talk")
    write_clip(folder / "a.mp4", made_clip(10))
    write_wav(folder / "long.wav", speech(20), 16000)
    cues = Cues("happy", (folder / "long.wav",), (folder / "long.wav",), folder / "a.mp4", 1)
    return Sample("a", "clips", "test", "A", "", folder / "a.mp4", "neutral", "sarcastic", 2, folder / "long.wav", cues)


@pytest.mark.parametrize("name", METHODS.names())
def test_the_mock_of_a_method_keeps_the_contract_without_weights(name: str, talk: Sample, tmp_path: Path) -> None:
    mock = mock_of(METHODS.get(name))
    assert not mock.info.checkpoints and mock.missing({}) is None and not mock.output_options({"weights": "x"})
    editor = mock()
    editor.load("cpu", {"whatever": 1})
    editor.begin([talk], 0, tmp_path)
    clip, again = editor.edit(talk, 0), editor.edit(talk, 0)
    assert isinstance(clip, Clip) and isinstance(again, Clip)
    np.testing.assert_array_equal(clip.frames, again.frames)
    assert len(clip.frames) == 20 and clip.audio is not None and len(clip.audio) == 20 * 640
    np.testing.assert_allclose(clip.audio, speech(20), atol=1e-4)
    assert (clip.frames[:, 0] == MARK).all() and (clip.frames[:, :, -1] == MARK).all()
    source = read_clip(talk.source).frames
    np.testing.assert_array_equal(clip.frames[:10, 4:-4, 4:-4], source[:, 4:-4, 4:-4])


def test_all_methods_run_as_mocks_in_one_command_and_leave_no_results(talk: Sample, tmp_path: Path, capsys) -> None:
    manifest = write_manifest(talk.source.parent / "m.csv", [{"id": "a", "source": "a.mp4", "emotion": "happy"}])
    words = ["--method", "all", "--mock", "--limit", "3", "--dataset", "clips", f"dataset.manifest={manifest}"]
    assert main([*words, "--metrics", "psnr", f"runtime.root={tmp_path}"]) == 0
    assert "MOCK, not results" in capsys.readouterr().out and not (tmp_path / "results").exists()
    (runs,) = (tmp_path / "mock" / "results").glob("clips/test")
    assert sorted(path.name for path in runs.iterdir()) == METHODS.names()


def test_a_mock_run_cant_be_written_or_moved_into_a_store_of_results(talk: Sample, tmp_path: Path) -> None:
    manifest = write_manifest(talk.source.parent / "m.csv", [{"id": "a", "source": "a.mp4", "emotion": "happy"}])
    words = ["--method", "eat", "--mock", "--dataset", "clips", f"dataset.manifest={manifest}", "--metrics", "psnr"]
    main([*words, f"runtime.root={tmp_path}"])
    (folder,) = (tmp_path / "mock" / "results" / "clips" / "test" / "eat").iterdir()
    record = read_run(folder)
    stolen = tmp_path / "results" / "clips" / "test" / "eat" / folder.name
    with pytest.raises(ResultsError, match="a mock run can't be stored among results"):
        write_run(stolen, record)
    assert not stolen.exists()
    shutil.copytree(folder, stolen)
    listed = list_runs(tmp_path / "results")
    assert not listed.runs and "a mock run" in listed.broken[0].problem
    assert len(list_runs(tmp_path / "mock" / "results").runs) == 1


@pytest.mark.parametrize("name", METHODS.names())
def test_a_method_refuses_an_option_it_does_not_have(name: str) -> None:
    with pytest.raises(UsageError, match="no_such_option"):
        METHODS.get(name)().load("cpu", {"no_such_option": 1})


@pytest.mark.parametrize("name", DATASETS.names())
def test_a_dataset_says_what_it_is(name: str) -> None:
    kind = DATASETS.get(name)
    assert kind.name == name and kind.title and kind.version and kind.licence
    assert kind().splits()


@pytest.mark.parametrize("split", DATASETS.get("puppets")().splits())
def test_a_split_has_unique_ids_and_a_hash(split: str) -> None:
    dataset = DATASETS.get("puppets")()
    ids = dataset.sample_ids(split)
    assert ids and len(set(ids)) == len(ids)
    assert dataset.split_sha256(split) == dataset.split_sha256(split) != fingerprint(ids)


def test_footage_is_decoded_once_and_its_errors_are_remembered(tmp_path: Path) -> None:
    from benchmark.core.errors import SampleError
    from benchmark.media.clip import Clip
    from benchmark.media.video import write_clip

    path = tmp_path / "a.mp4"
    write_clip(path, Clip(np.zeros((2, 16, 16, 3), np.uint8), 25.0))
    footage = LazyClip(path)
    assert footage.clip is footage.clip
    missing = LazyClip(tmp_path / "b.mp4")
    for _ in range(2):
        with pytest.raises(SampleError) as caught:
            _ = missing.clip
        assert caught.value.status == "missing_file"
