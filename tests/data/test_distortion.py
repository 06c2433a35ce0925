"""Distorted images: displacements, bilinear sampling worked by hand, and batches for `fit`."""

import itertools
import math
from collections import Counter
from functools import partial

import numpy as np
import pytest

from data.distortion import (
    bilinear,
    distorted_minibatches,
    neighbours,
    random_displacements,
    warp,
)
from data.mnist import bundled_digits
from nn_core import MLP, SGD, fit, minibatches


def rng(seed=0):
    return np.random.default_rng(seed)


def moved(image, down, right):
    """Return the image (28, 28) displaced alike everywhere, by `warp`."""
    sources, shares = bilinear(np.full((1, 28, 28), down), np.full((1, 28, 28), right))
    return warp(image.reshape(1, 784), sources[0], shares[0]).reshape(28, 28)


# ------------------------------------------------------------------------------- displacements


def test_displacements_are_mild_and_as_large_as_documented():
    down, right = random_displacements(6000, rng())
    assert down.shape == right.shape == (6000, 28, 28)
    for field in (down, right):
        assert abs(field.mean()) < 0.1
        # the centre feels neither turn nor stretch: noise of rms 1.2, and a shift of up to 0.6
        assert np.std(field[:, 13:15, 13:15]) == pytest.approx(math.hypot(1.2, 0.6 / 3**0.5), 0.02)


@pytest.mark.parametrize("axis", [1, 2])
def test_displacements_are_smooth(axis):
    for field in random_displacements(6000, rng()):
        assert np.abs(np.diff(field, axis=axis)).mean() < 0.25  # of neighbours
        # noise blurred over s pixels has, d pixels apart, the correlation exp(-d²/4s²): 0.94 for 3
        # and 6 pixels. The affine parts change little of that so close to the centre.
        a, b = np.moveaxis(field, axis, 0)[[12, 15]][:, :, 13]
        assert np.corrcoef(a, b)[0, 1] == pytest.approx(0.94, abs=0.03)


def test_displacements_differ_from_each_other_and_repeat_with_their_seed():
    down, right = random_displacements(3, rng(5))
    assert len({field.tobytes() for field in [*down, *right]}) == 6
    again = random_displacements(3, rng(5))
    assert np.array_equal(down, again[0]) and np.array_equal(right, again[1])


def linear_part(n=4000):
    """Return the mean slopes of displacements along rows and columns, {name: (n,)}."""
    down, right = random_displacements(n, rng())
    at = np.arange(28) - 13.5
    scale = (at**2).sum() * 28
    return {
        "down by row": (down * at[:, None]).sum(axis=(1, 2)) / scale,
        "down by column": (down * at).sum(axis=(1, 2)) / scale,
        "right by row": (right * at[:, None]).sum(axis=(1, 2)) / scale,
        "right by column": (right * at).sum(axis=(1, 2)) / scale,
    }


def test_the_affine_part_turns_stretches_and_slants():
    slopes = linear_part()
    turn, stretch = 0.14**2 / 3, 0.07**2 / 3  # variances of the uniform parts
    noise = slopes["down by row"].var() - stretch  # blurred noise has a slope too, alike in all
    assert 0.05 < noise**0.5 < 0.07
    assert slopes["right by column"].var() - noise == pytest.approx(stretch, rel=0.25)
    assert slopes["down by column"].var() - noise == pytest.approx(turn, rel=0.15)
    assert slopes["right by row"].var() - noise == pytest.approx(turn + stretch, rel=0.15)
    # a turn moves the two against each other; stretches of height and width are independent
    product = (slopes["down by column"] * slopes["right by row"]).mean()
    assert product == pytest.approx(-turn, rel=0.15)
    assert abs(np.corrcoef(slopes["down by row"], slopes["right by column"])[0, 1]) < 0.06


# ------------------------------------------------------------------------------------ sampling


def test_neighbours_by_hand():
    places = [-2.0, -1.0, -0.25, 0.0, 9.75, 27.0, 27.5, 28.0, 1e6]
    pixels, shares = neighbours(np.array(places).reshape(-1, 1, 1))
    assert pixels.shape == shares.shape == (2, len(places), 1, 1) and pixels.dtype.kind == "i"
    assert pixels[0].ravel().tolist() == [0, 0, 0, 0, 9, 27, 27, 27, 27]
    assert shares[0].ravel().tolist() == [0, 0, 0, 1, 0.25, 1, 0.5, 0, 0]
    assert pixels[1].ravel().tolist() == [0, 0, 0, 1, 10, 27, 27, 27, 27]
    assert shares[1].ravel().tolist() == [0, 0, 0.75, 0, 0.75, 0, 0, 0, 0]


