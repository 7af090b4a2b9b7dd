"""The methods that frame every table."""

from __future__ import annotations

from pathlib import Path

import pytest

from baselines.ground_truth import GroundTruth
from baselines.source_copy import SourceCopy
from benchmark.core.errors import SampleError, UsageError
from benchmark.core.types import Sample
from benchmark.methods.videos import Videos


def made_sample(folder: Path, *, target: bool = True) -> Sample:
    for name in ("source", "target"):
        (folder / f"{name}.mp4").write_bytes(name.encode())
    return Sample(
        id="s1",
        dataset="clips",
        split="test",
        speaker="A",
        sentence="",
        source=folder / "source.mp4",
        source_emotion="neutral",
        emotion="happy",
        intensity=0,
        speech=None,
        target=folder / "target.mp4" if target else None,
    )


def test_source_copy_returns_the_source(tmp_path: Path) -> None:
    sample = made_sample(tmp_path)
    assert SourceCopy().edit(sample, 0) == sample.source
    sample.source.unlink()
    with pytest.raises(SampleError) as caught:
        SourceCopy().edit(sample, 0)
    assert caught.value.status == "missing_file"


def test_ground_truth_returns_the_target_or_says_why_not(tmp_path: Path) -> None:
    sample = made_sample(tmp_path)
    assert GroundTruth().edit(sample, 0) == sample.target
    (tmp_path / "target.mp4").unlink()
    with pytest.raises(SampleError) as absent:
        GroundTruth().edit(sample, 0)
    with pytest.raises(SampleError) as none:
        GroundTruth().edit(made_sample(tmp_path, target=False), 0)
    assert (absent.value.status, none.value.status) == ("missing_file", "no_target")


def test_videos_reads_its_folder(tmp_path: Path) -> None:
    sample = made_sample(tmp_path)
    method = Videos()
    method.load("cpu", {"folder": str(tmp_path)})
    with pytest.raises(SampleError) as caught:
        method.edit(sample, 0)
    assert caught.value.status == "missing_video"
    (tmp_path / "s1.mp4").write_bytes(b"made elsewhere")
    assert method.edit(sample, 0) == tmp_path / "s1.mp4"


def test_the_folder_is_no_part_of_the_output_but_its_files_are(tmp_path: Path) -> None:
    sample = made_sample(tmp_path)
    assert Videos.output_options({"folder": "anywhere"}) == {}
    assert Videos.inputs(sample, {"folder": str(tmp_path)}) == (tmp_path / "s1.mp4",)


@pytest.mark.parametrize(
    "options", [{}, {"folder": None}, {"folder": "/nowhere/at/all"}, {"folder": ".", "suffix": "x"}]
)
def test_videos_refuses_what_it_can_t_use(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Videos().load("cpu", options)


@pytest.mark.parametrize("method", [SourceCopy, GroundTruth])
def test_the_others_have_no_options(method: type[SourceCopy | GroundTruth]) -> None:
    method().load("cpu", {})
    with pytest.raises(UsageError, match="has no option 'strength'"):
        method().load("cpu", {"strength": 1})
