"""Every configuration file composes; every wrong word is one line that names the nearest right one."""

from __future__ import annotations

import itertools

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
        (Request(overrides=("seed=x",)), "seed must be a whole number of at least 0, got 'x'"),
        (Request(overrides=("seed=-1",)), "seed must be a whole number of at least 0, got -1"),
        (Request(overrides=("seed=true",)), "seed must be a whole number of at least 0, got True"),
        (Request(overrides=("dataset.seed=x",)), "dataset.seed must be a whole number of at least 0, got 'x'"),
        (Request(overrides=("runtime=x",)), "unknown option 'runtime'; did you mean 'runtime.root'?"),
        (Request(overrides=("seed=[1",)), "configuration: "),
        (Request(overrides=("seed=${nothing}",)), "configuration: "),
        (Request(overrides=("statistics.level=95",)), "statistics.level must be a number between 0 and 1, got 95"),
        (Request(limit=0), "limit must be a whole number of at least 1, got 0"),
        (Request(device="gpu"), "device must be cpu, cuda or cuda:N, got 'gpu'"),
        (Request(methods=("videos",)), "method videos needs method.folder=..."),
        (Request(overrides=("method.label=../x",)), "method.label must be letters"),
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
