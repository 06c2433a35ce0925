"""Train the network of nn_core.py on MNIST, and draw what it learned: python train.py --help."""

import os

# While NumPy is loaded: products as small as ours gain little from a second thread of its BLAS,
# and on a busy computer the threads wait for each other, many times longer than they work.
THREADS = os.environ.get("OPENBLAS_NUM_THREADS")
os.environ["OPENBLAS_NUM_THREADS"] = THREADS or "1"
import numpy as np

if THREADS is None:
    del os.environ["OPENBLAS_NUM_THREADS"]

import contextlib
import errno
import importlib
import io
import itertools
import math
import platform
import re
import shlex
import signal
import stat
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import click

from data.distortion import distorted_minibatches
from data.mnist import DATA, load_mnist
from figs.draw import draw_confusion_matrix, draw_gif, draw_loss, draw_predictions, pct
from nn_checks import check_strength
from nn_core import MLP, SGD, Record, evaluate, fit, train_validation_split

WEIGHT_DECAY = 1e-4  # by validation loss: of 0, 1e-5 and 1e-4 the best, for each of three seeds
# Chosen on 10,000 training images that were held out. What each part is worth, over three seeds,
# says benchmarks/accuracy.py. "plain" is what the options say by themselves.
RECIPES = {
    "plain": {},
    "best": {
        "epochs": 175,
        "batch_size": 128,
        "momentum": 0.9,
        "weight_decay": 0.0,
        "falling_rate": True,
        "distort": 1.0,
    },
}
PACKAGES = {  # and their modules
    "numpy": "numpy",
    "scikit-learn": "sklearn",
    "matplotlib": "matplotlib",
    "pillow": "PIL",
}
FILES = [
    "model_info.txt",
    "Loss.png",
    "ConfusionMatrix.png",
    "ConfusionMatrix_train.png",
    "Predictions.png",
    "training_loss.gif",
]

# -------------------------------------------------------------------------------- training


@dataclass
class History:
    """What happened in training; `stopped` says why it ended before its time, if it did.

    `failed` tells a training that went wrong from one that somebody stopped.
    """

    steps_per_epoch: int
    losses: list[float] = field(default_factory=list)  # of every mini-batch
    epochs: list[Record] = field(default_factory=list)  # the last record of each finished epoch
    seconds: float = 0.0
    stopped: str = ""
    failed: bool = False

    @property
    def unit(self):
        """What figures count in, with its number of mini-batches: in steps within epoch 1."""
        return ("epoch", self.steps_per_epoch) if self.epochs else ("step", 1)

    @property
    def duration(self):
        """How long training was, in that unit."""
        return len(self.losses) / self.unit[1]


@contextlib.contextmanager
def noting_ctrl_c():
    """Yield a list that grows with every Ctrl-C, so that no step or file is left half done.

    It stays empty where Ctrl-C is ignored, as in the background, or belongs to another thread.
    """
    presses, before = [], signal.getsignal(signal.SIGINT)
    if before in (signal.SIG_IGN, None):
        yield presses
        return
    try:
        signal.signal(signal.SIGINT, lambda *_: presses.append("Ctrl-C"))
    except ValueError:  # not in the main thread
        yield presses
        return
    try:
        yield presses
    finally:
        signal.signal(signal.SIGINT, before)


def train(model, x, labels, val, optimizer, options, presses):
    """Train `model` under a progress bar; return the `History`.

    When training is stopped, `model` is as it was at the end of the last finished epoch, the same
    that a run of so many epochs gives; in the first epoch it is as Ctrl-C found it.
    """
    steps_per_epoch = math.ceil(len(x) / options.batch_size)
    history, kept, start = History(steps_per_epoch), {}, time.perf_counter()
    how = {"epochs": options.epochs, "batch_size": options.batch_size, "seed": options.seed}
    if options.distort:
        how["batches"] = partial(distorted_minibatches, strength=options.distort)
    bar = click.progressbar(
        length=options.epochs * steps_per_epoch,
        label=f"training on {len(x):,} images",
        bar_template="%(label)s  [%(bar)s]  %(info)s",
        width=0,  # as wide as the terminal; without one, click prints each new label on a line
    )
    try:
        with bar, np.errstate(over="ignore", invalid="ignore"):  # too large is reported, below
            for record in fit(model, x, labels, optimizer, val=val, **how):
                history.losses.append(record.loss)
                if record.train_loss is not None:
                    check_overflow(model, record, optimizer)
                    history.epochs.append(record)
                    kept = {name: param.copy() for name, param in model.params().items()}
                    bar.label = describe(record, options.epochs)
                if options.falling_rate and record.step < record.steps:
                    left = 1 - record.step / record.steps
                    optimizer.learning_rate = options.learning_rate * left
                if record.train_loss is not None or record.step % 20 == 0:
                    bar.update(record.step - bar.pos)
                if presses and record.step < record.steps:
                    history.stopped = f"Ctrl-C in epoch {record.epoch}, step {record.step}"
                    break
    except FloatingPointError as error:
        history.stopped, history.failed = str(error), True
    except MemoryError as error:
        history.stopped, history.failed = one_line(f"out of memory: {error}"), True
    for name, param in kept.items():
        model.params()[name][...] = param
    history.seconds = time.perf_counter() - start
    return history


