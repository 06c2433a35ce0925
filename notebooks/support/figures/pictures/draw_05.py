"""Draw the picture at the head of lesson 05.

usage: python notebooks/support/figures/pictures/draw_05.py
"""

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
sys.path += map(str, FOLDER.parents[2:4])  # the notebooks' folder, the project's
from data.mnist import load_mnist  # noqa: E402
from nn_core import MLP, SGD, fit, train_validation_split  # noqa: E402
from support.figures.lesson_05 import smooth  # noqa: E402

RATE = 0.3


def train():
    """Return the records of the training of lesson 05, and the trained network."""
    data = load_mnist()
    x, labels, *val = train_validation_split(data.x_train, data.labels_train, 10_000)
    model, optimizer, records = MLP(), SGD(RATE), []
    for record in fit(model, x, labels, optimizer, epochs=6, val=val):
        records.append(record)
        optimizer.learning_rate = RATE * (1 - record.step / record.steps)
    return records, model


def draw(records, model):
    """Return a figure: the curves on the left, twelve neurons of the first layer on the right."""
    figure = Figure(figsize=(9, 3.4))
    left, right = figure.subfigures(1, 2, width_ratios=[1.25, 1])
    axes = left.subplots()
    ends = [record for record in records if record.val_loss is not None]
    steps, losses = smooth([record.loss for record in records], 150)
    axes.plot(steps * ends[-1].epoch / len(records), losses, linewidth=1.3, label="training loss")
    epochs = [record.epoch for record in ends]
    axes.plot(epochs, [record.val_loss for record in ends], "o--", label="validation loss")
    axes.annotate(
        f"here {ends[-1].val_accuracy:.1%} are right",
        (epochs[-1], ends[-1].val_loss),
        (epochs[-1] - 2.9, 0.45),
        fontsize=13,
        arrowprops={"arrowstyle": "->"},
    )
    axes.set(title="Learning to read digits", xlabel="epoch", ylabel="loss", ylim=(0, None))
    axes.legend()
    change = model.params()["W1"] - MLP().params()["W1"]
    most = np.argsort(-np.abs(change).sum(axis=0))[:12]
    right.suptitle("What twelve neurons learned to look for")
    for axes, column in zip(right.subplots(3, 4).flat, change.T[most], strict=True):
        axes.imshow(column.reshape(28, 28), cmap="PuOr", vmin=-0.25, vmax=0.25)
        axes.set_axis_off()
    return figure


if __name__ == "__main__":
    mpl.rc_file(FOLDER.parents[2] / "matplotlibrc")
    draw(*train()).savefig(FOLDER / "05_training_loop.png")
