"""Images per second of training: nn_core beside bare NumPy, PyTorch, JAX and scikit-learn.

Everyone does the same work: epochs of MNIST through 784-128-64-10, by plain SGD on mini-batches
of freshly shuffled samples. The contestants take turns, in a new order every round, so that a
slow moment of the machine hits them all; medians and quartiles over the rounds are reported.
"""

import importlib
import itertools
import multiprocessing
import os
import platform
import shlex
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

sys.path.append(str(Path(__file__).parents[1]))
from data.mnist import bundled_digits, load_mnist
from nn_core import MLP, SGD, evaluate, fit

SIZES = (784, 128, 64, 10)
LEARNING_RATE = 0.1
SEED = 0
LEARNT = 0.8  # the share of training images that a contestant must get right in the end
# How many times as fast as a peer nn_core is to be, by batch size.
TARGETS = {
    "bare": {32: 0.90, 64: 0.95, 128: 0.95, 512: 0.95},
    "pytorch": {64: 1.8},
    "sklearn": {64: 1.5},
    "jax-epoch": {64: 1.0},
}
PLOT = Path(__file__).with_suffix(".png")


class Recipe(NamedTuple):
    """How nn_core trains, with batches of 64, to reach a test accuracy."""

    goal: float
    epochs: int
    learning_rate: float
    momentum: float = 0.0
    weight_decay: float = 0.0
    falls: bool = False  # the learning rate, linearly to zero


# Settings and epochs were chosen with 10,000 training images held out, on 3 splits and seeds: the
# fewest epochs tried whose mean accuracy on the held-out images reached the goal (97.17 % and
# 98.03 %; with 6 and 8 epochs it was 96.66 % and 97.86 %). The test images had no say in it.
RECIPES = [
    Recipe(0.97, epochs=8, learning_rate=0.1),
    Recipe(0.98, epochs=10, learning_rate=0.05, momentum=0.9, weight_decay=1e-4, falls=True),
]

# ----------------------------------------------------------------------------- contestants
# Each goes on training from epoch to epoch, and imports its package only when it is made. From the
# same weights and the same order of samples all but scikit-learn, which has its own, end at the
# same loss: a test compares them.


def first_params():
    """Return the weights and biases to begin with, as pairs (W, b)."""
    params = list(MLP(SIZES, seed=SEED).params().values())
    return list(zip(params[0::2], params[1::2], strict=True))


def shuffled(n, seed):
    """Return the numbers 0 to n - 1 in the order in which `minibatches` would take them."""
    return np.random.default_rng(seed).permutation(n)


class NNCore:
    """This project, called as a user calls it."""

    title, package = "nn_core", "numpy"

    def __init__(self, x, labels, batch_size):
        self.x, self.labels, self.batch_size = x, labels, batch_size
        self.model, self.optimizer, self.losses = MLP(SIZES, seed=SEED), SGD(LEARNING_RATE), []

    def epoch(self, seed):
        settings = {"epochs": 1, "batch_size": self.batch_size, "seed": seed}
        for record in fit(self.model, self.x, self.labels, self.optimizer, **settings):
            self.losses.append(record.loss)  # nothing to draw or to print between two steps

    def logits(self, x):
        return self.model.forward(x)


class BareNumPy:
    """The limit: the same arithmetic on six arrays, without classes, checks and records."""

    title, package = "bare NumPy", "numpy"

    def __init__(self, x, labels, batch_size):
        self.x, self.labels, self.batch_size = x, labels, batch_size
        self.params, self.losses = [param for pair in first_params() for param in pair], []

    def epoch(self, seed):
        W1, b1, W2, b2, W3, b3 = self.params
        order = shuffled(len(self.x), seed)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            x, labels, rows = self.x[batch], self.labels[batch], np.arange(len(batch))
            z1 = x @ W1 + b1
            a1 = np.maximum(z1, 0)
            z2 = a1 @ W2 + b2
            a2 = np.maximum(z2, 0)
            logits = a2 @ W3 + b3
            shifted = logits - logits.max(axis=1, keepdims=True)
            log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            self.losses.append(-log_p[rows, labels].mean())
            dlogits = np.exp(log_p)
            dlogits[rows, labels] -= 1
            dlogits /= len(batch)
            dz2 = dlogits @ W3.T * (z2 > 0)
            dz1 = dz2 @ W2.T * (z1 > 0)
            W3 -= LEARNING_RATE * (a2.T @ dlogits)
            b3 -= LEARNING_RATE * dlogits.sum(axis=0)
            W2 -= LEARNING_RATE * (a1.T @ dz2)
            b2 -= LEARNING_RATE * dz2.sum(axis=0)
            W1 -= LEARNING_RATE * (x.T @ dz1)
            b1 -= LEARNING_RATE * dz1.sum(axis=0)

    def logits(self, x):
        W1, b1, W2, b2, W3, b3 = self.params
        return np.maximum(np.maximum(x @ W1 + b1, 0) @ W2 + b2, 0) @ W3 + b3