def check_overflow(model, record, optimizer):
    """`fit` looks at the loss before every step; this looks at what the last step has left."""
    sums = [param.sum() for param in model.params().values()]
    if not np.isfinite([*sums, record.val_loss or 0]).all():
        raise FloatingPointError(
            f"the network overflowed in epoch {record.epoch}, at learning rate "
            f"{optimizer.learning_rate:g}: start again with a smaller one"
        )


def describe(record, epochs):
    """Return the line of an epoch, as wide as those of the others: the bar stands still."""
    line = f"epoch {record.epoch:{len(str(epochs))}}/{epochs}  loss {record.train_loss:.4f}"
    if record.val_accuracy is not None:
        line += f"  validation {pct(record.val_accuracy)}"
    return line


# ---------------------------------------------------------------------------------- report


def finish(model, data, x, labels, val, options, history, presses):
    """Test the network, once, and write everything; return what failed, and what Ctrl-C left out.

    `x` and `labels` are those trained on. Whatever fails takes nothing else with it. Where
    training failed in its first epoch there is no network to test, and only the loss and the
    settings are written.
    """
    failed, files, accuracies = [], {}, {}
    usable = bool(history.epochs) or not history.failed
    if options.save and usable:
        with going_on(options.save, failed):
            save_weights(model, options.save)
            click.echo(f"Wrote {options.save}")
    elif options.save:
        click.echo(f"No epoch was finished: {options.save} is not written.", err=True)
    if usable:
        with going_on("the accuracies", failed):
            probabilities, predicted = model.predict_proba(data.x_test), model.predict(x)
            test = probabilities.argmax(axis=1)
            validation = history.epochs[-1].val_accuracy if history.epochs else None
            if val and validation is None:
                validation = evaluate(model, *val)[1]
            accuracies["test accuracy"] = pct((test == data.labels_test).mean())
            if val:
                accuracies["validation accuracy"] = pct(validation)
            accuracies["training accuracy"] = pct((predicted == labels).mean())
            click.echo(f"Test accuracy: {accuracies['test accuracy']}")
    sizes = "-".join(map(str, options.sizes))
    title = f"{sizes}, {'trained' if options.epochs else 'tested'} on {data.name}"
    files["model_info.txt"] = lambda path: path.write_text(
        model_info(title, model, data, options, history, accuracies),
        encoding="utf-8",
        errors="backslashreplace",  # a path may hold what is no text
    )
    if history.losses:
        files["Loss.png"] = lambda path: draw_loss(path, history, title)
    if accuracies:
        files["ConfusionMatrix.png"] = lambda path: draw_confusion_matrix(
            path, data.labels_test, test, "Test"
        )
        files["ConfusionMatrix_train.png"] = lambda path: draw_confusion_matrix(
            path, labels, predicted, "Training"
        )
        files["Predictions.png"] = lambda path: draw_predictions(
            path, data.x_test, data.labels_test, probabilities
        )
    if accuracies and history.losses and options.gif:
        files["training_loss.gif"] = lambda path: draw_gif(path, history, title)
    return failed, write_files(options.folder, files, presses, failed)


@contextlib.contextmanager
def going_on(what, failed):
    """If writing `what` fails, for whatever reason, say so, note it in the list, and go on."""
    try:
        yield
    except Exception as error:
        failed.append(what)
        reason = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        click.echo(f"Error: cannot write {what}: {one_line(reason)}.", err=True)


def one_line(text):
    """Return a text without line breaks and without a stop at its end."""
    return " ".join(str(text).split()).rstrip(".: ")


