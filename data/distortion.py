"""New training images from old ones: smooth random distortion (lesson 07)."""

import math

import numpy as np

from nn_checks import check_batches, check_strength, check_x
from nn_core import minibatches


def random_displacements(n, rng):
    """Return `n` random smooth displacements of a 28x28 image: down and right, (n, 28, 28) pixels.

    They say how far from each pixel lies the place that it is to show: noise, blurred until
    neighbours move together, plus a mild random turn, stretch, slant and shift (elastic and affine
    distortion; Simard, Steinkraus and Platt 2003, https://doi.org/10.1109/ICDAR.2003.1227801).
    """
    i = np.arange(28)
    blur = np.exp(-(((i[:, None] - i) / 6) ** 2) / 2)  # a Gaussian, 6 pixels wide
    blur /= np.linalg.norm(blur, axis=1, keepdims=True)  # blurred noise still has variance 1
    down, right = 1.2 * (blur @ rng.standard_normal((2, n, 28, 28)) @ blur.T)
    turn = rng.uniform(-0.14, 0.14, (n, 1, 1))  # radians: up to 8 degrees
    tall, wide, slant = rng.uniform(-0.07, 0.07, (3, n, 1, 1))
    shift_down, shift_right = rng.uniform(-0.6, 0.6, (2, n, 1, 1))
    row, column = np.mgrid[:28, :28] - 13.5  # seen from the centre
    down += tall * row - turn * column + shift_down
    right += wide * column + (turn + slant) * row + shift_right
    return down, right


def bilinear(down, right):
    """Return sources and shares, (n, 4, 784) each, of the displacements down, right (n, 28, 28).

    The place that a pixel is to show lies between four pixels of the image, its sources. The
    nearer one is, the larger its share; outside the image is paper, with share 0.
    """
    row, column = np.mgrid[:28, :28]
    y, x = np.clip(row + down, -1, 28), np.clip(column + right, -1, 28)
    sources, shares = [], []
    for i in (np.floor(y), np.floor(y) + 1):
        for j in (np.floor(x), np.floor(x) + 1):
            inside = (i > -1) & (i < 28) & (j > -1) & (j < 28)
            sources.append(np.where(inside, 28 * i + j, 0).astype(int))
            shares.append(np.where(inside, (1 - abs(y - i)) * (1 - abs(x - j)), 0))
    return tuple(np.stack(parts, axis=1).reshape(-1, 4, 784) for parts in (sources, shares))


def warp(images, sources, shares):
    """Return `images` (N, 784), all distorted alike: pixel q is a mean of its four sources.

    `sources` and `shares` are (4, 784). Pixels first, images last: so it copies whole rows.
    """
    pixels = images.T.copy()
    return np.einsum("kq,kqn->nq", shares.astype(images.dtype), pixels[sources])


def distorted_minibatches(x, labels, batch_size, rng, strength=1.0):
    """Yield batches as `minibatches` does, of 28x28 images that are distorted anew each time.

    A displacement is shared by a group of 100 images, to save time; about 20 groups are mixed
    before they are cut into batches. Strength 0 leaves the images x (N, 784) as they are.
    """
    check_x(x, 784)
    check_batches(x, labels, batch_size)
    check_strength(strength)
    order = rng.permutation(len(x))
    pool_size = batch_size * math.ceil(2000 / batch_size)
    for start in range(0, len(x), pool_size):
        pool = order[start : start + pool_size]
        groups = np.split(pool, range(100, len(pool), 100))
        down, right = random_displacements(len(groups), rng)
        warps = zip(*bilinear(strength * down, strength * right), strict=True)
        distorted = [warp(x[group], *way) for group, way in zip(groups, warps, strict=True)]
        yield from minibatches(np.concatenate(distorted), labels[pool], batch_size, rng)
