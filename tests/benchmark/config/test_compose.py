"""Every configuration file composes; every wrong word is one line that names the nearest right one."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from benchmark.config.compose import CONF, names_in, resolve, suite_metrics
from benchmark.config.spec import Request
from benchmark.core.errors import UsageError, one_line
from benchmark.datasets import DATASETS
from benchmark.methods.base import METHODS
from benchmark.metrics import METRICS

NEEDED = {
    "float": ("method.weights=somewhere",),
    "float-label": ("method.weights=somewhere",),
    "videos": ("method.folder=somewhere",),
}


def one(*overrides: str, **request: object):
    (run,) = resolve(Request(overrides=overrides, **request)).runs  # type: ignore[arg-type]
    return run


@pytest.mark.parametrize(("method", "dataset"), list(itertools.product(names_in("method"), names_in("dataset"))))
def test_every_method_composes_with_every_dataset(method: str, dataset: str) -> None:
    run = one(*NEEDED.get(method, ()), methods=(method,), dataset=dataset)
    assert (run.method.name, run.dataset.name) == (method, dataset)
    assert run.metrics


@pytest.mark.parametrize("method", names_in("method"))
def test_a_mock_asks_for_nothing(method: str) -> None:
    assert one(methods=(method,), mock=True).mock


@pytest.mark.parametrize("suite", names_in("suite"))
def test_every_suite_names_metrics_that_exist(suite: str) -> None:
    names = suite_metrics(suite)
    assert names and len(set(names)) == len(names)
    assert all(name in METRICS for name in names)


def test_every_method_and_dataset_has_a_file_of_its_name_and_back() -> None:
    assert set(names_in("method")) <= set(METHODS.names())
    assert set(names_in("dataset")) <= set(DATASETS.names())


def test_no_file_holds_an_import_path() -> None:
    for path in CONF.rglob("*.yaml"):
        values = [line.partition("#")[0] for line in path.read_text().splitlines()]
        assert not any("_target_" in line or ".py:" in line for line in values), path


def test_the_default_is_cmet_on_the_puppets() -> None:
    run = one()
    assert (run.method.name, run.dataset.name, run.dataset.split, run.suite) == ("cmet", "puppets", "test", "puppets")
    assert run.metrics == suite_metrics("puppets")
    assert (run.seed, run.limit, run.runtime.device, run.statistics.level) == (0, None, "cpu", 0.95)


def test_flags_and_overrides_reach_the_run() -> None:
    run = one(
        "seed=4",
        "runtime.root=/data/a b/(c)=d",
        "statistics.level=0.9",
        "method.label=mine",
        "method.folder=/videos",
        methods=("videos",),
        dataset="clips",
        split="other",
        metrics=("ssim",),
        limit=3,
        device="cuda:1",
    )
    assert (run.seed, run.limit, run.metrics, run.suite) == (4, 3, ("ssim",), "")
    assert str(run.runtime.root) == "/data/a b/(c)=d"
    assert (run.method.label, dict(run.method.options)) == ("mine", {"folder": "/videos"})
    assert (run.dataset.split, run.runtime.device, run.statistics.level) == ("other", "cuda:1", 0.9)


def test_groups_can_be_chosen_by_override() -> None:
    run = one("method=source_copy", "dataset=clips", "suite=puppets")
    assert (run.method.name, run.dataset.name, run.suite) == ("source_copy", "clips", "puppets")


def test_the_seed_of_the_corpus_is_not_the_seed_of_the_run() -> None:
    run = one("dataset.seed=7")
    assert (run.dataset.seed, run.seed, dict(run.dataset.options)) == (7, 0, {})


def test_the_suite_follows_the_dataset() -> None:
    assert one(dataset="clips").suite == "real"


def test_all_takes_every_method_and_says_which_it_leaves_out() -> None:
    resolved = resolve(Request(methods=("all",)))
    names = [run.method.name for run in resolved.runs]
    assert set(names) | set(resolved.left_out) == set(METHODS.names())
    assert resolved.left_out["videos"] == "needs method.folder=..."


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request(methods=("cmett",)), "unknown method 'cmett'; did you mean 'cmet'?"),
        (Request(methods=("cmet", "grund_truth")), "unknown method 'grund_truth'; did you mean 'ground_truth'?"),
        (Request(dataset="pupets"), "unknown dataset 'pupets'; did you mean 'puppets'?"),
        (Request(suite="puppet"), "unknown suite 'puppet'; did you mean 'puppets'?"),
        (Request(metrics=("ssmi",)), "unknown metric 'ssmi'; did you mean 'ssim'?"),
        (Request(overrides=("sede=1",)), "unknown option 'sede'; did you mean 'seed'?"),
        (Request(overrides=("runtime.rot=x",)), "unknown option 'runtime.rot'; did you mean 'runtime.root'?"),
        (Request(overrides=("method.folder=x",)), "unknown option 'method.folder'"),
        (Request(overrides=("suite.metrics=x",)), "unknown option 'suite.metrics'"),
        (Request(overrides=("method.name=x",)), "unknown option 'method.name'"),
        (Request(overrides=("seed",)), "'seed' is neither a flag nor key=value"),
        (Request(overrides=("+seed=1",)), "'+seed=1' is neither a flag nor key=value"),
        (Request(overrides=("seed=x",)), "seed must be a whole number, got 'x'"),
        (Request(overrides=("seed=-1",)), "seed must be at least 0, got -1"),
        (Request(overrides=("seed=true",)), "seed must be a whole number, got 'true'"),
        (Request(overrides=("dataset.seed=x",)), "dataset.seed must be a whole number, got 'x'"),
        (Request(overrides=("runtime=x",)), "unknown option 'runtime'; did you mean 'runtime.root'?"),
        (Request(overrides=("seed=[1",)), "seed must be a whole number, got '[1'"),
        (Request(overrides=("seed=${nothing}",)), "seed must be a whole number, got '${nothing}'"),
        (Request(overrides=("seed=0x10",)), "seed must be a whole number, got '0x10'"),
        (Request(overrides=("seed=12:30:45",)), "seed must be a whole number, got '12:30:45'"),
        (Request(overrides=("limit=2024_05_01",)), "limit must be a whole number, got '2024_05_01'"),
        (Request(overrides=("statistics.level=.nan",)), "statistics.level must be a number, got '.nan'"),
        (Request(overrides=("method.intensity=much",)), "method.intensity must be a number, got 'much'"),
        (Request(overrides=("method.compiled=perhaps",)), "method.compiled must be true or false, got 'perhaps'"),
        (Request(overrides=("metrics=[psnr",)), "metrics: not YAML"),
        (Request(overrides=("dataset.seed=-1",)), "dataset.seed must be at least 0, got -1"),
        (Request(split="../../../evil2"), "split '../../../evil2' can't name a folder"),
        (Request(split="val/2024"), "split 'val/2024' can't name a folder"),
        (Request(overrides=("dataset.split=..",)), "split '..' can't name a folder"),
        (Request(overrides=("statistics.level=95",)), "statistics.level must be between 0 and 1, got 95"),
        (Request(limit=0), "limit must be at least 1, got 0"),
        (Request(device="gpu"), "device must be cpu, cuda or cuda:N, got 'gpu'"),
        (Request(methods=("videos",)), "method videos needs method.folder=..."),
        (Request(overrides=("method.label=../x",)), "method.label '../x' can't name a folder: it may hold letters"),
        (
            Request(overrides=("method.label=ground_truth",)),
            "method.label 'ground_truth' is the name of another method",
        ),
        (
            Request(methods=("source_copy", "ground_truth"), overrides=("method.label=x",)),
            "method.label names one method",
        ),
        (Request(suite="puppets", metrics=("ssim",)), "--suite and --metrics exclude each other"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(request_: Request, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(request_)
    assert one_line(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


TYPED = [
    "2024_05_01",
    "010",
    "12:30:45",
    "run #3",
    "x: y",
    "0x10",
    "1e3",
    "null",
    "~x",
    "ours #2",
    '"a"',
    "${a}",
    "[a",
    "-1",
]


@pytest.mark.parametrize("text", TYPED)
def test_paths_and_names_are_taken_as_they_are_typed(text: str) -> None:
    run = one(
        f"runtime.root=./{text}", f"runtime.weights=./{text}", f"method.folder={text}", f"executor.partition={text}",
        f"dataset.manifest={text}", methods=("videos",), dataset="clips",
    )  # fmt: skip
    assert run.runtime.root == run.runtime.weights == Path(text)
    assert run.method.options["folder"] == run.executor.partition == run.dataset.options["manifest"] == text


def test_text_keeps_its_newlines_and_equal_signs() -> None:
    assert one("runtime.root=a\nb=c d").runtime.root == Path("a\nb=c d")


@pytest.mark.parametrize("label", ["2024_05_01", "010", "0x10", "1e3", "null"])
def test_a_label_that_looks_like_a_number_is_a_label(label: str) -> None:
    assert one(f"method.label={label}").method.label == label


def test_what_is_optional_is_left_out_by_typing_nothing() -> None:
    run = one("method.label=", "runtime.weights=", "limit=null", "executor.workers=", "metrics=")
    assert run.method.label == "cmet" and run.runtime.weights is None and run.limit is None
    assert run.executor.workers is None and run.suite == "puppets"


def test_numbers_are_decimal_and_lists_may_be_typed_plainly() -> None:
    run = one("seed=010", "statistics.level=9e-1", "metrics=psnr, ssim", "method.intensity=2", "method.compiled=yes")
    assert (run.seed, run.statistics.level, run.metrics) == (10, 0.9, ("psnr", "ssim"))
    assert run.method.options["intensity"] == 2 and run.method.options["compiled"] is True
    assert one("metrics=[psnr,ssim]").metrics == ("psnr", "ssim")


def test_the_options_of_an_outside_program_are_yaml() -> None:
    run = one("method.arguments={by: 40, name: x}", "method.gpu=0", "method.arguments.by=41", methods=("external",))
    assert run.method.options["arguments"] == {"by": 41, "name": "x"} and run.method.options["gpu"] == "0"


def test_options_of_a_plug_in_are_read_by_their_looks() -> None:
    METHODS_ADDED = "method_without_a_file"
    with METHODS.isolated():
        METHODS.add(METHODS_ADDED, "baselines.source_copy:SourceCopy")
        words = ("method.a=3", "method.b=0.5", "method.c=010", "method.d=run #3", "method.e=true", "method.f=[1, x]")
        run = one(*words, methods=(METHODS_ADDED,))
    assert dict(run.method.options) == {"a": 3, "b": 0.5, "c": "010", "d": "run #3", "e": True, "f": [1, "x"]}