def save_weights(model, path):
    """Write the weights to `path`, at once and whole; a link to a file stays a link."""
    path = Path(os.path.realpath(path))
    with tempfile.TemporaryDirectory(prefix="partial-", dir=path.parent) as folder:
        model.save(Path(folder, "weights.npz"))
        os.replace(Path(folder, "weights.npz"), path)


def model_info(title, model, data, options, history, accuracies):
    """Return the text of model_info.txt."""
    n_parameters = sum(param.size for param in model.params().values())
    settings = ["epochs", "learning_rate", "batch_size", "momentum", "weight_decay", "seed"]
    sections = {
        "Result": {
            **accuracies,
            "training": f"{len(history.epochs)} epochs in {history.seconds:.1f} seconds",
            "stopped by": history.stopped or "nothing",
        },
        "Network": {
            "layers": f"{title.split(',')[0]}, ReLU between them, softmax at the end",
            "parameters": f"{n_parameters:,}, of type {model.params()['W1'].dtype}",
            "started from": options.load or "random weights",
        },
        "Settings": {
            **{name.replace("_", " "): getattr(options, name) for name in settings},
            "falling rate": "yes, to zero" if options.falling_rate else "no",
            "distortion": options.distort,
        },
        "Data": {
            "name": f"{data.name}, from {data.source}",
            "training images": f"{len(data.x_train) - options.validation:,}",
            "validation images": f"{options.validation:,}, held out",
            "test images": f"{len(data.x_test):,}, used once, after training",
        },
        "Versions": {
            "Python": platform.python_version(),
            **{name: importlib.import_module(PACKAGES[name]).__version__ for name in PACKAGES},
        },
    }
    lines = [title]
    for name, rows in sections.items():
        lines += ["", name, *(f"  {key:<22}{value}" for key, value in rows.items())]
    again = "The same network again" if history.epochs else "The command"
    if history.epochs and history.stopped and options.falling_rate:
        again += f", if it is stopped after epoch {len(history.epochs)}"
    return "\n".join([*lines, "", again, f"  {command_line(options, history)}", ""])


def command_line(options, history):
    """Return the command that gives the same network, also after training was stopped.

    A falling rate depends on how many epochs there were to be, so those are kept. Other machines
    sum float32 numbers in another order, and may differ in the last digits.
    """
    epochs = options.epochs if options.falling_rate else len(history.epochs) or options.epochs
    words = ["python", "train.py", "--epochs", epochs, "--lr", options.learning_rate]
    words += ["--batch-size", options.batch_size, "--hidden", ",".join(map(str, options.hidden))]
    words += ["--load", options.load] if options.load else []
    words += ["--momentum", options.momentum, "--weight-decay", options.weight_decay]
    words += ["--falling-rate" if options.falling_rate else "--constant-rate"]
    words += ["--distort", options.distort]
    words += ["--seed", options.seed, "--validation", options.validation, "--run", options.run]
    words += ["--data", options.data] if options.data != DATA else []
    return shlex.join(map(str, words))


def write_files(folder, files, presses, failed):
    """Write {name: function of a path} into `folder`; return the names that Ctrl-C left out."""
    before = len(presses)
    for name in FILES:  # an earlier run's would not belong to this one
        with going_on(folder / name, failed):
            (folder / name).unlink(missing_ok=True)
    for i, (name, write) in enumerate(files.items()):
        if len(presses) > before:
            return list(files)[i:]
        partial = folder / f"partial-{name}"  # a file gets its name only when complete
        with going_on(folder / name, failed):
            try:
                write(partial)
                os.replace(partial, folder / name)
            finally:
                partial.unlink(missing_ok=True)
            click.echo(f"Wrote {folder / name}")
    return []


# ------------------------------------------------------------------------- before training


@contextlib.contextmanager
def clear_errors(path):
    """Say in one sentence what the file system refuses: better now than after training."""
    try:
        yield
    except OSError as error:
        raise click.UsageError(f"cannot write {path}: {error.strerror or error}.") from None


def check_replaceable(path, follow_links):
    """`path` must be free or a regular file: never replace a folder, a device or a pipe."""
    with clear_errors(path):
        try:
            mode = os.stat(path, follow_symlinks=follow_links).st_mode
        except FileNotFoundError:
            if os.path.islink(path):
                raise click.UsageError(f"cannot write {path}: it is a link to nowhere.") from None
            return
    if not stat.S_ISREG(mode):
        raise click.UsageError(f"cannot write {path}: it is no regular file.")
    if not os.access(path, os.W_OK):
        raise click.UsageError(f"cannot write {path}: it is write-protected.")


