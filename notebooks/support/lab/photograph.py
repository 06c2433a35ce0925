"""A photograph or scan of a digit, step by step, as MNIST would have it."""

from typing import NamedTuple

import numpy as np

from .centring import like_mnist

SMALLEST = 10  # pixels: a smaller digit shows no shape
FAINTEST = 0.1  # so much of the light, at least, must the ink swallow
NEAR = 0.12  # parts of one digit are not farther from each other than this share of its size
THIN = 0.1  # of a digit's size: MNIST's pens were thicker


class Steps(NamedTuple):
    """What becomes of a photograph, each step from 0 (paper) to 1 (ink)."""

    ink: np.ndarray  # (height, width), the whole picture
    digit: np.ndarray  # (rows, columns), cut out
    image: np.ndarray  # (28, 28), as MNIST has it
    inverted: bool  # was the paper light?
    thickened: bool


def steps(grey):
    """Return the `Steps` of a photograph, grey (height, width), uint8.

    ValueError says what is wrong with it, and what to do.
    """
    ink, inverted = ink_of(grey / 255)
    digit = find_digit(ink)
    thick = thickened(digit)
    return Steps(ink, thick, like_mnist(thick), inverted, thick is not digit)


def shown(grey, found):
    """Return the photograph and its `Steps` as a page shows them: with a caption each.

    Ink is dark, as on the pad.
    """
    ink = "dark" if found.inverted else "light"
    thicker = ", its line thicker" if found.thickened else ""
    pictures = {
        "your picture, in grey": grey,
        f"what is {ink} is ink; the paper is 0": 255 * (1 - found.ink),
        f"the digit, cut out{thicker}": 255 * (1 - found.digit),
        "28 by 28, centred as in MNIST": 255 * (1 - found.image),
    }
    return [
        {
            "caption": caption,
            "width": picture.shape[1],
            "pixels": np.round(picture).astype(np.uint8).tobytes(),
        }
        for caption, picture in pictures.items()
    ]


# ------------------------------------------------------------------------------ ink and paper


def ink_of(grey):
    """Return how much ink is at each pixel of a picture from 0 to 1, and if the paper was light.

    Light falls unevenly, so each pixel is compared with the paper around it: with the mean of what
    is near and no ink (after Bradley and Roth 2007, "Adaptive thresholding using the integral
    image", J. Graphics Tools 12(2)). The threshold is Otsu's, but never in the noise of the paper.
    """
    grey = evened(nearby_mean(grey, np.ones_like(grey), 1))  # with less noise
    reach = max(grey.shape) // 4
    light = nearby_mean(grey, np.ones_like(grey), reach)
    inverted = ((grey - light) ** 3).sum() <= 0  # what stands out is dark: no chalk on a board
    if not inverted:
        grey = 1 - grey
    is_paper = np.ones_like(grey)
    for _ in range(3):
        paper = nearby_mean(grey, is_paper, reach)
        darkness = 1 - grey / np.maximum(paper, 0.02)
        threshold = max(otsu(darkness), FAINTEST)
        is_paper = np.where(darkness > threshold, 0.001, 1)  # never nothing: it must have a mean
    noise = 1.5 * np.median(np.abs(darkness))  # as a standard deviation, whatever the ink does
    is_ink = darkness > max(threshold, 4 * noise)
    if not is_ink.any():
        return np.zeros_like(grey), inverted
    return np.where(is_ink, np.clip(darkness / np.median(darkness[is_ink]), 0, 1), 0), inverted


def evened(grey):
    """Return the picture without the even part of its fall of light: divided by a plane."""
    rows, columns = (np.arange(n) - (n - 1) / 2 for n in grey.shape)
    falls = [
        means @ place / max(place @ place, 1)  # least squares
        for means, place in ((grey.mean(axis=1), rows), (grey.mean(axis=0), columns))
    ]
    plane = grey.mean() + falls[0] * rows[:, None] + falls[1] * columns
    return np.clip(grey / np.maximum(plane, 0.02) * grey.mean(), 0, 1)


