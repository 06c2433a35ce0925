"""The small digits that stand in for MNIST: scikit-learn's own, framed as MNIST's are."""

import numpy as np
import pytest

from data.mnist import bundled_digits


@pytest.fixture(scope="module")
def digits():
    return bundled_digits()


def both_parts(digits):
    """Return the images (1797, 28, 28) and labels (1797,) of both parts together."""
    images = np.concatenate([digits.x_train, digits.x_test]).reshape(-1, 28, 28)
    return images, np.concatenate([digits.labels_train, digits.labels_test])


def test_digits_have_the_form_of_mnist(digits):
    assert digits.x_train.shape == (1437, 784)
    assert digits.x_test.shape == (360, 784)
    for x, labels in [(digits.x_train, digits.labels_train), (digits.x_test, digits.labels_test)]:
        assert x.dtype == np.float32
        assert labels.dtype == np.int64
        assert labels.shape == (len(x),)
        assert (x.min(), x.max()) == (0, 1)
        assert set(labels) == set(range(10))


def test_digits_sit_in_an_empty_frame_as_in_mnist(digits):
    images, _ = both_parts(digits)
    frame = np.ones((28, 28), bool)
    frame[4:-4, 4:-4] = False
    assert not images[:, frame].any()
    for edge in (images[:, 4], images[:, -5], images[:, :, 4], images[:, :, -5]):
        assert edge.any()  # and the frame is no wider


def test_digits_are_those_of_scikit_learn_with_their_labels(digits):
    """An enlarged image still contains all of its 8x8 image: solve for it, and compare."""
    from sklearn.datasets import load_digits

    positions = np.linspace(0, 7, 20)
    enlarge = np.stack([np.interp(positions, range(8), row) for row in np.eye(8)], axis=1)
    shrink = np.linalg.pinv(enlarge)
    images, labels = both_parts(digits)
    small = shrink @ images[:, 4:-4, 4:-4] @ shrink.T * 16
    assert abs(small - small.round()).max() < 1e-3
    rows = np.column_stack([small.round().reshape(-1, 64), labels]).astype(int)
    bundled = load_digits()
    expected = np.column_stack([bundled.images.reshape(-1, 64), bundled.target]).astype(int)
    np.testing.assert_array_equal(np.unique(rows, axis=0), np.unique(expected, axis=0))
    np.testing.assert_allclose(  # and corner lies on corner
        images[:, [4, 4, -5, -5], [4, -5, 4, -5]] * 16,
        small[:, [0, 0, 7, 7], [0, 7, 0, 7]],
        atol=1e-3,
    )


def test_no_digit_is_in_both_parts_and_none_occurs_twice(digits):
    images, _ = both_parts(digits)
    assert len(np.unique(images.reshape(-1, 784), axis=0)) == len(images) == 1797


def test_digits_are_split_in_the_same_way_on_every_call(digits):
    again = bundled_digits()
    np.testing.assert_array_equal(again.x_train, digits.x_train)
    np.testing.assert_array_equal(again.labels_train, digits.labels_train)
    np.testing.assert_array_equal(again.x_test, digits.x_test)
    np.testing.assert_array_equal(again.labels_test, digits.labels_test)


def test_digits_are_shuffled_before_the_split(digits):
    """scikit-learn lists them writer by writer, mostly 0, 1, 2, ... 9, 0, 1, ..."""
    assert np.bincount(digits.labels_test).min() > 20
    assert (np.diff(digits.labels_train) == 1).mean() < 0.2
