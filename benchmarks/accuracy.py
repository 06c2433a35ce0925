"""Accuracy against seconds: what each change of the training is worth, for the same network.

784-128-64-10 on MNIST, one change at a time: plain SGD, momentum, a learning rate that falls to
zero, weight decay, distorted images. Every recipe is trained for some numbers of epochs and with
some seeds. A sixth of the training images is held out, and it chose the settings; the test images
had no say in them, and are read here once a run.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded, as in train.py

import platform
import shlex
import sys
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

sys.path.append(str(Path(__file__).parents[1]))
from data.distortion import distorted_minibatches
from data.mnist import bundled_digits, load_mnist
from nn_core import MLP, SGD, evaluate, fit, minibatches, train_validation_split

BATCH_SIZE = 128  # where a recipe names no other
PLOT = Path(__file__).with_suffix(".png")


class Recipe(NamedTuple):
    """One way to train; each differs from the one before, or a named one, in one thing.

    The last is the shortest way to 99.0 % that we found: a larger batch wants a larger rate.
    """

    name: str
    marker: str
    epochs: tuple = (10, 40)
    momentum: float = 0.9
    falls: bool = True  # the learning rate, linearly to zero
    weight_decay: float = 0.0
    strength: float = 0.0  # of the distortion
    learning_rate: float = 0.1
    batch_size: int = BATCH_SIZE


RECIPES = [
    Recipe("plain SGD", "o", momentum=0.0, falls=False),
    Recipe("momentum 0.9", "s", falls=False),
    Recipe("momentum, falling rate", "^"),
    Recipe("the same, weight decay 1e-4", "v", weight_decay=1e-4),
    Recipe("falling rate, distortion", "D", epochs=(10, 40, 120), strength=1.0),
    Recipe(
        "the same, batches of 256, rate 0.2",
        "*",
        epochs=(36,),
        strength=1.0,
        learning_rate=0.2,
        batch_size=256,
    ),
]


class Result(NamedTuple):
    """What one training took and reached; accuracies from 0 to 1."""

    seconds: float
    val: float
    test: float


def train(recipe, epochs, seed, data):
    """Return the `Result` of a training; seconds of processor time, evaluation not included."""
    n_validation = len(data.x_train) // 6
    x, labels, *val = train_validation_split(data.x_train, data.labels_train, n_validation)
    model, rate = MLP(seed=seed), recipe.learning_rate
    optimizer = SGD(rate, recipe.momentum, recipe.weight_decay)
    distorted = partial(distorted_minibatches, strength=recipe.strength)
    how = {"epochs": epochs, "batch_size": recipe.batch_size, "seed": seed}
    how["batches"] = distorted if recipe.strength else minibatches
    start = time.process_time()
    for record in fit(model, x, labels, optimizer, **how):
        if recipe.falls and record.step < record.steps:
            optimizer.learning_rate = rate * (1 - record.step / record.steps)
    seconds = time.process_time() - start
    test = evaluate(model, data.x_test, data.labels_test)[1]
    return Result(seconds, evaluate(model, *val)[1], test)


def spread(values, digits=2):
    """Return the mean and the standard deviation of some values, as a text."""
    mean = f"{np.mean(values):.{digits}f}"
    return f"{mean} ± {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else mean


def table_row(recipe, epochs, results):
    """Return a row of the Markdown table."""
    seconds, val, test = np.array(results).T
    cells = [recipe.name, str(epochs), f"{seconds.mean():.1f}"]
    return f"| {' | '.join([*cells, spread(100 * val), spread(100 * test)])} |"


def plot(measured, path):
    """Draw test accuracy over seconds for {recipe: {epochs: results}}; bars are the spread."""
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rc_file(Path(__file__).parents[1] / "notebooks" / "matplotlibrc")
    figure = Figure(figsize=(7.2, 4.4))
    axes = figure.subplots()
    for recipe, runs in measured.items():
        seconds = [np.mean([r.seconds for r in results]) for results in runs.values()]
        test = [[100 * r.test for r in results] for results in runs.values()]
        means, bars = np.mean(test, axis=1), np.std(test, axis=1, ddof=min(1, len(test[0]) - 1))
        look = {"marker": recipe.marker, "capsize": 3, "linewidth": 1.3}
        label = f"{recipe.name} ({', '.join(map(str, runs))} epochs)"
        axes.errorbar(seconds, means, bars, label=label, **look)
    axes.set(xscale="log", xlabel="seconds of processor time (log scale)")
    axes.set(ylabel="test images right (%)", title="784-128-64-10, NumPy, one thread")
    ticks = [1, 2, 5, 10, 20, 50, 100]
    axes.set_xticks(ticks, labels=ticks)
    axes.set_xticks([], minor=True)
    axes.legend(fontsize=9)
    figure.savefig(path)


def header(data, seeds):
    """Return the line that says where and how the numbers were made."""
    cpuinfo = Path("/proc/cpuinfo")  # where there is none, Python knows the processor
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    machine = (models or [platform.processor() or platform.machine()])[0]
    command = shlex.join(["python", f"benchmarks/{Path(__file__).name}", *sys.argv[1:]])
    return (
        f"{data.name}, {len(data.x_train) // 6:,} training images held out; {machine}, "
        f"{platform.system()}, 1 thread; {date.today()}; Python {platform.python_version()}, "
        f"numpy {np.__version__}; batches of {BATCH_SIZE}, seeds 0 to {seeds - 1}, mean ± standard "
        f"deviation; `{command}`\n"
    )


@click.command()
@click.option("--digits", is_flag=True, help="The bundled digits in place of MNIST.")
@click.option("--seeds", default=3, type=click.IntRange(1), show_default=True, help="How many.")
@click.option("--only", default="", metavar="TEXT", help="The recipes with this in their name.")
@click.option("--epochs", type=click.IntRange(1), help="In place of those of the recipes.")
@click.option("--out", default=PLOT, type=click.Path(path_type=Path), help="File of the plot.")
def main(digits, seeds, only, epochs, out):
    """Print a table of accuracy against seconds for some recipes, and draw it."""
    recipes = [recipe for recipe in RECIPES if only in recipe.name]
    if not recipes:
        raise click.UsageError(f"no recipe has {only!r} in its name.")
    data, measured = bundled_digits() if digits else load_mnist(), {}
    click.echo(header(data, seeds))
    click.echo("| recipe | epochs | seconds | validation, % | test, % |")
    click.echo("|---|---:|---:|---:|---:|")
    for recipe in recipes:
        runs = measured[recipe] = {}
        for n in [epochs] if epochs else recipe.epochs:
            runs[n] = [train(recipe, n, seed, data) for seed in range(seeds)]
            click.echo(table_row(recipe, n, runs[n]))
    plot(measured, out)
    click.echo(f"\nWrote {out}")


if __name__ == "__main__":
    main()
