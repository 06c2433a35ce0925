"""Make it a 3: a small change of an image, after which the network reads another digit."""

import numpy as np

from .slopes import apart, slopes

STEP = 0.05  # the length of a step, of an image that is about 9 long
MOST_STEPS = 200  # 23 to 48 are usual; 136 were the most that we have seen
PICTURES = 18  # of the film, at most, and the drawing


class Change:
    """The image x (1, 784), changed step by step until `model` as it is now reads it as `label`."""

    def __init__(self, model, x, label):
        self.model, self.label = apart(model), label  # what is said of it stays true
        drawing = x.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):  # a network that has diverged
            self.images = [drawing, *towards(self.model, drawing, label)]

    def film(self):
        """Return at how many steps the pictures of the film are taken, and these: (N, 784)."""
        last = len(self.images) - 1
        steps = np.linspace(0, last, min(last, PICTURES) + 1).round().astype(int)
        return steps.tolist(), np.concatenate([self.images[i] for i in steps])

    def difference(self):
        """Return what has become more, and what less: (784,)."""
        return (self.images[-1] - self.images[0])[0]

    def in_words(self):
        """Say how little it is."""
        change, count = np.abs(self.difference()), len(self.images) - 1
        share = change.sum() / self.images[0].sum()
        text = (
            f"{count} small step{'s' * (count != 1)} added or took away, all together, "
            f"{100 * share:.0f}\N{NO-BREAK SPACE}% of the ink of the image. Of 784 pixels, "
            f"{np.count_nonzero(change > 0.1)} changed by more than a tenth of full black."
        )
        if is_read(self.model, self.images[-1], self.label):
            return text
        return f"{text} That was not enough, and no more steps are taken."

    def was_made_for(self, model):
        """Is `model` still the network that the image was changed for?"""
        then, now = self.model.params(), model.params()
        return all(np.array_equal(then[name], now[name]) for name in now)


def towards(model, x, label):
    """Yield x (1, 784) after each small step, until `model` reads it as `label`.

    A step goes where the log-probability grows most, along the pixels that can still change: each
    stays from 0 to 1. It ends without success where nothing has a slope, or after `MOST_STEPS`.
    """
    for _ in range(MOST_STEPS):
        if is_read(model, x, label):
            return
        direction = slopes(model, x, label)[None]
        direction[(direction < 0) & (x <= 0) | (direction > 0) & (x >= 1)] = 0
        length = np.linalg.norm(direction)
        if not 0 < length < np.inf:
            return
        x = np.clip(x + STEP * direction / length, 0, 1)
        yield x


def is_read(model, x, label):
    """Does the network read x (1, 784) as `label`?"""
    with np.errstate(over="ignore", invalid="ignore"):  # a network that has diverged
        return apart(model).forward(x).argmax() == label