def make_folder(folder, longest_name, n_bytes):
    """Make a folder that takes a file with such a name and so many bytes."""
    with clear_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=longest_name) as file:
            file.write(bytes(n_bytes))


def check_results(options, n_bytes):
    """All that is to be written must find its place: figures, and weights of `n_bytes`."""
    there = next(folder for folder in options.folder.absolute().parents if folder.is_dir())
    try:
        os.lstat(there / options.run)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise click.UsageError(
                f"the name of the run is too long, {options.run[:40]}...: choose one with --run."
            ) from None
    make_folder(options.folder, f"partial-{max(FILES, key=len)}", 1_000_000)
    for name in FILES:
        check_replaceable(options.folder / name, follow_links=False)
    if options.save:
        make_folder(Path(os.path.realpath(options.save)).parent, "partial-", n_bytes)


def check_packages():
    """The packages that draw must be there before there is something to draw."""
    for package, module in PACKAGES.items():
        try:
            importlib.import_module(module)
        except Exception as error:  # a broken package can fail in many ways
            raise click.ClickException(
                f"the figures need {package}, which cannot be imported ({one_line(error)}): "
                "pip install -r requirements.txt."
            ) from None


def check_memory(sizes):
    """A network that this computer cannot hold is refused before it is killed for trying."""
    n_parameters = sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))
    with contextlib.suppress(AttributeError, OSError, ValueError):  # where nobody can say
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        if memory < 12 * n_parameters:  # bytes: float64 random numbers become float32 weights
            raise MemoryError(f"{n_parameters:,} parameters")


def new_network(options):
    """Return the network that the options ask for, new or loaded, and set their sizes."""
    try:
        if not options.load:
            options.sizes = (784, *options.hidden, 10)
            check_memory(options.sizes)
            return MLP(options.sizes, options.seed)
        if not options.load.is_file():
            raise ValueError(f"cannot load {options.load}: it is no regular file")
        model = MLP.load(options.load).astype(np.float32)
    except MemoryError as error:
        raise click.UsageError(
            f"--hidden asks for more memory than there is ({one_line(error)}): choose less."
        ) from None
    except (ValueError, OverflowError) as error:
        raise click.UsageError(f"{error}.") from None
    except OSError as error:
        raise click.UsageError(f"cannot load {options.load}: {error.strerror}.") from None
    params = model.params()
    options.sizes = (len(params["W1"]), *(len(b) for name, b in params.items() if name[0] == "b"))
    found = "-".join(map(str, options.sizes))
    if (options.sizes[0], options.sizes[-1]) != (784, 10):
        raise click.UsageError(
            f"{options.load} holds a network of {found}: MNIST needs 784 pixels and 10 digits."
        )
    if not all(np.isfinite(param).all() for param in params.values()):
        raise click.UsageError(f"{options.load} holds weights that are not finite: load others.")
    if is_said("hidden") and options.hidden != options.sizes[1:-1]:
        raise click.UsageError(
            f"--hidden {','.join(map(str, options.hidden))} contradicts {options.load}, which "
            f"holds {found}: leave out one of them."
        )
    options.hidden = options.sizes[1:-1]
    return model


def is_said(option):
    """Whether an option stands on the command line, in place of its default."""
    source = click.get_current_context().get_parameter_source(option)
    return source is click.core.ParameterSource.COMMANDLINE


# ---------------------------------------------------------------------------- command line


def parse_hidden(ctx, param, value):
    """Return the widths in a text such as "128,64" as a tuple; an empty text has none."""
    try:
        widths = tuple(int(width) for width in value.split(",")) if value.strip() else ()
    except ValueError:
        widths = (0,)
    if any(width < 1 for width in widths):
        raise click.BadParameter(f"{value!r} is not a list of widths such as 128,64.")
    return widths


def parse_run(ctx, param, value):
    """Return the name of the run, which becomes a folder: no separators, nothing hidden."""
    if value is not None and not re.fullmatch(r"\w[\w.,+=-]*", value):
        raise click.BadParameter(f"{value!r} is not a plain name such as my_run.")
    return value


def use_recipe(ctx, param, value):
    """Make the settings of a recipe the defaults of the other options."""
    ctx.default_map = RECIPES[value]
    return value


