"""The doctor finds what is here, what is missing and what is damaged, and its exit code says so."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from benchmark.checkpoints.locate import VARIABLE
from benchmark.doctor import command as doctor
from benchmark.doctor.checkup import verdict
from benchmark.doctor.machine import OPTIONAL, Fact, facts
from benchmark.prepare.command import known_checkpoints
from tests.shared_files import WEIGHTS, needs_weights


@pytest.fixture(autouse=True)
def no_weights_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    code = doctor.main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_without_weights_all_records_are_missing_and_nothing_is_wrong(tmp_path: Path, capsys) -> None:
    code, report = told(capsys, "--weights", str(tmp_path))
    assert code == 0 and report["problems"] == []
    states = {c["name"]: c for c in report["checkpoints"]}
    for name, record in known_checkpoints().items():
        assert states[name]["state"] == "missing"
        assert states[name]["get"] == record.address and states[name]["put"] == str(tmp_path / name)
    shipped = [c for c in report["checkpoints"] if c["put"] == "ships with the project"]
    assert shipped and all(c["state"] == "here" for c in shipped)
    able = {(a["kind"], a["name"]): a for a in report["abilities"]}
    assert able["method", "source_copy"]["can"] == 1
    assert able["method", "eat"]["can"] == 0 and "missing checkout: put it at" in str(able["method", "eat"])
    assert able["suite", "puppets"]["can"] == able["suite", "puppets"]["of"]
    author = able["suite", "cmet-author"]
    assert author["can"] == 1 and author["of"] == 6 and "syncnet/syncnet_v2.model" in author["lacks"]  # AITV alone


def test_a_damaged_file_and_an_unmet_wish_are_exit_1(tmp_path: Path, capsys) -> None:
    path = tmp_path / "yunet" / "yunet_n_dynamic.onnx"
    path.parent.mkdir()
    path.write_bytes(b"half a file")
    code, report = told(capsys, "--weights", str(tmp_path))
    assert code == 1 and len(report["problems"]) == 1 and "yunet" in report["problems"][0]
    path.unlink()
    code, report = told(capsys, "--weights", str(tmp_path), "--suite", "standard", "--suite", "puppets")
    assert code == 1 and report["problems"][0].startswith("suite standard lacks ")
    assert len(report["problems"]) == 1


def test_a_file_without_a_known_hash_is_told_by_its_own(tmp_path: Path, capsys) -> None:
    path = tmp_path / "i3d" / "i3d_pretrained_400.pt"
    path.parent.mkdir()
    path.write_bytes(b"whatever")
    code, report = told(capsys, "--weights", str(tmp_path))
    found = next(c for c in report["checkpoints"] if c["name"] == "i3d/i3d_pretrained_400.pt")
    assert (code, found["state"], found["pinned"], found["size"]) == (0, "here", False, 8)
    assert found["sha256"] == "85738f8f9a7f1b04b5329c590ebcb9e425925c6d0984089c43a022de4f19c281"  # of "whatever"
    code, report = told(capsys, "--weights", str(tmp_path), "--load")
    assert code == 1 and "i3d" in report["problems"][0] and "refuses it" in report["problems"][0]


def test_unknown_names_are_wrong_usage(tmp_path: Path, capsys) -> None:
    assert doctor.main(["--suite", "standart"]) == 2
    assert "did you mean 'standard'?" in capsys.readouterr().err
    assert doctor.main(["--weights", str(tmp_path / "no")]) == 2


def test_the_text_says_where_to_get_and_where_to_put(tmp_path: Path, capsys) -> None:
    assert doctor.main(["--weights", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "torch" in text and "GPU" in text and "disk" in text
    assert f"  put      {tmp_path / 'syncnet/syncnet_v2.model'}" in text
    assert "  get      https://www.robots.ox.ac.uk/~vgg/software/lipsync/data/syncnet_v2.model" in text
    assert "nothing that is here is damaged" in text


def test_every_extra_of_the_project_is_looked_for() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    for_users = set(project["optional-dependencies"]) - {"engines", "test", "e2e", "dev"}
    assert for_users == {extra for text in OPTIONAL.values() for extra in re.findall(r"\[(\w+)\]", text)}


def test_a_library_that_does_not_load_is_a_problem_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(fact.fine for fact in facts(Path("/")))
    machine = [Fact("video", "ImportError: no", False, "pip install av")]
    assert verdict(machine, [], [], []) == ["video: pip install av"]


@needs_weights
def test_the_real_files_are_whole_and_load(capsys) -> None:
    code, report = told(capsys, "--weights", str(WEIGHTS), "--load")
    assert code == 0
    here = {c["name"] for c in report["checkpoints"] if c["state"] == "here"}
    assert {"yunet/yunet_n_dynamic.onnx", "pfld/pfld.onnx", "mobilefacenet/MobileFaceNet.onnx"} <= here
