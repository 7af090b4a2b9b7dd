"""The training loop of C-MET: seeded, resumable to the bit, on one process or many.

A step's randomness comes from (seed, step) alone: the batch from `cmet.training.batches`, dropout from torch's
generator seeded anew. What is in a checkpoint (weights, optimiser, their average, the step) is all the state there
is.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import logging
import math
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.core.progress import show_progress
from cmet.corpus.sampler import Features
from cmet.model.transformer import Connector, ConnectorConfig, Directions
from cmet.training import checkpoints
from cmet.training.batches import Batch, Batches
from cmet.training.distributed import Processes, gather, wrap
from cmet.training.log import Meter, TrainingLog
from cmet.training.run_config import NetworkConfig, ScheduleConfig, TrainConfig
from cmet.training.step import optimiser, training_step
from cmet.training.validation import Validation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trained:
    """What a run leaves."""

    network: Connector
    """The network in eval mode, with the average of the weights if the run keeps one."""
    scores: Mapping[str, float]
    """The scores of the last validation; empty without a validation corpus."""
    steps: int


class Passes(nn.Module):
    """The network as a training step calls it: in the chosen precision, returning the rows of all processes."""

    def __init__(self, network: nn.Module, here: Processes, device: str, precision: str) -> None:
        super().__init__()
        self.network, self.here, self.device_type = network, here, device
        self.low = precision == "bfloat16"

    def forward(self, reference: Tensor, vector: Tensor, neutral: Tensor) -> Directions:
        """Rows of this process in, float32 rows of all processes out."""
        with torch.autocast(self.device_type, torch.bfloat16, enabled=self.low):
            out = self.network(reference, vector, neutral)
        parts = [value.float() for value in out]
        return Directions(*(parts if self.here.count == 1 else [gather(value) for value in parts]))


def train(config: TrainConfig, train_on: Features, test_on: Features | None, here: Processes, device: str) -> Trained:
    """Train to the last step, going on from the newest checkpoint of `config.out`.

    Args:
        config: the run.
        train_on: training corpus.
        test_on: validation corpus with the same labels, or None.
        here: this process (see `cmet.training.distributed.processes`).
        device: "cpu" or "cuda".

    Raises:
        CheckpointError: `config.out` holds another run, or a damaged checkpoint.
        ValueError: the configuration does not fit the corpus, the device or the number of processes.
        FloatingPointError: the loss is no longer finite.
    """
    schedule = config.schedule
    if schedule.precision == "bfloat16" and device == "cpu":
        raise ValueError("schedule.precision=bfloat16 needs a GPU; on the CPU use float32")
    rows = here.rows(schedule.batch)
    batches = Batches(train_on, schedule.batch, config.seed, config.sampling)
    validation = None
    if test_on is not None and here.first:
        validation = Validation(test_on, config, device)
    torch.manual_seed(config.seed)
    network = Connector(connector_config(config.network, train_on, config.sampling.window)).to(device)
    trained = wrap(network, here, device)
    averaged = copy.deepcopy(network).requires_grad_(False) if schedule.average else None
    optimise = optimiser(network, schedule.learning_rate, schedule.weight_decay)
    start, data = 0, fingerprint(train_on)
    found = checkpoints.newest(config.out, device)
    if found is not None:
        checkpoints.check_same_run(found, config.numbers(), data, config.out)
        network.load_state_dict(found.state_dict)
        optimise.load_state_dict(dict(found.optimizer))
        if averaged is not None and found.average is not None:
            averaged.load_state_dict(found.average)
        start = found.step
        log.info("going on at step %d of %s", start, config.out)
    passes = Passes(trained, here, device, schedule.precision).train()
    journal = TrainingLog(config.out, start, config.runtime.tensorboard) if here.first else None
    meter, scores = Meter(), dict[str, float]()
    with show_progress("training", schedule.steps, done=start, shown=here.first) as progress:
        for step, batch in prefetched(batches, start, schedule.steps):
            rate = rate_at(schedule, step)
            for group in optimise.param_groups:
                group["lr"] = rate
            torch.manual_seed(int(np.random.default_rng([config.seed, 2, step, here.rank]).integers(2**63)))
            terms = training_step(passes, **on_device(batch, rows, device), contrast=schedule.contrast).terms
            optimise.zero_grad(set_to_none=True)
            terms.total.backward()
            if schedule.clip is not None:
                nn.utils.clip_grad_norm_(network.parameters(), schedule.clip)
            optimise.step()
            if averaged is not None and schedule.average is not None:
                move_average(averaged, network, min(schedule.average, (1 + step) / (10 + step)))
            done, last = step + 1, step + 1 == schedule.steps
            meter.add({field.name: getattr(terms, field.name) for field in dataclasses.fields(terms)})
            if journal is not None and (done % config.runtime.log_every == 0 or last):
                journal.write("train", done, meter.take() | {"rate": rate, "epoch": step // batches.epoch})
            if validation is not None and journal is not None and (done % config.validation.every == 0 or last):
                scores = validation.scores(averaged or network)
                journal.write("validation", done, scores)
            if here.first and (done % config.runtime.save_every == 0 or last):
                require_finite(terms.total, done)
                average = None if averaged is None else averaged.state_dict()
                state = checkpoints.TrainingState(
                    network.state_dict(), optimise.state_dict(), done, done // batches.epoch, average,
                    config.numbers(), data,
                )  # fmt: skip
                checkpoints.save(config.out, state, config.runtime.keep)
            progress.advance(meter.words)
    if journal is not None:
        journal.close()
    final = averaged or network
    if start >= schedule.steps and validation is not None:
        scores = validation.scores(final)
    return Trained(final.eval(), scores, max(start, schedule.steps))


def connector_config(sizes: NetworkConfig, features: Features, window: int) -> ConnectorConfig:
    """The network's sizes: those chosen, and those that the corpus decides."""
    if window > sizes.positions:
        raise ValueError(f"sampling.window={window} needs network.positions of at least as many, not {sizes.positions}")
    return ConnectorConfig(
        expression=next(iter(features.codes.values())).shape[1],
        speech=len(next(iter(features.speech.values()))),
        **dataclasses.asdict(sizes),
    )


