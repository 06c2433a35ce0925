"""The widget of lesson 05: sliders that retrain the network."""

import io

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from nn_core import MLP, SGD, evaluate, fit
from support.figures.lesson_05 import smooth
from support.page import Page

MOST_CURVES = 7  # as many as the figures of this project have colours
GUESSING = np.log(10)  # the loss of a network that gives each digit the same probability
LINE_STYLES = ["-", "--", "-.", ":"]


class TrainingPlayground(widgets.VBox):
    """Sliders for the settings of a training; every run's loss curve is laid over earlier ones.

    `x` (N, n_in) and `labels` (N,) are trained on for `epochs` epochs at every click of Train, and
    `val`, a pair of such arrays, gives the accuracy in the legend. A run that diverges ends in a
    cross and is called so: its loss overflows, or leaps up and ends no better than guessing.
    Whatever else goes wrong is shown below the picture.
    """

    def __init__(self, x, labels, val, epochs=5):
        self.x, self.labels, self.val, self.epochs = x, labels, val, epochs
        self.runs, self.number = [], -1
        widths = [4, 8, 16, 32, 64, 128, 256]
        self.learning_rate = widgets.FloatLogSlider(
            0.1, min=-3, max=1, step=0.25, description="learning rate", readout_format=".3g"
        )
        self.batch_size = widgets.SelectionSlider(
            options=[8, 16, 32, 64, 128, 256, 512], value=64, description="batch size"
        )
        self.hidden_1 = widgets.SelectionSlider(options=widths, value=128, description="hidden 1")
        self.hidden_2 = widgets.SelectionSlider(options=widths, value=64, description="hidden 2")
        self.train_button = widgets.Button(description="Train", button_style="primary")
        self.clear_button = widgets.Button(description="Clear")
        natural_size = {"align_self": "flex-start", "max_width": "100%"}  # else it is stretched
        self.picture = widgets.Image(format="png", layout=natural_size)
        self.message = widgets.HTML()
        sliders = [self.learning_rate, self.batch_size, self.hidden_1, self.hidden_2]
        buttons = widgets.HBox([self.train_button, self.clear_button])
        for slider in sliders:
            slider.style.description_width = "90px"
        super().__init__([*sliders, buttons, self.picture, self.message, Page()])
        self.train_button.on_click(self.train)
        self.clear_button.on_click(self.clear)
        self._name_classes()
        self._redraw()

    def __repr__(self):
        return "TrainingPlayground(learning_rate, batch_size, hidden_1, hidden_2)"

    def train(self, _button=None):
        """Train a new network with the sliders' settings and add its curve to the picture."""
        self.train_button.disabled, self.message.value = True, "training ..."
        try:
            self.runs = [*self.runs, self._run()][-MOST_CURVES:]
            self._redraw()
            self.message.value = self.runs[-1]["label"]
        except Exception as error:  # an exception in a callback would go unseen
            self.message.value = f"{type(error).__name__}: {error}"
        finally:
            self.train_button.disabled = False

    def clear(self, _button=None):
        """Forget all runs."""
        self.runs, self.message.value = [], ""
        self._redraw()

    def figure(self):
        """Return a matplotlib `Figure` of all runs, the picture of the widget."""
        figure = Figure(figsize=(7.2, 3.6 + 0.2 * len(self.runs)), layout="constrained")
        axes = figure.subplots()
        for run in self.runs:
            i = run["number"] % MOST_CURVES  # so that a curve keeps its colour
            steps, means = smooth(run["losses"])
            epochs = steps / run["steps_per_epoch"]
            line = LINE_STYLES[i % len(LINE_STYLES)]
            axes.plot(epochs, np.minimum(means, 3), line, color=f"C{i}", label=run["label"])
            if run["diverged"]:
                end = (epochs[-1], min(means[-1], 3))
                axes.plot(*end, "x", color=f"C{i}", markersize=11, mew=3, clip_on=False)
        axes.axhline(GUESSING, color="0.4", linewidth=1, linestyle=":", label="guessing: ln 10")
        axes.set(xlabel="epoch", ylabel="training loss (cut at 3)", ylim=(0, 3))
        axes.set_xlim(0, self.epochs)
        figure.legend(loc="outside lower left", fontsize=9)
        if not self.runs:
            axes.set_title("Choose the settings, then press Train")
        return figure

    def _run(self):
        """Train one network; return its losses, its label, and whether it diverged."""
        rate, batch_size = self.learning_rate.value, self.batch_size.value
        hidden = (self.hidden_1.value, self.hidden_2.value)
        model, losses = MLP((self.x.shape[1], *hidden, int(self.labels.max()) + 1)), []
        training = fit(
            model, self.x, self.labels, SGD(rate), epochs=self.epochs, batch_size=batch_size
        )
        try:
            for record in training:
                losses.append(record.loss)
            with np.errstate(over="ignore", invalid="ignore"):
                val_loss, accuracy = evaluate(model, *self.val)
            leapt = max(losses) > 2 * GUESSING and smooth(losses)[1][-1] > 0.9 * GUESSING
            diverged = leapt or not np.isfinite(val_loss)
            ending = f"{accuracy:.1%} right"
        except FloatingPointError:
            diverged, ending = True, f"stopped at step {len(losses) + 1}"
        self.number += 1
        return {
            "number": self.number,
            "label": f"rate {rate:.3g}, batch {batch_size}, hidden {hidden[0]}-{hidden[1]}: "
            + ("diverged, " if diverged else "")
            + ending,
            "losses": losses,
            "steps_per_epoch": -(-len(self.x) // batch_size),
            "diverged": diverged,
        }

    def _redraw(self):
        png = io.BytesIO()
        self.figure().savefig(png, format="png")
        self.picture.value = png.getvalue()

    def _name_classes(self):
        """Give every part a CSS class, so that style sheets and browser tests can find it."""
        self.add_class("training-playground").add_class("nn-widget")
        for name in ["learning_rate", "batch_size", "hidden_1", "hidden_2", "train_button"]:
            getattr(self, name).add_class(name.replace("_", "-"))
        for name in ["clear_button", "picture", "message"]:
            getattr(self, name).add_class(f"playground-{name}".replace("_", "-"))
