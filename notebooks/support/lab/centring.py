"""A drawing as MNIST would have it: cut out, scaled, centred."""

import numpy as np


def like_mnist(ink):
    """Return `ink` (height, width), from 0 to 1, as MNIST would have it: (28, 28).

    Cut out, scaled so that its longer side is 20 pixels, its centre of mass moved to the middle
    (LeCun et al. 1998, http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf, section III.A). An
    image of MNIST, enlarged by a whole number, comes out as it was.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return np.zeros((28, 28))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = 20 / max(ink.shape)
    R = resampling(ink.sum(axis=1), scale)
    C = resampling(ink.sum(axis=0), scale)
    return R @ ink @ C.T


def resampling(profile, scale):
    """Return the matrix (28, n) that scales n pixels, their centre of mass in the middle.

    `profile` (n,) is the ink in each of the n rows (or columns). Entry i, j is the length that
    pixel j, scaled and moved, has in common with pixel i: so every pixel becomes a mean of areas.
    """
    edges = np.arange(len(profile) + 1) * scale
    middle = profile @ (edges[:-1] + edges[1:]) / 2 / profile.sum()
    # 14.5 is the middle of pixel 14: there MNIST has it. Whole steps, and nothing is cut off.
    edges += np.clip(np.round(14.5 - middle), 0, 28 - edges[-1])
    pixels = np.arange(28)[:, None]
    shared = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.maximum(shared, 0)
