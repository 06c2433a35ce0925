"""The figures of a training: loss curves, their animation, confusion matrix, mistakes.

They are drawn from plain arrays and from a `history` with `losses` (of every mini-batch), `epochs`
(the last record of each), `steps_per_epoch`, and the `unit` and `duration` of its time axis.
matplotlib and scikit-learn are imported where they draw: `train.py --help` should answer at once.
"""

import functools
import math
from pathlib import Path

import numpy as np

STYLE = Path(__file__).parents[1] / "notebooks" / "matplotlibrc"
BLUE, VERMILLION = "#0072B2", "#D55E00"  # Okabe and Ito (2008), told apart by every eye
FRAMES, FRAME_MS, HOLD_MS = 80, 80, 3000  # of the animation, whose last frame is held


def pct(share):
    """Return a share from 0 to 1 as percent."""
    return f"{100 * share:.2f} %"


def in_style(draw):
    """Make `draw` use the style of the notebooks, and leave matplotlib's own settings alone."""

    @functools.wraps(draw)
    def draw_in_style(*args):
        import matplotlib

        with matplotlib.rc_context(fname=STYLE if STYLE.exists() else None):
            draw(*args)

    return draw_in_style


def new_figure(width, height):
    """Return an empty figure, `width` x `height` inches, that needs no display."""
    from matplotlib.figure import Figure

    return Figure((width, height), dpi=100, layout="constrained")


def loss_curves(history):
    """Return {name: (colour, times, losses)} of the training and the validation loss.

    A point of the training curve is the mean over an epoch, or over a part of it where there are
    few epochs, and stands in its middle; one of the validation curve stands at the end.
    """
    losses = np.array(history.losses)
    per_epoch = max(1, 24 * history.steps_per_epoch // len(losses))
    n_points = math.ceil(len(losses) * per_epoch / history.steps_per_epoch)
    edges = np.linspace(0, len(losses), min(n_points, len(losses)) + 1).astype(int)
    means = np.add.reduceat(losses, edges[:-1]) / np.diff(edges)
    middles = (edges[:-1] + edges[1:]) / 2 / history.unit[1]
    curves = {"training": (BLUE, middles, means)}
    measured = [(r.epoch, r.val_loss) for r in history.epochs if r.val_loss is not None]
    if measured:
        curves["validation"] = (VERMILLION, *np.array(measured).T)
    return curves


def loss_figure(history, title):
    """Return a figure of the loss curves, its axes, and the lines by name."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    fig = new_figure(7.2, 4.2)
    ax = fig.subplots()
    lines = {}
    for name, (colour, times, losses) in loss_curves(history).items():
        (lines[name],) = ax.plot(times, losses, "o-", color=colour, markevery=[-1], label=name)
    ax.set(title=title, xlabel=history.unit[0], ylabel="loss (log scale)", yscale="log")
    ax.set_xlim(0, 1.02 * history.duration)
    ax.xaxis.set_major_locator(MaxNLocator(steps=(1, 2, 5, 10), integer=history.duration > 1))
    low, high = ax.get_ylim()
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 1000 * low else (1,)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())
    return fig, ax, lines


@in_style
def draw_loss(path, history, title):
    """Draw the loss curves, with the lowest validation loss marked."""
    fig, ax, lines = loss_figure(history, title)
    if "validation" in lines:
        best = min(history.epochs, key=lambda record: record.val_loss)
        label = f"lowest validation loss: {best.val_loss:.4f}, epoch {best.epoch}"
        ax.plot(best.epoch, best.val_loss, "o", ms=11, mfc="none", mec="black", label=label)
    ax.legend()
    fig.savefig(path)


@in_style
def draw_gif(path, history, title):
    """Draw how the loss curves grew, in as many frames for a few epochs as for many.

    Only the curves are drawn anew: matplotlib's own animations draw all of every frame, and take
    ten times as long.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    fig, ax, lines = loss_figure(history, title)
    ax.legend()
    curves = {name: line.get_data() for name, line in lines.items()}
    for line in lines.values():
        line.set_animated(True)  # left out of canvas.draw
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    background, frames = canvas.copy_from_bbox(fig.bbox), []
    for end in np.linspace(0, history.duration, FRAMES + 1)[1:]:
        canvas.restore_region(background)
        for name, (times, losses) in curves.items():
            shown = np.append(times[times < end], min(end, times[-1]))
            lines[name].set_data(shown, np.interp(shown, times, losses, left=np.nan))
            ax.draw_artist(lines[name])
        frames.append(Image.fromarray(np.array(canvas.buffer_rgba())).convert("RGB"))
    palette = frames[-1].quantize(64, Image.Quantize.FASTOCTREE)
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    pace = [FRAME_MS] * (FRAMES - 1) + [HOLD_MS]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=pace, loop=0)


@in_style
def draw_confusion_matrix(path, labels, predicted, what):
    """Draw how often each digit was read as each, in colours that show single mistakes."""
    from matplotlib.colors import SymLogNorm
    from sklearn.metrics import ConfusionMatrixDisplay

    fig = new_figure(7.2, 6.4)
    ax = fig.subplots()
    most = np.bincount(labels).max()
    display = ConfusionMatrixDisplay.from_predictions(
        labels,
        predicted,
        labels=range(10),
        ax=ax,
        cmap="Blues",
        colorbar=False,
        values_format="d",
        im_kw={"norm": SymLogNorm(linthresh=1, vmin=0, vmax=most)},
    )
    for count, text in zip(display.confusion_matrix.flat, display.text_.flat, strict=True):
        dark = display.im_.norm(count) > 0.6  # scikit-learn takes the colours to be linear
        text.set_color("white" if dark else "black" if count else "0.75")
    ticks = [0, *(10**k for k in range(9) if 10**k <= most)]
    bar = fig.colorbar(display.im_, ax=ax, label="images (log scale)", shrink=0.8)
    bar.set_ticks(ticks, labels=[f"{tick:,}" for tick in ticks])
    bar.minorticks_off()
    right = predicted == labels
    mistakes = f"{(~right).sum():,} mistakes in {len(labels):,} images"
    ax.set(xlabel="predicted label", ylabel="true label")
    ax.set_title(f"{what} accuracy {pct(right.mean())}: {mistakes}")
    ax.grid(False)
    fig.savefig(path)


@in_style
def draw_predictions(path, x, labels, probabilities):
    """Draw the mistakes that the network was most sure of."""
    predicted, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    mistakes = np.flatnonzero(predicted != labels)
    worst = mistakes[np.argsort(-sure[mistakes], kind="stable")][:24]
    rows = max(1, math.ceil(len(worst) / 6))
    fig = new_figure(9, 0.6 + 1.9 * rows)
    axes = fig.subplots(rows, 6, squeeze=False).ravel()
    for ax in axes:
        ax.axis("off")
    for ax, i in zip(axes, worst, strict=False):
        ax.imshow(x[i].reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
        certainty = pct(sure[i]) if sure[i] < 0.9999 else "over 99.99 %"
        title = f"true {labels[i]}, read as {predicted[i]}\n{certainty}"
        ax.set_title(title, fontsize=10, loc="center")
    which = "The most confident of" if len(mistakes) > len(worst) else "All"
    count = f"{which} {len(mistakes):,} mistakes" if len(mistakes) else "No mistake"
    fig.suptitle(f"{count} in {len(labels):,} test images")
    fig.savefig(path)