def nearby_mean(values, weights, reach):
    """Return the mean of `values` (height, width) in the square around each pixel.

    It reaches so many pixels to each side, and each value counts by its weight. The integral
    image, all sums from a corner, gives each square in four look-ups.
    """

    def squares(array):
        table = np.pad(array, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
        for axis, n in enumerate(array.shape):
            i = np.arange(n)
            to, start = np.minimum(i + reach + 1, n), np.maximum(i - reach, 0)
            table = table.take(to, axis) - table.take(start, axis)
        return table

    return squares(values * weights) / squares(weights)


def otsu(values):
    """Return the threshold that sets two groups of `values`, from 0 to 1, farthest apart.

    That is where the variance between the groups is largest (Otsu 1979, "A threshold selection
    method from gray-level histograms", IEEE Trans. SMC 9(1)).
    """
    counts, edges = np.histogram(values, 256, (0, 1))
    middles = (edges[:-1] + edges[1:]) / 2
    below, sums = counts.cumsum(), (counts * middles).cumsum()
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return edges[1 + np.nanargmax(apart)] if (below * above).any() else 1.0


# ------------------------------------------------------------------------------- the digit


def find_digit(ink):
    """Return the digit, cut out of `ink` (height, width); ValueError if there is not just one."""
    found = parts(ink > 0)
    inner = [part for part in found if not reaches_edge(part, ink.shape)]
    if max(map(len, inner), default=0) > 0.0003 * ink.size:
        found = inner  # what reaches the edge is the table, or a line of the paper
    largest = max(map(len, found), default=0)
    groups = joined([part for part in found if len(part) > 0.03 * largest])
    groups = sorted(groups, key=len)
    if not groups or np.ptp(groups[-1], axis=0).max() + 1 < SMALLEST:
        raise ValueError("no digit can be seen on it: write it larger and darker, in more light")
    if largest > 0.4 * ink.size:
        raise ValueError("it has more ink than paper: leave a blank margin around the digit")
    large = [group for group in groups if len(group) > 0.2 * len(groups[-1])]
    if len(large) > 1:
        raise ValueError(f"{len(large)} things can be seen on it: cut the picture to one digit")
    rows, columns = groups[-1].T
    if np.ptp(columns) > 2 * np.ptp(rows):
        raise ValueError("what is on it is wider than any digit: cut it to one digit, upright")
    digit = np.zeros_like(ink)
    digit[rows, columns] = ink[rows, columns]
    return digit[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def parts(mask):
    """Return what hangs together in `mask` (height, width): for each part its pixels (n, 2)."""
    width = mask.shape[1] + 2  # with a margin, so that no row runs into the next
    around = [width * row + column for row in (-1, 0, 1) for column in (-1, 0, 1)]
    left = set(np.flatnonzero(np.pad(mask, 1)).tolist())
    found = []
    while left:
        part = [left.pop()]
        for i in part:  # a list that grows
            near = left.intersection([i + step for step in around])
            left -= near
            part += near
        found.append(np.stack(np.divmod(part, width), axis=1) - 1)
    return found


def reaches_edge(part, shape):
    return bool((part == 0).any() or (part == np.subtract(shape, 1)).any())


def joined(found):
    """Return the parts, those that are near each other as one: a 5 may have its bar apart."""
    near = NEAR * max((np.ptp(part, axis=0).max() + 1 for part in found), default=0)
    groups = []
    for part in found:
        for group in list(groups):
            if distance(part, group) <= near:
                groups = [other for other in groups if other is not group]
                part = np.concatenate([part, group])
        groups.append(part)
    return groups


def distance(some, others):
    """Return how far the frames of two groups of pixels are from each other."""
    gaps = np.maximum(some.min(axis=0) - others.max(axis=0), others.min(axis=0) - some.max(axis=0))
    return max(0, gaps.max() - 1)


def thickened(digit):
    """Return the digit as a thicker pen would have written it, if its line is thin."""
    mask, size = digit > 0, max(digit.shape)
    inside = nearby_mean(np.pad(mask, 1).astype(float), np.ones(np.add(digit.shape, 2)), 1)
    border = mask & (inside[1:-1, 1:-1] < 0.99)
    pen = 2 * mask.sum() / border.sum()  # a line has two borders
    reach = round((THIN * size - pen) / 2)
    if reach < 1:
        return digit
    digit = np.pad(digit, reach)
    return np.maximum(digit, nearby_mean(digit > 0, np.ones_like(digit), reach) > 0).astype(float)
