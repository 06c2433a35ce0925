"""Photographs of digits as a telephone might take them, drawn with NumPy."""

import numpy as np


def enlarged(image, side):
    """Return `image` (n, n) with so many pixels a side, smooth between its own."""
    n = len(image)
    at = np.clip((np.arange(side) + 0.5) * n / side - 0.5, 0, n - 1)
    between = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(n)))
    return between @ image @ between.T


def photograph(
    digit, side=400, size=200, place=(90, 120), pen=0.0, paper=0.85, ink=0.2, light=0.4, noise=0.03
):
    """Return a photograph (side, side), uint8, of `digit` (n, n), from 0 to 1, on a sheet of paper.

    The digit is `size` pixels large; `pen` > 0 makes its line thicker, < 0 thinner. The light falls
    off by the share `light` from one corner to the opposite one.
    """
    written = np.clip(6 * (enlarged(digit, size) - 0.5 + pen) + 0.5, 0, 1)
    page = np.full((side, side), paper)
    top, left = place
    page[top : top + size, left : left + size] += (ink - paper) * written
    rows, columns = np.mgrid[:side, :side] / side
    page *= 1 - light * (rows + columns) / 2
    page += np.random.default_rng(0).normal(0, noise, page.shape)
    return np.round(255 * np.clip(page, 0, 1)).astype(np.uint8)
