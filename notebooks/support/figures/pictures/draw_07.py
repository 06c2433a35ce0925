"""Draw the picture at the head of lesson 07: three walks down one valley.

usage: python notebooks/support/figures/pictures/draw_07.py
"""

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
sys.path += map(str, FOLDER.parents[2:4])  # the notebooks' folder, the project's
from nn_core import SGD  # noqa: E402
from support.figures.lesson_07 import NOISE, SLOPES, draw_walk  # noqa: E402

STEPS, RATE = 90, 1.9


def walk(momentum, falls):
    """Return the places (STEPS + 1, 2) of a walk, as the reader steers it in section 4."""
    rng, place, places = np.random.default_rng(4), np.array([-9.0, 1.6]), []
    optimizer = SGD(RATE, momentum)
    for step in range(STEPS):
        places.append(place.copy())
        optimizer.learning_rate = RATE * (1 - step / STEPS if falls else 1)
        optimizer.step([(place, SLOPES * place + NOISE * rng.standard_normal(2))])
    return np.array([*places, place])


def draw():
    """Return a figure: the same valley three times, seen from above, with a walk in each."""
    figure = Figure(figsize=(9, 2.7))
    walks = {
        "plain SGD: slow, no rest": walk(0.0, False),
        "momentum: fast, no rest": walk(0.8, False),
        "a falling rate, too: at rest": walk(0.8, True),
    }
    for axes, (title, places) in zip(figure.subplots(1, 3), walks.items(), strict=True):
        draw_walk(axes, places)
        axes.set_title(title)
    return figure


if __name__ == "__main__":
    mpl.rc_file(FOLDER.parents[2] / "matplotlibrc")
    draw().savefig(FOLDER / "07_better_training.png")