def default_run(options, data):
    """Return a name made of the settings; the rarer ones appear when they are used."""
    parts = [f"{options.epochs}e", f"lr{options.learning_rate:g}", f"b{options.batch_size}"]
    parts = parts if options.epochs else ["tested"]
    parts += ["from-" + re.sub(r"[^\w.+=-]", "-", options.load.stem)] if options.load else []
    if options.hidden not in ((128, 64), ()):
        parts.append("h" + "-".join(map(str, options.hidden)))
    parts += [f"m{options.momentum:g}"] if options.momentum else []
    parts += [f"wd{options.weight_decay:g}"] if options.weight_decay != WEIGHT_DECAY else []
    parts += ["falling"] if options.falling_rate else []
    parts += [f"distort{options.distort:g}"] if options.distort else []
    usual = default_validation(data, options.recipe)
    parts += [f"val{options.validation}"] if options.validation != usual else []
    parts += [f"seed{options.seed}"]
    parts += [data.name] if data.name != "MNIST" else []
    return "_".join(parts)


def default_validation(data, recipe="plain"):
    """Return how many training images to hold out when nobody says.

    The best recipe's settings are chosen: it holds out enough to watch, and trains on the rest.
    """
    return min(1000 if recipe == "best" else 5000, len(data.x_train) // 10)


def hold_out(data, n_validation, seed):
    """Return x, labels to train on, and the pair (x, labels) held out, or None if there is none."""
    n = len(data.x_train)
    if n_validation >= n:
        raise click.UsageError(
            f"--validation cannot hold out {n_validation:,} of the {n:,} training images."
        )
    if n_validation == 0:
        return data.x_train, data.labels_train, None
    x, labels, *val = train_validation_split(data.x_train, data.labels_train, n_validation, seed)
    return x, labels, val


class Place(click.Path):
    """A path in which ~ is the home folder. An unset variable leaves none, or the next option."""

    def convert(self, value, param, ctx):
        path = os.path.expanduser(value)
        if not os.fspath(path).strip():
            self.fail("the path is empty: leave the option out, or name one.", param, ctx)
        if os.fspath(path).startswith(("-", "~")):
            self.fail(f"{path!r} is no path: write ./{path} if you mean it.", param, ctx)
        return super().convert(path, param, ctx)


FOLDER = Place(file_okay=False, path_type=Path)
FILE = Place(dir_okay=False, readable=False, path_type=Path)
# fmt: off
OPTIONS = {  # by their sections in --help
    "Network and training": [
        click.Option(["--recipe"], default="plain", type=click.Choice(list(RECIPES)),
                     is_eager=True, callback=use_recipe,
                     help="Where the defaults of the other options come from: plain SGD, or the "
                          'best we know; "--recipe best --help" shows them.'),
        click.Option(["--hidden"], default="128,64", metavar="N,N,...", callback=parse_hidden,
                     help='Widths of the hidden layers, "" for none.'),
        click.Option(["--load"], type=Place(exists=True, dir_okay=False, path_type=Path),
                     metavar="FILE",
                     help="Go on from the weights that --save wrote, with the layers that they "
                          "have. Keep --seed and --validation, so that validation images stay "
                          "unseen."),
        click.Option(["--epochs"], default=50, type=click.IntRange(0), metavar="N",
                     help="Times through the training images; 0 only tests what --load names."),
        click.Option(["--lr", "--learning-rate", "learning_rate"], default=0.1, metavar="RATE",
                     help="Learning rate: how far a step goes."),
        click.Option(["--batch-size"], default=64, type=click.IntRange(1), metavar="N",
                     help="Images in a mini-batch."),
        click.Option(["--momentum"], default=0.0, metavar="SHARE",
                     help="Part of each step that goes on in the next."),
        click.Option(["--weight-decay"], default=WEIGHT_DECAY, metavar="RATE",
                     help="Pull of every parameter towards 0."),
        click.Option(["--falling-rate/--constant-rate"], default=False,
                     help="Let the rate fall to 0, step by step."),
        click.Option(["--distort"], default=0.0, metavar="STRENGTH",
                     help="Distort the training images, anew in every epoch: 1 is mild, 0 is not "
                          "at all."),
        click.Option(["--seed"], default=0, type=click.IntRange(0), metavar="N",
                     help="Seed of all that is random."),
    ],
    "Data": [
        click.Option(["--data"], default=DATA, type=FOLDER, metavar="DIR",
                     show_default="data, beside train.py",
                     help="Where MNIST is, or is downloaded to."),
        click.Option(["--validation"], type=click.IntRange(0), metavar="N",
                     show_default="5000, or a tenth where that is less (best recipe: 1000)",
                     help="How many training images to hold out, to watch how well the network "
                          "does on images it has not seen; 0 for none."),
    ],
    "Results": [
        click.Option(["--out"], default="figs", type=FOLDER, metavar="DIR",
                     help="Results go to DIR/<number of layers>_layers/<run>/."),
        click.Option(["--run"], metavar="NAME", callback=parse_run, show_default="the settings",
                     help="Name of this run."),
        click.Option(["--gif/--no-gif"], default=True, help="Animate the loss, too."),
        click.Option(["--save"], type=FILE, metavar="FILE",
                     help="Also save the weights: weights.npz, for MLP.load."),
    ],
}
# fmt: on


class Sectioned(click.Command):
    """A command whose --help shows the sections of OPTIONS."""

    def format_options(self, ctx, formatter):
        for title, options in {**OPTIONS, "Help": [self.get_help_option(ctx)]}.items():
            with formatter.section(title):
                formatter.write_dl([option.get_help_record(ctx) for option in options])


class SureStream(io.TextIOBase):
    """Text for another stream: what that cannot show or take is no reason to lose a training."""

    def __init__(self, stream):
        self.stream = stream

    def isatty(self):
        return self.stream.isatty()

    def write(self, text):
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        self.surely(self.stream.write, text.encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def flush(self):
        self.surely(self.stream.flush)

    def surely(self, action, *args):
        """Do it; if the other end is closed or full, write to nowhere from now on."""
        try:
            action(*args)
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), self.stream.fileno())