def test_no_displacement_changes_no_bit():
    image = rng().random((28, 28))
    assert np.array_equal(moved(image, 0.0, 0.0), image)


@pytest.mark.parametrize(("down", "right"), [(1, 0), (0, 1), (-3, 2), (27, 0), (0, -27), (5, 5)])
def test_whole_pixels_are_copied_and_outside_is_paper(down, right):
    image = rng().random((28, 28)) + 1  # no pixel of it is paper
    wanted = np.zeros((28, 28))
    for i in range(28):
        for j in range(28):
            if 0 <= i + down < 28 and 0 <= j + right < 28:
                wanted[i, j] = image[i + down, j + right]
    assert np.array_equal(moved(image, float(down), float(right)), wanted)


@pytest.mark.parametrize("far", [28.0, -28.0, 1e6, -1e6])
def test_far_outside_there_is_paper_only(far):
    ink = np.ones((28, 28))
    assert not moved(ink, far, 0.0).any()
    assert not moved(ink, 0.0, far).any()


def test_between_pixels_by_hand():
    image = np.zeros((28, 28))
    image[10, 20] = 1
    result = moved(image, 0.25, 0.5)  # shows the place a quarter down, a half to the right
    wanted = np.zeros((28, 28))
    wanted[10, 20], wanted[10, 19] = 0.75 * 0.5, 0.75 * 0.5
    wanted[9, 20], wanted[9, 19] = 0.25 * 0.5, 0.25 * 0.5
    np.testing.assert_allclose(result, wanted, atol=1e-15)


def test_half_a_pixel_over_the_edge_is_half_paper():
    ink = np.ones((28, 28))
    result = moved(ink, -0.5, 0.25)
    assert np.allclose(result[0, :-1], 0.5) and np.allclose(result[1:, :-1], 1)
    assert np.allclose(result[1:, -1], 0.75) and np.isclose(result[0, -1], 0.5 * 0.75)


def test_every_pixel_follows_its_own_displacement():
    """A field that varies, against the same written as a loop over pixels."""
    image = rng().random((28, 28))
    down, right = random_displacements(1, rng(1))
    sources, shares = bilinear(3 * down, 3 * right)
    result = warp(image.reshape(1, 784), sources[0], shares[0]).reshape(28, 28)
    framed = np.pad(image, 40)
    for i in range(28):
        for j in range(28):
            y, x = 40 + i + 3 * down[0, i, j], 40 + j + 3 * right[0, i, j]
            r, c = int(y), int(x)
            upper = framed[r, c] * (c + 1 - x) + framed[r, c + 1] * (x - c)
            lower = framed[r + 1, c] * (c + 1 - x) + framed[r + 1, c + 1] * (x - c)
            assert result[i, j] == pytest.approx(upper * (r + 1 - y) + lower * (y - r), abs=1e-12)


def test_several_displacements_are_several_warps():
    down, right = random_displacements(3, rng())
    sources, shares = bilinear(down, right)
    assert sources.shape == shares.shape == (3, 4, 784)
    assert sources.dtype.kind == "i" and sources.min() >= 0 and sources.max() <= 783
    assert shares.min() >= 0 and shares.sum(axis=1).max() < 1 + 1e-12
    for k in range(3):
        alone = bilinear(down[k : k + 1], right[k : k + 1])
        assert np.array_equal(alone[0][0], sources[k]) and np.array_equal(alone[1][0], shares[k])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_warp_keeps_the_type_and_gives_a_new_array(dtype):
    images = rng().random((5, 784)).astype(dtype)
    before = images.copy()
    sources, shares = bilinear(*random_displacements(1, rng()))
    result = warp(images, sources[0], shares[0])
    assert result.dtype == dtype and result.shape == (5, 784)
    result[:] = 7
    assert np.array_equal(images, before)


# ------------------------------------------------------------------------------------- batches


def numbered(n, dtype=np.float32):
    """Return x (n, 784) of which every image is even paper, but for its number in the middle."""
    x = np.zeros((n, 28, 28), dtype)
    x[:, 8:20, 8:20] = np.arange(1, n + 1).reshape(-1, 1, 1) / n
    return x.reshape(n, 784), np.arange(n)


