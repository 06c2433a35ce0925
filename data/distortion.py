"""New training images from old ones: smooth random distortion (lesson 08)."""

import math

import numpy as np

from nn_checks import check_batches, check_strength, check_x


def random_displacements(n, rng):
    """Return `n` random smooth displacements of a 28x28 image: down and right, (n, 28, 28) pixels.

    They say how far from each pixel lies the place that it is to show: noise, blurred until
    neighbours move together, plus a mild random turn, stretch, slant and shift (elastic and affine
    distortion; Simard, Steinkraus and Platt 2003, https://doi.org/10.1109/ICDAR.2003.1227801).
    """
    i = np.arange(28)
    blur = np.exp(-(((i[:, None] - i) / 6) ** 2) / 2)  # a bell curve, spread 6 pixels
    blur /= np.linalg.norm(blur, axis=1, keepdims=True)  # blurred noise still has variance 1
    down, right = 1.2 * (blur @ rng.standard_normal((2, n, 28, 28)) @ blur.T)
    turn = rng.uniform(-0.14, 0.14, (n, 1, 1))  # radians: up to 8 degrees
    tall, wide, slant = rng.uniform(-0.07, 0.07, (3, n, 1, 1))
    shift_down, shift_right = rng.uniform(-0.6, 0.6, (2, n, 1, 1))
    row, column = np.mgrid[:28, :28] - 13.5  # seen from the centre
    down += tall * row - turn * column + shift_down
    right += wide * column + (turn + slant) * row + shift_right
    return down, right


def neighbours(place):
    """Return pixels and shares, (2, n, 28, 28) each, of places (n, 28, 28) along one axis.

    A place lies between two pixels. The nearer one is, the larger its share; outside the image is
    paper, with share 0.
    """
    before = np.floor(place)
    pixels = np.stack([before, before + 1])
    shares = np.where((pixels >= 0) & (pixels <= 27), 1 - abs(place - pixels), 0)
    return np.clip(pixels, 0, 27).astype(int), shares


def bilinear(down, right):
    """Return sources and shares, (n, 4, 784) each, of the displacements down, right (n, 28, 28).

    The place that a pixel is to show lies between two rows and between two columns, and so between
    four pixels, its sources: pixel 28 i + j is in row i and column j.
    """
    row, column = np.mgrid[:28, :28]
    i, share_i = neighbours(row + down)
    j, share_j = neighbours(column + right)
    sources = (28 * i[:, None] + j).reshape(4, -1, 784)
    shares = (share_i[:, None] * share_j).reshape(4, -1, 784)
    return sources.swapaxes(0, 1), shares.swapaxes(0, 1)


def warp(images, sources, shares):
    """Return `images` (N, 784), all distorted alike: pixel q is a mean of its four sources.

    `sources` and `shares` are (4, 784). Pixels first, images last: so it copies whole rows.
    """
    pixels = images.T.copy()
    return np.einsum("kq,kqn->nq", shares.astype(images.dtype), pixels[sources])


def distorted_minibatches(x, labels, batch_size, rng, strength=1.0):
    """Yield batches as `minibatches` does, of 28x28 images that are distorted anew each time.

    A displacement is shared by about 100 images, to save time. About 2000 shuffled images have n
    displacements, dealt out like cards: every n-th image has the same, so that a batch has all of
    them. Strength 0 leaves the images x (N, 784) as they are.
    """
    check_x(x, 784)
    check_batches(x, labels, batch_size, rng)
    check_strength(strength)
    order = rng.permutation(len(x))
    pool_size = batch_size * math.ceil(2000 / batch_size)
    for start in range(0, len(x), pool_size):
        pool = order[start : start + pool_size]
        n = math.ceil(len(pool) / 100)
        down, right = random_displacements(n, rng)
        sources, shares = bilinear(strength * down, strength * right)
        images = np.empty((len(pool), 784), x.dtype)
        for k in range(n):
            mine = pool[k::n]
            images[k::n] = warp(x[mine], sources[k], shares[k])
        for i in range(0, len(pool), batch_size):
            yield images[i : i + batch_size], labels[pool[i : i + batch_size]]