def rate_at(schedule: ScheduleConfig, step: int) -> float:
    """Learning rate of a step."""
    if schedule.rate == "constant":
        return schedule.learning_rate
    warm = max(1, schedule.steps // 20)
    if step < warm:
        return schedule.learning_rate * (step + 1) / warm
    done = (step - warm) / max(1, schedule.steps - warm)
    return schedule.learning_rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))


def prefetched(batches: Batches, start: int, end: int) -> Iterator[tuple[int, Batch]]:
    """Steps and their batches, each made in a thread while the step before it runs."""
    if start >= end:
        return
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(batches.batch, start)
        for step in range(start, end):
            batch = following.result()
            if step + 1 < end:
                following = pool.submit(batches.batch, step + 1)
            yield step, batch


def on_device(batch: Batch, rows: slice, device: str) -> dict[str, Tensor]:
    """The arguments of a training step: this process's rows of the inputs, all rows of target and labels."""
    parts = {name: getattr(batch, name)[rows] for name in ("reference", "vector", "neutral", "emotional")}
    parts |= {"target": batch.direction, "labels": batch.labels}
    return {name: torch.from_numpy(np.ascontiguousarray(part)).to(device) for name, part in parts.items()}


def move_average(averaged: nn.Module, network: nn.Module, decay: float) -> None:
    """Move averaged weights towards the network's; statistics of batch norm and tables are copied."""
    with torch.no_grad():
        for mean, value in zip(averaged.parameters(), network.parameters(), strict=True):
            mean.lerp_(value, 1.0 - decay)
        for copied, current in zip(averaged.buffers(), network.buffers(), strict=True):
            copied.copy_(current)


def fingerprint(features: Features) -> str:
    """Twelve hex digits of a sha256 over a corpus: names, codes, embeddings, labels."""
    digest = hashlib.sha256(repr(features.emotions).encode())
    for arrays in (features.codes, features.speech):
        for key in sorted(arrays):
            digest.update(repr((key, arrays[key].shape)).encode())
            digest.update(np.ascontiguousarray(arrays[key], np.float32).tobytes())
    return digest.hexdigest()[:12]


def require_finite(loss: Tensor, step: int) -> None:
    """Raise FloatingPointError if a loss is not finite, before a checkpoint is written."""
    if not bool(torch.isfinite(loss)):
        raise FloatingPointError(f"the loss is not finite at step {step}; lower schedule.learning_rate")