class PyTorch:
    """The usual loop, over data that are tensors already and gathered by index."""

    title, package = "PyTorch eager", "torch"

    def __init__(self, x, labels, batch_size):
        import torch
        from torch import nn

        self.torch = torch
        self.x, self.labels, self.batch_size = torch.tensor(x), torch.tensor(labels), batch_size
        layers = []
        for W, b in first_params():
            layers += [nn.Linear(*W.shape), nn.ReLU()]
            layers[-2].weight.data, layers[-2].bias.data = torch.tensor(W.T), torch.tensor(b)
        self.model = nn.Sequential(*layers[:-1])
        self.loss_fn = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=LEARNING_RATE)

    def epoch(self, seed):
        order = self.torch.tensor(shuffled(len(self.x), seed))
        for batch in order.split(self.batch_size):
            self.optimizer.zero_grad()
            self.loss_fn(self.model(self.x[batch]), self.labels[batch]).backward()
            self.optimizer.step()

    def logits(self, x):
        return self.model(self.torch.tensor(x)).detach().numpy()


class JAXStep:
    """One compiled function a step. NumPy gathers the batch: inside, it took a tenth longer."""

    title, package = "JAX, jit per step", "jax"

    def __init__(self, x, labels, batch_size):
        import jax
        import jax.numpy as jnp

        def forward(params, x):
            *hidden, (W, b) = params
            for W_hidden, b_hidden in hidden:
                x = jax.nn.relu(x @ W_hidden + b_hidden)
            return x @ W + b

        def loss_fn(params, x, labels):
            log_p = jax.nn.log_softmax(forward(params, x))
            return -log_p[jnp.arange(len(labels)), labels].mean()

        def step(params, x, labels):
            loss, grads = jax.value_and_grad(loss_fn)(params, x, labels)
            return jax.tree.map(lambda p, dp: p - LEARNING_RATE * dp, params, grads), loss

        self.jax, self.forward, self.step = jax, jax.jit(forward), step
        self.x, self.labels, self.batch_size = x, labels, batch_size
        self.params = jax.tree.map(jnp.array, first_params())
        self.compiled = jax.jit(step, donate_argnums=0)

    def epoch(self, seed):
        order = shuffled(len(self.x), seed)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            self.params, _ = self.compiled(self.params, self.x[batch], self.labels[batch])
        self.jax.block_until_ready(self.params)

    def logits(self, x):
        return np.asarray(self.forward(self.params, x))


class JAXEpoch(JAXStep):
    """The whole epoch is one compiled function, gathering of batches included."""

    title = "JAX, epoch compiled"

    def __init__(self, x, labels, batch_size):
        super().__init__(x, labels, batch_size)
        jax, step = self.jax, self.step

        def epoch(params, x, labels, order):
            full = len(order) // batch_size * batch_size
            batches = order[:full].reshape(-1, batch_size)

            def step_on(params, batch):
                return step(params, x[batch], labels[batch])

            params, _ = jax.lax.scan(step_on, params, batches)
            if full < len(order):  # the short batch at the end
                params, _ = step_on(params, order[full:])
            return params

        self.x, self.labels = jax.device_put(x), jax.device_put(labels)
        self.compiled = jax.jit(epoch, donate_argnums=0)

    def epoch(self, seed):
        order = shuffled(len(self.x), seed)
        self.params = self.compiled(self.params, self.x, self.labels, order)
        self.jax.block_until_ready(self.params)


