"""Mini-batches and the validation split: each sample once, with its own label."""

import math

import numpy as np
import pytest
from toy import rng

from nn_core import minibatches, train_validation_split


@pytest.mark.parametrize(("n", "batch_size"), [(10, 3), (64, 64), (5, 8), (1, 1), (130, 64)])
def test_minibatches_give_each_sample_exactly_once(n, batch_size):
    x, labels = np.arange(2 * n).reshape(n, 2), np.arange(n)
    batches = list(minibatches(x, labels, batch_size, rng()))
    assert [len(b) for _, b in batches][:-1] == [batch_size] * (math.ceil(n / batch_size) - 1)
    assert len(batches) == math.ceil(n / batch_size)
    seen = np.concatenate([b for _, b in batches])
    assert sorted(seen) == list(range(n))
    for x_batch, labels_batch in batches:
        assert np.array_equal(x_batch, x[labels_batch]), "an image lost its label"


def test_minibatches_shuffle_samples_and_not_only_the_order_of_batches():
    x, generator = np.arange(1000).reshape(-1, 1), rng()
    first, second = ([b for _, b in minibatches(x, x[:, 0], 10, generator)] for _ in range(2))
    assert not any(np.array_equal(b, np.sort(b)) for b in first)
    assert {tuple(sorted(b)) for b in first}.isdisjoint(tuple(sorted(b)) for b in second)
    # samples that were neighbours are not in one batch again
    batch_of = np.empty(1000, int)
    for i, b in enumerate(first):
        batch_of[b] = i
    assert np.mean(batch_of[:-1] == batch_of[1:]) < 0.1


def test_minibatches_are_repeatable_and_leave_the_data_alone():
    x, labels = rng().standard_normal((50, 2)), np.arange(50)
    before = x.copy()
    a, b = ([m for _, m in minibatches(x, labels, 7, rng(3))] for _ in range(2))
    assert all(map(np.array_equal, a, b))
    assert np.array_equal(x, before) and np.array_equal(labels, np.arange(50))


def test_train_validation_split():
    x, labels = np.arange(100.0).reshape(-1, 1), np.arange(100)
    x_train, labels_train, x_val, labels_val = train_validation_split(x, labels, 30, seed=1)
    assert (len(x_train), len(x_val)) == (70, 30)
    assert sorted([*labels_train, *labels_val]) == list(range(100))
    assert np.array_equal(x_train[:, 0], labels_train) and np.array_equal(x_val[:, 0], labels_val)
    assert not np.array_equal(np.sort(labels_val), np.arange(labels_val.min(), 30))
    again = train_validation_split(x, labels, 30, seed=1)
    assert np.array_equal(again[3], labels_val)
    assert not np.array_equal(train_validation_split(x, labels, 30, seed=2)[3], labels_val)


def test_batches_are_copies_and_follow_the_generator():
    x, labels = np.arange(20.0).reshape(10, 2), np.arange(10)
    order = rng(5).permutation(10)
    batches = list(minibatches(x, labels, 4, rng(5)))
    assert np.array_equal(np.concatenate([b for _, b in batches]), order)
    batches[0][0][:] = -1
    batches[0][1][:] = -1
    assert x.min() == 0 and labels.min() == 0


def test_batches_may_be_of_images_and_any_labels():
    images = rng().random((7, 3, 3))
    names = np.array(list("abcdefg"))
    batches = list(minibatches(images, names, np.int64(3), rng()))
    assert [part.shape for part, _ in batches] == [(3, 3, 3), (3, 3, 3), (1, 3, 3)]
    for part, labels in batches:
        assert all(
            np.array_equal(images["abcdefg".index(n)], i) for i, n in zip(part, labels, strict=True)
        )


def test_each_epoch_has_its_own_order():
    x, generator = np.arange(50.0).reshape(-1, 1), rng()
    first, second = (
        np.concatenate([b for _, b in minibatches(x, x[:, 0], 8, generator)]) for _ in range(2)
    )
    assert not np.array_equal(first, second)
