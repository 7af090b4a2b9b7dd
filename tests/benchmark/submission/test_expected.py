"""The lists are those of the datasets, every sample has one well-defined file name, and none of it needs torch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from benchmark.core.errors import UsageError
from benchmark.core.types import SAMPLE_ID
from benchmark.datasets import DATASETS
from benchmark.submission import expected, lists
from benchmark.submission.package import SUFFIX, name_problem

COUNTS = {
    "crema_d/test": 1546,
    "crema_d/test-heldout": 331,
    "extended/test": 150,
    "mead/test": 1143,
    "mead/test-no020": 1072,
    "puppets/extended": 48,
    "puppets/test": 56,
}


def test_every_split_of_the_official_datasets_and_both_of_the_board_can_be_submitted_to() -> None:
    assert expected.known_splits() == list(COUNTS)


@pytest.mark.parametrize("name", COUNTS)
def test_the_ids_are_those_of_the_dataset_and_each_names_one_file(name: str) -> None:
    dataset, split = name.split("/")
    videos = expected.expected_videos(dataset, split)
    assert list(videos) == DATASETS.get(dataset)({}).sample_ids(split)
    assert len(videos) == COUNTS[name] == len({sample.lower() for sample in videos})  # disks that know no capitals
    for sample, wanted in videos.items():
        assert wanted.id == sample and SAMPLE_ID.fullmatch(sample)
        assert name_problem(f"{sample}{SUFFIX}") is None
        assert PurePosixPath(f"{sample}{SUFFIX}").stem == sample
        assert wanted.measured == (dataset == "puppets") and wanted.fps == 25.0


def test_lengths_of_the_embedded_corpus_are_whole_and_of_one_size() -> None:
    for split in ("test", "extended"):
        videos = expected.expected_videos("puppets", split).values()
        assert {(v.width, v.height) for v in videos} == {(128, 128)}
        assert all(v.frames is not None and v.frames >= 25 for v in videos)


def test_only_levels_of_one_emotion_are_one_task() -> None:
    videos = expected.expected_videos("mead", "test")
    tasks = [videos[f"M003_angry_level_{level}_001"].task for level in (1, 2, 3)]
    assert len(set(tasks)) == 1 and tasks[0] != videos["M003_sad_level_1_001"].task
    assert {video.task for video in expected.expected_videos("extended", "test").values()} == {""}


def test_an_unknown_split_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'mead/test-no020'"):
        expected.expected_videos("mead", "test-no02")


def test_the_names_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert lists.main(["crema_d", "test-heldout"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "1001_IOM_DIS_XX.mp4"
    assert lists.main(["crema_d", "held-out"]) == 2
    assert lists.main(["mead", "test", "--write"]) == 2


@pytest.mark.slow
def test_a_list_is_written_as_it_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = (expected.FOLDER / "puppets__test.json").read_text()
    monkeypatch.setattr(expected, "FOLDER", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert lists.main(["puppets", "test", "--write"]) == 0
    assert (tmp_path / "puppets__test.json").read_text() == shipped
    assert len(json.loads(shipped)) == 56


def test_the_lists_need_no_torch() -> None:
    code = (
        "import sys\nfrom benchmark.submission import expected\n"
        "import benchmark.submission.check, benchmark.submission.command\n"
        "for name in expected.known_splits():\n    expected.expected_videos(*name.split('/'))\n"
        "assert not {'torch', 'hydra', 'transformers', 'av'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-800:]
