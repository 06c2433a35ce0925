"""A drawing as MNIST would have it: cut out, scaled, centred."""

from pathlib import Path

import numpy as np
import pytest
from pad_helpers import ONE, SEVEN, stroke

from data.mnist import DATA, read_mnist
from nn_core import MLP, SGD, evaluate, fit
from support.lab.centring import like_mnist, resampling
from support.lab.pad import SIDE


def centre(image):
    """Return the centre of mass of `image` (28, 28), as (row, column)."""
    middles = np.arange(28) + 0.5
    return middles @ image.sum(axis=1) / image.sum(), middles @ image.sum(axis=0) / image.sum()


def extent(image):
    """Return how many rows and how many columns have ink."""
    return tuple(int(np.ptp(np.flatnonzero(image.any(axis=axis)))) + 1 for axis in (1, 0))


def enlarged(x):
    """Return an image (784,) as the browser sends a test digit: every pixel four by four."""
    return np.kron(x.reshape(28, 28), np.ones((4, 4)))


@pytest.mark.parametrize(
    "ink", [SEVEN, ONE, stroke((5, 5), (5, 106)), stroke((56, 56), (60, 60), width=4)]
)
def test_the_longer_side_is_20_pixels_and_the_centre_of_mass_in_the_middle(ink):
    image = like_mnist(ink)
    assert image.shape == (28, 28) and image.dtype == float
    assert max(extent(image)) in (20, 21)  # 21: the shorter side's pixels need not fit the grid
    assert np.abs(np.subtract(centre(image), 14.5)).max() <= 0.5 + 1e-9
    assert image.min() >= 0 and 0.7 < image.max() <= 1 + 1e-12


def test_the_aspect_ratio_is_kept():
    height, width = extent(ONE)
    rows, columns = like_mnist(ONE).sum(axis=1), like_mnist(ONE).sum(axis=0)
    assert np.isclose(like_mnist(ONE).sum(), ONE.sum() * (20 / max(height, width)) ** 2)
    assert abs(columns.max() / rows.max() / (height / width) - 1) < 0.15


@pytest.mark.parametrize("move", [(12, 0), (-16, 25), (7, -26)])
def test_where_it_is_drawn_does_not_matter(move):
    assert np.allclose(like_mnist(np.roll(SEVEN, move, axis=(0, 1))), like_mnist(SEVEN))


def test_how_large_it_is_drawn_hardly_matters():
    small = SEVEN.reshape(SIDE // 2, 2, SIDE // 2, 2).mean(axis=(1, 3))
    assert np.abs(like_mnist(small) - like_mnist(SEVEN)).max() < 0.1
    assert np.allclose(like_mnist(np.kron(SEVEN, np.ones((3, 3)))), like_mnist(SEVEN))


def test_grey_edges_stay_grey():
    image = like_mnist(SEVEN)
    grey = (image > 0.05) & (image < 0.95)
    assert grey.sum() > 20, "antialiased, not cut out"


@pytest.mark.parametrize("corner", [(0, 0), (0, SIDE - 1), (SIDE - 1, 0), (SIDE - 1, SIDE - 1)])
def test_a_single_pixel_anywhere_fills_the_box(corner):
    ink = np.zeros((SIDE, SIDE))
    ink[corner] = 1
    image = like_mnist(ink)
    assert extent(image) == (20, 20) and np.isclose(image.sum(), 400)


def test_nothing_is_cut_off_however_uneven_the_ink():
    ink = np.zeros((SIDE, SIDE))
    ink[:, 50:60] = 0.001  # a line that is nearly all at its upper end
    ink[:6, 50:60] = 1
    assert np.isclose(like_mnist(ink).sum(), ink.sum() * (20 / SIDE) ** 2)


def test_an_empty_paper_stays_empty():
    assert not like_mnist(np.zeros((SIDE, SIDE))).any()


def test_the_whole_paper_works():
    image = like_mnist(np.ones((SIDE, SIDE)))
    assert np.isclose(image.sum(), 400) and image.max() == 1


def test_resampling_takes_means_of_areas():
    matrix = resampling(np.ones(40), 0.5)
    assert matrix.shape == (28, 40)
    assert np.allclose(matrix.sum(axis=0), 0.5), "a pixel becomes half as long"
    assert np.allclose(matrix.sum(axis=1)[matrix.any(axis=1)], 1), "and the mean stays"


def test_mnist_itself_comes_out_as_it_was():
    raw = Path(DATA) / "MNIST" / "raw"
    try:
        mnist = read_mnist(raw)
    except (OSError, ValueError):
        pytest.skip("MNIST is not here")
    x, labels = mnist.x_test[:2000], mnist.labels_test[:2000]
    again = np.array([like_mnist(enlarged(image)).ravel() for image in x], np.float32)
    assert np.abs(again - x).max() < 1e-6
    # and drawn at another place, at another size: nearly so
    moved = [
        np.pad(np.kron(image.reshape(28, 28), np.ones((3, 3))), ((0, 28), (9, 0))) for image in x
    ]
    moved = np.array([like_mnist(image).ravel() for image in moved], np.float32)
    model = MLP()
    for _ in fit(model, mnist.x_train[:20000], mnist.labels_train[:20000], SGD(0.1), epochs=2):
        pass
    accuracies = [evaluate(model, images, labels)[1] for images in (x, again, moved)]
    print("accuracy as they are, enlarged by 4, by 3 and moved:", accuracies)
    assert accuracies[0] > 0.9
    assert accuracies[1] == accuracies[0] and abs(accuracies[2] - accuracies[0]) < 0.005