@contextlib.contextmanager
def undisturbed():
    """Streams that do not fail, and errors of NumPy as it sets them, whatever was set before."""
    out, err = (stream and SureStream(stream) for stream in (sys.stdout, sys.stderr))
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
    ):
        yield


@click.command(
    cls=Sectioned,
    params=[option for options in OPTIONS.values() for option in options],
    context_settings={"max_content_width": 100, "show_default": True},
    epilog="""\b
Examples:
  python train.py
  python train.py --recipe best
  python train.py --epochs 5 --no-gif --save weights.npz
  python train.py --load weights.npz --lr 0.02 --epochs 5
  python train.py --hidden 256,128 --lr 0.02 --momentum 0.9 --run wide""",
)
@undisturbed()
def main(**options):
    """Train a neural network on MNIST, in NumPy, and draw what it learned.

    With the defaults, 784-128-64-10 learns for less than a minute and then reads 98 % of the test
    images right. A progress bar shows the training loss and the accuracy on validation images;
    the test images are used once, at the end. --recipe best takes one to three minutes, and reads
    about 99.3 % right.

    Ctrl-C stops, and still writes everything for the epochs that are finished.
    """
    options = SimpleNamespace(**options)
    if not options.epochs and not options.load:
        raise click.UsageError("--epochs 0 only tests a network: name its file with --load.")
    try:
        optimizer = SGD(options.learning_rate, options.momentum, options.weight_decay)
        check_strength(options.distort)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    model = new_network(options)
    if options.save:
        check_replaceable(options.save, follow_links=True)
    check_packages()
    try:
        data = load_mnist(options.data)
    except FileNotFoundError as error:  # not even small digits
        raise click.ClickException(f"{error}.") from None
    if options.validation is None:
        options.validation = default_validation(data, options.recipe)
    x, labels, val = hold_out(data, options.validation, options.seed)
    options.run = options.run or default_run(options, data)
    options.folder = options.out / f"{len(options.sizes)}_layers" / options.run
    check_results(options, sum(param.nbytes for param in model.params().values()))
    click.echo(data)
    with noting_ctrl_c() as presses:
        history = History(math.ceil(len(x) / options.batch_size))
        if options.epochs:
            history = train(model, x, labels, val, optimizer, options, presses)
        if history.stopped:
            again = "" if history.failed else "; once more leaves out the files yet to write"
            click.echo(f"Stopped: {history.stopped}{again}.", err=True)
        failed, left_out = finish(model, data, x, labels, val, options, history, presses)
    if left_out:
        click.echo(f"Stopped: not written are {', '.join(left_out)}.", err=True)
    interrupted = 130 if history.stopped or left_out else 0  # as a shell reports Ctrl-C
    click.get_current_context().exit(1 if history.failed or failed else interrupted)


if __name__ == "__main__":
    main()
