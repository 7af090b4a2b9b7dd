"""Batches from tables are the sampler's samples, and depend on the seed and the step alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from cmet.corpus.sampler import ClipKey, Features, Sampler, any_clip, build_window
from cmet.model.vectors import difference, training_indices
from cmet.training.batches import Batches, Sampling, cyclic_means
from tests.cmet.made_corpus import EMOTIONS, made_features


@pytest.mark.parametrize("mead", [False, True])
@pytest.mark.parametrize("vectors", ["raw", "unit"])
def test_every_row_is_what_the_readable_sampler_computes_from_the_same_draw(mead: bool, vectors: str) -> None:
    features = made_features(mead=mead, clips=11)
    batches = Batches(features, 16, seed=3, sampling=Sampling(vectors=vectors))  # type: ignore[arg-type]
    sampler = Sampler(features, unit_vectors=vectors == "unit")
    for step in (0, 5):
        plan = batches.plan(step)
        batch = batches.gather(plan)
        for row in range(16):
            keys = [[batches.clips[i] for i in plan.clips[side, row]] for side in (0, 1)]
            for side in keys:
                assert len({(key.identity, key.emotion, key.level) for key in side}) == 1
                assert all(features.member(key) for key in side)
            assert keys[0][0].identity == keys[1][0].identity
            assert EMOTIONS[plan.label[row]] == keys[1][0].emotion != keys[0][0].emotion
            codes = [[features.codes[key] for key in side] for side in keys]
            wanted = build_window(codes[0], codes[1], int(plan.start[row]))
            got = (batch.reference[row], batch.neutral[row], batch.emotional[row], batch.direction[row])
            for a, b in zip(got, wanted, strict=True):
                np.testing.assert_allclose(a, b, atol=2e-6)
            pools = [sampler.pools[side[0].emotion, side[0].level] for side in keys]
            chosen = training_indices(len(pools[0]), len(pools[1]), int(plan.loader[row]))
            means = [
                np.stack([features.speech[pool[i]] for i in rows]) for pool, rows in zip(pools, chosen, strict=True)
            ]
            strength = float(plan.level[row]) if vectors == "unit" else 1.0
            vector = difference(means[1], means[0], vectors, strength)  # type: ignore[arg-type]
            np.testing.assert_allclose(batch.vector[row, 0], vector, atol=2e-6)
            if "neutral" not in (keys[0][0].emotion, keys[1][0].emotion):
                assert keys[0][0].level == keys[1][0].level == plan.level[row]


def test_samples_are_drawn_with_the_probabilities_of_the_readable_sampler() -> None:
    """How often every condition comes: both samplers agree in a chi-square test of homogeneity."""
    whole = made_features(clips=4)
    names = sorted({key.identity for key in whole.codes})
    codes = {
        key: np.full_like(v, 100 * names.index(key.identity) + 10 * EMOTIONS.index(key.emotion) + key.level)
        for key, v in whole.codes.items()
        if (key.identity, key.emotion, key.level) != ("P00", "sad", 2) and key != ClipKey("P01", "neutral", 1, 3)
    }
    features = Features(codes, whole.speech, whole.emotions, any_clip, any_clip)
    batches, sampler, rng = Batches(features, 100, seed=1), Sampler(features), np.random.default_rng(5)
    table: dict[tuple[float, float], list[int]] = {}
    for step in range(60):
        batch = batches.batch(step)
        for first, second in zip(batch.neutral[:, 0, 0], batch.emotional[:, 0, 0], strict=True):
            table.setdefault((float(first), float(second)), [0, 0])[0] += 1
    for index in range(6000):
        sample = sampler.draw(index, rng)
        table.setdefault((float(sample.neutral[0, 0]), float(sample.emotional[0, 0])), [0, 0])[1] += 1
    # 18 between emotions, 3 from neutral, 9 to neutral; one identity lacks the 5 of one emotion's level
    assert len(table) == 3 * (18 + 3 + 9) - 5
    assert chi2_contingency(np.array(list(table.values()))).pvalue > 0.01


def test_a_batch_depends_on_the_seed_and_the_step_alone() -> None:
    features = made_features()
    one, two = Batches(features, 20, seed=4), Batches(features, 20, seed=4)
    for step in (9, 2, 9):
        for a, b in zip(one.batch(step), two.batch(step), strict=True):
            assert a.tobytes() == b.tobytes() and a.dtype == b.dtype
    assert not np.array_equal(one.batch(2).vector, one.batch(3).vector)
    assert not np.array_equal(one.batch(2).vector, Batches(features, 20, seed=5).batch(2).vector)


def test_an_epoch_uses_every_index_once_but_for_an_incomplete_batch() -> None:
    batches = Batches(made_features(), 25)
    assert len(batches.anchors) == 180 and batches.epoch == 7
    first, second = (np.concatenate([batches.indices(e * 7 + k) for k in range(7)]) for e in (0, 1))
    assert len(set(first.tolist())) == 175 and not np.array_equal(first, second)


def test_from_neutral_the_level_is_drawn_when_the_option_says_so() -> None:
    features = made_features()
    levels = {}
    for choice in ("level_1", "any_level"):
        batches = Batches(features, 60, sampling=Sampling(neutral_source=choice))  # type: ignore[arg-type]
        plans = [batches.plan(step) for step in range(20)]
        levels[choice] = {
            batches.clips[plan.clips[1, row, 0]].level
            for plan in plans
            for row in range(60)
            if batches.clips[plan.clips[0, row, 0]].emotion == "neutral"
        }
    assert levels == {"level_1": {1}, "any_level": {1, 2, 3}}


def test_windows_that_do_not_fit_are_redrawn_or_refused() -> None:
    features = made_features(clips=2)
    plan = Batches(features, 20, sampling=Sampling(window=12, count=2)).plan(0)
    assert (plan.start + 12 <= plan.length).all()
    with pytest.raises(RuntimeError, match="with 40 frames"):
        Batches(features, 20, sampling=Sampling(window=40, count=2)).plan(0)


def test_a_corpus_that_can_not_be_drawn_from_is_refused() -> None:
    features = made_features()
    with pytest.raises(ValueError, match="a batch of 181 does not fit"):
        Batches(features, 181)
    single = {key: value for key, value in features.codes.items() if key.emotion == "happy"}
    with pytest.raises(ValueError, match="no identity has clips of two emotions"):
        Batches(Features(single, features.speech, features.emotions, any_clip, any_clip), 8)
    with pytest.raises(ValueError, match="at least 1"):
        Sampling(count=0)


def test_cyclic_means_wrap() -> None:
    rows = np.arange(5, dtype=np.float32)[:, None]
    np.testing.assert_allclose(cyclic_means(rows, [0, 2])[:, 0], [(i + (i + 2) % 5) / 2 for i in range(5)])
