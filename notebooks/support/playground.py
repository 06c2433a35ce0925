"""The widget of lesson 05: sliders that retrain the network."""

import asyncio
import io

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from nn_core import MLP, SGD, evaluate, fit
from support.figures.lesson_05 import smooth
from support.lab.driver import Driver
from support.page import Page, answer_in_one_thread

MOST_CURVES = 7  # as many as the figures of this project have colours
GUESSING = np.log(10)  # the loss of a network that gives each digit the same probability
LINE_STYLES = ["-", "--", "-.", ":"]
INTERRUPTED = "The training was interrupted: its curve is not drawn. Press Train to begin again."


class TrainingPlayground(widgets.VBox):
    """Sliders for the settings of a training; every run's loss curve is laid over earlier ones.

    `x` (N, n_in) and `labels` (N,) are trained on for `epochs` epochs at every click of Train, and
    `val`, a pair of such arrays, gives the accuracy in the legend. A run that diverges ends in a
    cross and is called so: its loss overflows, or leaps up and ends no better than guessing.
    Whatever else goes wrong is shown below the picture. A click trains in turns with the page, so
    that a second one is noticed, and ignored; `train()` in a cell trains at once.
    """

    def __init__(self, x, labels, val, epochs=5):
        self.x, self.labels, self.val, self.epochs = x, labels, val, epochs
        self.runs, self.number = [], -1
        self.learning_rate = widgets.FloatLogSlider(
            0.1, min=-3, max=1, step=0.001, description="learning rate", readout_format=".3g"
        )
        # so fine that what is typed beside them is obeyed
        powers = {"base": 2, "step": 0.001, "readout_format": ".0f"}
        self.batch_size = widgets.FloatLogSlider(
            64, min=3, max=9, description="batch size", **powers
        )
        self.hidden_1, self.hidden_2 = (
            widgets.FloatLogSlider(width, min=2, max=8, description=f"hidden {i}", **powers)
            for i, width in ((1, 128), (2, 64))
        )
        self.train_button = widgets.Button(description="Train", button_style="primary")
        self.clear_button = widgets.Button(description="Clear")
        natural_size = {"align_self": "flex-start", "max_width": "100%"}  # else it is stretched
        self.picture = widgets.Image(format="png", layout=natural_size)
        self.message = widgets.HTML()
        sliders = [self.learning_rate, self.batch_size, self.hidden_1, self.hidden_2]
        for slider in sliders:  # what an arrow key does
            slider.add_class("nn-tenths" if slider is self.learning_rate else "nn-doubles")
        buttons = widgets.HBox([self.train_button, self.clear_button])
        for slider in sliders:
            slider.style.description_width = "90px"
        super().__init__([*sliders, buttons, self.picture, self.message, Page()])
        self.driver, self.busy = Driver(self._take, self._end), False
        self.train_button.on_click(self._on_click)
        self.clear_button.on_click(self.clear)
        self._name_classes()
        answer_in_one_thread(self)
        self._redraw()

    def __repr__(self):
        return "TrainingPlayground(learning_rate, batch_size, hidden_1, hidden_2)"

    def train(self, _button=None):
        """Train a new network with the sliders' settings and add its curve to the picture."""
        if self.begin():
            try:
                for record in self.driver.records:
                    self._take(record)
                self._end(None)
            except KeyboardInterrupt:  # the reader pressed ■
                self._rest(INTERRUPTED)
                raise
            except Exception as error:  # an exception in a callback would go unseen
                self._end(error)

    def begin(self):
        """Make everything for a new run; False if one is under way, so that two clicks are one."""
        if self.busy:
            return False
        rate, batch_size = self.learning_rate.value, round(self.batch_size.value)
        hidden = (round(self.hidden_1.value), round(self.hidden_2.value))
        self.model = MLP((self.x.shape[1], *hidden, int(self.labels.max()) + 1))
        self.losses, self.steps_per_epoch = [], -(-len(self.x) // batch_size)
        self.label = f"rate {rate:.3g}, batch {batch_size}, hidden {hidden[0]}-{hidden[1]}: "
        self.driver.records = fit(
            self.model, self.x, self.labels, SGD(rate), epochs=self.epochs, batch_size=batch_size
        )
        self.busy, self.message.value = True, "training ..."
        self.train_button.add_class("nn-off")
        return True

    def clear(self, _button=None):
        """Forget all runs."""
        self.runs = []
        if not self.busy:
            self.message.value = ""
        self._redraw()

    def _on_click(self, _button):
        """Train in turns with whatever else the page asks for, where there is an event loop."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            self.train()
            return
        if self.begin():
            self.driver.start()
            self.driver.task.add_done_callback(self._interrupted)

    def _interrupted(self, task):
        """The task has ended; if the training has not, a cell was interrupted."""
        if self.busy and task is self.driver.task:
            self.driver.pause()
            self._rest(INTERRUPTED)

    def _take(self, record):
        self.losses.append(record.loss)

    def _end(self, error):
        """Add the run that is through to the picture, or say what went wrong."""
        try:
            if error is not None and not isinstance(error, FloatingPointError):
                raise error
            self.runs = [*self.runs, self._run(error)][-MOST_CURVES:]
            self._redraw()
            self._rest(self.runs[-1]["label"])
        except Exception as trouble:  # an exception in a callback would go unseen
            self._rest(f"{type(trouble).__name__}: {trouble}")

    def _rest(self, message):
        self.busy, self.message.value = False, message
        self.train_button.remove_class("nn-off")

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

    def _run(self, error):
        """Return what is drawn of the run: its losses, its label, and whether it diverged."""
        diverged, ending = True, f"stopped at step {len(self.losses) + 1}"
        if error is None:
            with np.errstate(over="ignore", invalid="ignore"):
                val_loss, accuracy = evaluate(self.model, *self.val)
            end = smooth(self.losses)[1][-1]
            leapt = max(self.losses) > 2 * GUESSING and end > 0.9 * GUESSING
            diverged, ending = leapt or not np.isfinite(val_loss), f"{accuracy:.1%} right"
        self.number += 1
        return {
            "number": self.number,
            "label": self.label + ("diverged, " if diverged else "") + ending,
            "losses": self.losses,
            "steps_per_epoch": self.steps_per_epoch,
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