@pytest.mark.parametrize(
    ("n", "batch_size"),
    [
        *((1, 1), (1, 64), (7, 3), (99, 100), (100, 100), (101, 50), (250, 64), (2000, 128)),
        *((2048, 128), (2049, 128), (2345, 64), (300, 1), (2500, 2400), (4100, 5000), (4200, 999)),
    ],
)
def test_each_image_exactly_once_in_batches_of_the_right_size(n, batch_size):
    x, labels = numbered(n)
    batches = list(distorted_minibatches(x, labels, batch_size, rng()))
    sizes = [len(b) for _, b in batches]
    assert len(batches) == math.ceil(n / batch_size)
    assert sizes[:-1] == [batch_size] * (len(sizes) - 1) and 1 <= sizes[-1] <= batch_size
    assert all(len(a) == len(b) for a, b in batches)
    seen = np.concatenate([b for _, b in batches])
    assert sorted(seen) == list(range(n))
    for x_batch, labels_batch in batches:  # the middle of an image is even, and tells its number
        middle = x_batch.reshape(-1, 28, 28)[:, 13:15, 13:15]
        np.testing.assert_allclose(middle[:, 0, 0], (labels_batch + 1) / n, rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_batches_are_pixels_of_the_same_type_and_x_is_left_alone(dtype):
    x = rng().random((500, 784)).astype(dtype)
    labels = np.arange(500)
    before = x.copy(), labels.copy()
    for x_batch, labels_batch in distorted_minibatches(x, labels, 64, rng(), strength=3):
        assert x_batch.dtype == dtype and labels_batch.dtype == labels.dtype
        assert x_batch.min() >= 0 and x_batch.max() <= 1 + 1e-6
        x_batch[:] = labels_batch[:] = 0
    assert np.array_equal(x, before[0]) and np.array_equal(labels, before[1])


def test_strength_0_gives_the_images_themselves():
    x = rng().random((300, 784)).astype(np.float32)
    for x_batch, labels in distorted_minibatches(x, np.arange(300), 64, rng(), strength=0):
        assert np.array_equal(x_batch, x[labels])


def change(strength):
    """Return the mean change of a pixel, over digits distorted with `strength`."""
    x = bundled_digits().x_train[:500]
    batches = distorted_minibatches(x, np.arange(500), 100, rng(), strength=strength)
    return np.mean([abs(x_batch - x[i]).mean() for x_batch, i in batches])


def test_strength_grows_from_nothing_and_1_is_the_default():
    changes = [change(strength) for strength in (0, 0.1, 0.5, 1, 2)]
    assert changes[0] == 0 and np.all(np.diff(changes) > 0)
    assert changes[1] == pytest.approx(changes[3] / 10, rel=0.5)
    x = bundled_digits().x_train[:50]
    default, one = (
        next(distorted_minibatches(x, np.arange(50), 50, rng(), **how))
        for how in ({}, {"strength": 1})
    )
    assert np.array_equal(default[0], one[0])


def test_the_same_seed_gives_the_same_batches_and_the_next_epoch_others():
    x, labels = rng().random((450, 784)), np.arange(450)
    a, b = (list(distorted_minibatches(x, labels, 64, rng(3))) for _ in range(2))
    for (x_a, labels_a), (x_b, labels_b) in zip(a, b, strict=True):
        assert np.array_equal(x_a, x_b) and np.array_equal(labels_a, labels_b)
    generator = rng(3)
    epochs = [next(distorted_minibatches(x, labels, 450, generator)) for _ in range(2)]
    images = [x_epoch[np.argsort(order)] for x_epoch, order in epochs]
    assert not np.array_equal(epochs[0][1], epochs[1][1])
    assert not (images[0] == images[1]).all(axis=1).any(), "distorted anew in every epoch"


def test_images_are_shuffled_and_distortions_mixed():
    """Neighbours are parted, and each mini-batch has images of all displacements."""
    n = 4000
    x = np.tile(bundled_digits().x_train[0], (n, 1))  # equal images: a result shows its warp
    batches = list(distorted_minibatches(x, np.arange(n), 100, rng()))
    order = np.concatenate([labels for _, labels in batches])
    assert abs(np.corrcoef(order, np.arange(n))[0, 1]) < 0.1
    assert np.mean(np.diff(order) == 1) < 0.01
    warps = [Counter(image.tobytes() for image in x_batch) for x_batch, _ in batches]
    assert all(list(found.values()) == [5] * 20 for found in warps), "20 displacements in each"
    total = sum(warps, Counter())
    assert list(total.values()) == [100] * 40, "100 images for each displacement"


@pytest.mark.parametrize(("n", "batch_size"), [(99, 10), (101, 7), (1999, 64), (2250, 2240)])
def test_at_most_100_images_share_a_displacement(n, batch_size):
    x = np.tile(bundled_digits().x_train[0], (n, 1))
    batches = distorted_minibatches(x, np.arange(n), batch_size, rng())
    warps = Counter(image.tobytes() for x_batch, _ in batches for image in x_batch)
    assert max(warps.values()) <= 100 and n / 100 <= len(warps) <= n / 100 + 2


def test_whoever_writes_into_a_batch_leaves_the_others():
    x, labels = rng().random((300, 784)), np.arange(300)
    kept = list(distorted_minibatches(x, labels, 64, rng(1)))
    generator = distorted_minibatches(x, labels, 64, rng(1))
    for (x_batch, labels_batch), wanted in zip(generator, kept, strict=True):
        assert np.array_equal(x_batch, wanted[0]) and np.array_equal(labels_batch, wanted[1])
        x_batch[:] = labels_batch[:] = 0


def test_it_takes_the_place_of_minibatches_in_fit():
    digits = bundled_digits()
    x, labels = digits.x_train[:300], digits.labels_train[:300]

    def params(batches):
        model = MLP((784, 16, 10))
        records = list(fit(model, x, labels, SGD(0.1), epochs=2, batches=batches))
        assert [r.step for r in records] == list(range(1, 11)) and records[-1].train_loss
        return model.params()

    a, b, plain = map(params, (distorted_minibatches, distorted_minibatches, minibatches))
    still = params(partial(distorted_minibatches, strength=0))
    assert np.array_equal(a["W1"], b["W1"])
    assert not np.allclose(a["W1"], plain["W1"]) and not np.allclose(a["W1"], still["W1"])


def test_distorted_images_teach_more_than_the_images_themselves():
    digits, mistakes = bundled_digits(), {minibatches: 0, distorted_minibatches: 0}
    for batches, seed in itertools.product(mistakes, range(3)):
        some = rng(seed).permutation(len(digits.x_train))[:400]
        x, labels = digits.x_train[some], digits.labels_train[some]
        model, optimizer = MLP(seed=seed), SGD(0.05, 0.9)
        for record in fit(model, x, labels, optimizer, epochs=100, batch_size=32, batches=batches):
            optimizer.learning_rate = max(1e-9, 0.05 * (1 - record.step / record.steps))
        mistakes[batches] += (model.predict(digits.x_test) != digits.labels_test).sum()
    assert mistakes[distorted_minibatches] < 0.7 * mistakes[minibatches], mistakes


@pytest.mark.parametrize("strength", [-0.1, 10.1, math.nan, math.inf, "1", None, [1.0]], ids=str)
def test_a_bad_strength_is_one_clear_sentence(strength):
    x, labels = numbered(5)
    wanted = "^strength must be a number from 0 to 10, but it is "
    with pytest.raises(ValueError, match=wanted):
        next(distorted_minibatches(x, labels, 2, rng(), strength=strength))


@pytest.mark.parametrize("batch_size", [0, -64, 2.5])
def test_a_bad_batch_size_is_one_clear_sentence(batch_size):
    x, labels = numbered(5)
    with pytest.raises(ValueError, match=r"^batch_size must be a whole number of at least 1"):
        next(distorted_minibatches(x, labels, batch_size, rng()))


def test_each_image_to_distort_needs_a_label():
    x, labels = numbered(5)
    with pytest.raises(ValueError, match=r"^labels must .*\(5,\).*\(4,\)"):
        next(distorted_minibatches(x, labels[:4], 2, rng()))


class Series:
    """What pandas would pass: an index, and a way out."""

    def __init__(self, array):
        self.array = array

    def __len__(self):
        return len(self.array)

    def __getitem__(self, key):
        return self.array[key]

    def to_numpy(self):
        return self.array


@pytest.mark.parametrize("make", [list, Series, np.ma.masked_array], ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", ["x", "labels"])
def test_what_is_no_numpy_array_is_one_clear_sentence(name, make):
    arrays = dict(zip(("x", "labels"), numbered(5), strict=True))
    arrays[name] = make(arrays[name])
    wanted = rf"^{name} must be a NumPy array, but it is \w+: convert it with [\w.()]+$"
    with pytest.raises(ValueError, match=wanted):
        next(distorted_minibatches(**arrays, batch_size=2, rng=rng()))


@pytest.mark.parametrize("generator", [0, None, np.random, np.random.RandomState(0)], ids=str)
def test_a_bad_generator_is_one_clear_sentence(generator):
    with pytest.raises(ValueError, match=r"^rng must be a generator, such as .*, but it is "):
        next(distorted_minibatches(*numbered(5), 2, generator))


def test_only_28x28_images_can_be_distorted():
    with pytest.raises(ValueError, match=r"^x must be an array of shape \(N, 784\)"):
        next(distorted_minibatches(np.ones((5, 64)), np.arange(5), 2, rng()))
    with pytest.raises(ValueError, match=r"^x must hold floats"):
        next(distorted_minibatches(np.ones((5, 784), np.uint8), np.arange(5), 2, rng()))