class ScikitLearn:
    """MLPClassifier, an epoch a call.

    By partial_fit: it goes on where it was, shuffled like fit, while fit(max_iter=1) would start
    anew and warn that it has not converged. Both check the data once a call, as nn_core's fit.
    """

    title, package = "scikit-learn", "sklearn"

    def __init__(self, x, labels, batch_size):
        from sklearn.neural_network import MLPClassifier

        self.x, self.labels = x, labels
        self.model = MLPClassifier(
            hidden_layer_sizes=SIZES[1:-1],
            solver="sgd",
            learning_rate_init=LEARNING_RATE,
            momentum=0,
            alpha=0,
            batch_size=min(batch_size, len(x)),
            random_state=SEED,
        )

    def epoch(self, seed):
        self.model.partial_fit(self.x, self.labels, classes=np.arange(SIZES[-1]))

    def logits(self, x):
        return self.model.predict_log_proba(x)


class NaiveFloat64:
    """NumPy as tutorials write it: float64, a shuffled copy of the data, the pixels' gradient."""

    title, package = "naive float64", "numpy"

    def __init__(self, x, labels, batch_size):
        self.x, self.onehot = x.astype(float), np.eye(SIZES[-1])[labels]
        self.batch_size = batch_size
        self.params = [(W.astype(float), b.astype(float)) for W, b in first_params()]

    def forward(self, x):
        activations = [x]
        for W, b in self.params[:-1]:
            activations.append(np.maximum(activations[-1] @ W + b, 0))
        W, b = self.params[-1]
        return activations, activations[-1] @ W + b

    def epoch(self, seed):
        order = shuffled(len(self.x), seed)
        x, onehot = self.x[order], self.onehot[order]
        for start in range(0, len(x), self.batch_size):
            batch = slice(start, start + self.batch_size)
            activations, logits = self.forward(x[batch])
            p = np.exp(logits - logits.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            dz = (p - onehot[batch]) / len(p)
            for a, (W, b) in zip(activations[::-1], self.params[::-1], strict=True):
                dW, db, da = a.T @ dz, dz.sum(axis=0), dz @ W.T
                W -= LEARNING_RATE * dW
                b -= LEARNING_RATE * db
                dz = da * (a > 0)

    def logits(self, x):
        return self.forward(x)[1]


CONTESTANTS = {
    "nn_core": NNCore,
    "bare": BareNumPy,
    "pytorch": PyTorch,
    "jax-step": JAXStep,
    "jax-epoch": JAXEpoch,
    "sklearn": ScikitLearn,
    "naive": NaiveFloat64,
}
PEERS = list(CONTESTANTS)[1:]
COLOURS = ["#D55E00", "#000000", "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#999999"]
MARKERS = "oPs^vDX"  # the colours are Okabe and Ito's

# -------------------------------------------------------------- in a contestant's own process
# A process each, idle but for its turn: so a package that is missing or slow to import is nobody
# else's trouble, the thread limits are read by all, and the pools of threads stay apart. That made
# no difference to the times beyond their noise (medians within a tenth, at 1 thread). What does:
# after its last product OpenBLAS spins for about 0.1 s of processor time, PyTorch 0.01 s, JAX not
# at all. Without a pause, whoever comes next would pay for it.

PAUSE = 0.25  # seconds before every turn

here = {}  # what such a process keeps between two calls


def receive(x, labels, package):
    """Keep the images; return the version of the package, or raise ImportError."""
    here.update(x=x, labels=labels)
    return importlib.import_module(package).__version__


def begin(name, batch_size):
    """Make a contestant; return the seconds of its first epoch, in which JAX compiles."""
    here["contestant"] = CONTESTANTS[name](here["x"], here["labels"], batch_size)
    return epoch_seconds(SEED)


def epoch_seconds(seed):
    start = time.perf_counter()
    here["contestant"].epoch(seed)
    return time.perf_counter() - start


def training_accuracy():
    return float((here["contestant"].logits(here["x"]).argmax(axis=1) == here["labels"]).mean())


def sgemm_speed(n=2048):
    """Return the GFLOP/s of a large float32 matrix product in NumPy, the better of two."""
    a, speeds = np.random.default_rng(SEED).random((n, n), dtype=np.float32), []
    for _ in range(2):
        start = time.perf_counter()
        a @ a
        speeds.append(2 * n**3 / (time.perf_counter() - start) / 1e9)
    return max(speeds)


def train(recipe, seed, x_test, labels_test):
    """Return the seconds that nn_core trains by the recipe, and its test accuracy."""
    model = MLP(SIZES, seed=seed)
    optimizer = SGD(recipe.learning_rate, recipe.momentum, recipe.weight_decay)
    start = time.perf_counter()
    for record in fit(model, here["x"], here["labels"], optimizer, epochs=recipe.epochs, seed=seed):
        if recipe.falls and record.step < record.steps:
            optimizer.learning_rate = recipe.learning_rate * (1 - record.step / record.steps)
    return time.perf_counter() - start, evaluate(model, x_test, labels_test)[1]


# ------------------------------------------------------------------------------- measuring


def ask(process, function, *args):
    """Run the function in that process, wait, and return what it returns."""
    return process.submit(function, *args).result()


def start_processes(names, threads, x, labels):
    """Return {name: its process} and {package: version}; say whose package is missing."""
    for library in ("OPENBLAS_NUM", "OMP_NUM", "MKL_NUM", "VECLIB_MAXIMUM"):
        os.environ[f"{library}_THREADS"] = str(threads)
    os.environ["NPROC"] = str(threads)  # for JAX; all are read when a process imports the package
    processes, versions = {}, {}
    for name in names:
        process = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        package = CONTESTANTS[name].package
        try:
            versions[package] = ask(process, receive, x, labels, package)
            processes[name] = process
        except ImportError as error:
            click.echo(f"{CONTESTANTS[name].title} is skipped: {error}.")
    return processes, versions


def measure(processes, batch_size, rounds):
    """Return {name: seconds of an epoch, one a round} and the best sgemm speed, in GFLOP/s."""
    first = [
        f"{CONTESTANTS[name].title} {ask(process, begin, name, batch_size):.2f} s"
        for name, process in processes.items()
    ]
    click.echo(f"Batch {batch_size}, first epoch, compiling included: {'; '.join(first)}", err=True)
    times, sgemm, rng = {name: [] for name in processes}, [], np.random.default_rng(SEED)
    for seed in range(SEED + 1, SEED + 1 + rounds):
        for name in rng.permutation(list(processes)):
            time.sleep(PAUSE)
            times[name].append(ask(processes[name], epoch_seconds, seed))
        sgemm.append(ask(processes["nn_core"], sgemm_speed))
    for name, process in processes.items():
        if (accuracy := ask(process, training_accuracy)) < LEARNT:
            click.echo(
                f"Batch {batch_size}, {CONTESTANTS[name].title} HAS NOT LEARNT: "
                f"{accuracy:.0%} of its training images right in the end."
            )
    return {name: np.array(seconds) for name, seconds in times.items()}, max(sgemm)


# ------------------------------------------------------------------------------- reporting


def header(threads, versions, run):
    """Return the line that says where and how the numbers were made."""
    cpuinfo = Path("/proc/cpuinfo")  # where there is none, Python knows the processor
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    machine = (models or [platform.processor() or platform.machine()])[0]
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    packages = ", ".join(f"{package} {version}" for package, version in versions.items())
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    command = shlex.join(["python", f"benchmarks/{Path(__file__).name}", *sys.argv[1:]])
    return (
        f"{machine}, {os.cpu_count()} cores, {threads} threads each, {platform.system()}{load}; "
        f"{date.today()}; Python {platform.python_version()}, {packages}, "
        f"{blas['name']} {blas['version']}; {run}, seed {SEED}; `{command}`\n"
    )


def flop_per_image(sizes=SIZES):
    """Return the operations that training takes for an image, a multiply-add being two.

    A layer has three matrix products, for z, dW and dx; the first layer needs no dx.
    """
    products = [n_in * n_out for n_in, n_out in itertools.pairwise(sizes)]
    return 2 * (3 * sum(products) - products[0])


def ratio(times, name):
    """Return the quartiles of nn_core's speed divided by the peer's, a ratio for every round."""
    return np.percentile(times[name] / times["nn_core"], [25, 50, 75])


def table(corner, times, names, cell):
    """Return a Markdown table with a row for each of `names`; cell(times, name) is a text."""
    lines = [[corner, *(f"batch {batch_size}" for batch_size in times)]]
    lines += [["---", *["---:"] * len(times)]]
    lines += [[CONTESTANTS[n].title, *(cell(times[b], n) for b in times)] for n in names]
    return markdown(lines)


def markdown(lines):
    """Return lists of texts as the lines of a Markdown table."""
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def report(times, images, limit):
    """Print the tables for {batch size: {name: seconds of an epoch, one a round}}."""
    names = list(times[min(times)])

    def speed(times, name):
        images_per_second = images / np.median(times[name])
        return f"{images_per_second:,.0f} ({images_per_second / limit:.0%})"

    def ratio_text(times, name):
        low, median, high = ratio(times, name)
        return f"{median:.2f} ({low:.2f} to {high:.2f})"

    gflops = limit * flop_per_image() / 1e9
    click.echo(
        f"Images per second of training, medians; in brackets the share of what a large `sgemm` "
        f"would allow on this machine ({gflops:.0f} GFLOP/s, or {limit:,.0f} images per second).\n"
    )
    click.echo(table("", times, names, speed))
    click.echo("How many times as fast nn_core is: median (quartiles) of the rounds' ratios.\n")
    click.echo(table("nn_core against", times, names[1:], ratio_text))
    for name, targets in TARGETS.items():
        for batch_size in set(targets) & set(times) if name in names else ():
            found, target = ratio(times[batch_size], name)[1], targets[batch_size]
            verdict = "reached" if found >= target else f"missed by {1 - found / target:.0%}"
            click.echo(
                f"- Target at batch {batch_size}: {target} times {CONTESTANTS[name].title}; "
                f"{verdict}, at {found:.2f}."
            )


def report_accuracy(process, dataset, seeds=3):
    """Let nn_core train by the recipes; print its seconds and its accuracy on the test images."""
    test = dataset.x_test, dataset.labels_test
    for recipe in RECIPES:
        runs = [ask(process, train, recipe, seed, *test) for seed in range(seeds)]
        seconds, accuracy = np.median(runs, axis=0)
        verdict = "reached" if accuracy >= recipe.goal else "missed"
        click.echo(
            f"- {recipe.goal:.0%} test accuracy: {verdict} in {seconds:.1f} s, with {accuracy:.2%} "
            f"(medians of {seeds} seeds; the lowest "
            f"{np.min(runs, axis=0)[1]:.2%}). {recipe.epochs} epochs, batch 64, learning rate "
            f"{recipe.learning_rate}{' falling to 0' if recipe.falls else ''}, momentum "
            f"{recipe.momentum:g}, weight decay {recipe.weight_decay:g}."
        )


def width_speed(width, batch_size, steps=20):
    """Return the GFLOP/s of training a network with hidden layers of `width` and half of it."""
    sizes = (SIZES[0], width, width // 2, SIZES[-1])
    x, labels = here["x"][: steps * batch_size], here["labels"][: steps * batch_size]
    model, optimizer = MLP(sizes, seed=SEED), SGD(0.01)
    for _ in range(2):  # the first time warms up
        start = time.perf_counter()
        for _ in fit(model, x, labels, optimizer, epochs=1, batch_size=batch_size):
            pass
        seconds = time.perf_counter() - start
    return len(x) * flop_per_image(sizes) / seconds / 1e9


def report_widths(process, widths, batch_sizes, rounds):
    """Print how fast nn_core computes by width and batch size, beside sgemm: GFLOP/s, medians."""
    speeds, sgemm = {(w, b): [] for w in widths for b in batch_sizes}, []
    for _ in range(rounds):
        for (width, batch_size), found in speeds.items():
            found.append(ask(process, width_speed, width, batch_size))
        sgemm.append(ask(process, sgemm_speed))
    lines = [["hidden layers", *(f"batch {b}" for b in batch_sizes)]]
    lines += [["---", *["---:"] * len(batch_sizes)]]
    for width in widths:
        cells = (f"{np.median(speeds[width, b]):.0f}" for b in batch_sizes)
        lines.append([f"{width} and {width // 2}", *cells])
    click.echo(f"\nGFLOP/s of nn_core's training, medians; sgemm: {np.median(sgemm):.0f}.\n")
    click.echo(markdown(lines))


def draw(times, images, limit, out):
    """Write the plot: images per second, and their share of the limit, over the batch size."""
    import matplotlib.pyplot as plt  # here, because every contestant's process runs this file

    figure, ax = plt.subplots(figsize=(8, 5), layout="constrained")
    for (name, contestant), colour, marker in zip(
        CONTESTANTS.items(), COLOURS, MARKERS, strict=True
    ):
        if name in times[min(times)]:
            speeds = [images / times[batch_size][name] for batch_size in times]
            low, median, high = np.percentile(speeds, [25, 50, 75], axis=1)
            style = {"color": colour, "marker": marker, "capsize": 3, "label": contestant.title}
            ax.errorbar(list(times), median, [median - low, high - median], **style)
    ax.axhline(limit, color="grey", linestyle="--", label="sgemm limit")
    ax.set_xscale("log", base=2)
    ax.set_xticks(list(times), [str(batch_size) for batch_size in times])
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel("batch size")
    ax.set_ylabel("training: images per second")
    share = ax.secondary_yaxis("right", functions=(lambda y: y / limit, lambda y: y * limit))
    share.yaxis.set_major_formatter(lambda y, _: f"{y:.0%}")
    share.set_ylabel("share of the sgemm limit")
    figure.legend(loc="outside upper center", ncols=4, frameon=False)
    figure.savefig(out, dpi=100)


class CommaList(click.ParamType):
    """Items of the click type `item`, separated by commas."""

    name = "list"

    def __init__(self, item):
        self.item = item

    def convert(self, value, param, ctx):
        return [self.item.convert(part.strip(), param, ctx) for part in value.split(",")]


@click.command(context_settings={"show_default": True})
@click.option("--batch-sizes", type=CommaList(click.IntRange(1)), default="32,64,128,512")
@click.option("--rounds", type=click.IntRange(1), default=15, help="Timed epochs of each.")
@click.option("--threads", type=click.IntRange(1), default=os.cpu_count(), help="For each.")
@click.option(
    "--peers", type=CommaList(click.Choice(PEERS)), default=",".join(PEERS), help="Beside nn_core."
)
@click.option("--images", type=click.IntRange(1), default=60_000, help="Train on the first N.")
@click.option("--widths", type=CommaList(click.IntRange(2)), default="128,512,2048")
@click.option("--digits", is_flag=True, help="Train on scikit-learn's digits instead of MNIST.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=PLOT, show_default=PLOT.name, help="The plot."
)
def main(batch_sizes, rounds, threads, peers, images, widths, digits, out):
    """Measure how fast nn_core trains, beside bare and naive NumPy, PyTorch, JAX, scikit-learn.

    Prints Markdown for the README, and how it is getting on to stderr. Peers that are not
    installed are skipped; `make bench` installs them.
    """
    dataset = bundled_digits() if digits else load_mnist()
    x, labels = dataset.x_train[:images], dataset.labels_train[:images]
    names = [name for name in CONTESTANTS if name == "nn_core" or name in peers]
    processes, versions = start_processes(names, threads, x, labels)
    click.echo(header(threads, versions, f"{len(x):,} images of {dataset.name}, {rounds} rounds"))
    times, speeds = {}, []
    for batch_size in sorted(set(batch_sizes)):
        times[batch_size], sgemm = measure(processes, batch_size, rounds)
        speeds.append(sgemm)
    limit = max(speeds) * 1e9 / flop_per_image()  # images per second
    report(times, len(x), limit)
    report_widths(processes["nn_core"], widths, list(times), rounds)
    report_accuracy(processes["nn_core"], dataset)
    draw(times, len(x), limit, out)
    click.echo(f"\nThe plot is in {out}.", err=True)


if __name__ == "__main__":
    main()
