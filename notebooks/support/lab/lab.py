"""The interactive lab: a network that trains under the reader's hands, all its parts together."""

import functools
import html
import math
from pathlib import Path

import ipywidgets as widgets

from nn_core import train_validation_split

from ..page import Page
from .confusion import ConfusionMatrix
from .controls import Buttons, Controls
from .curve import legend, loss_svg
from .driver import answer_in_one_thread
from .inside import InsideView
from .pad import DrawingPad
from .session import Session
from .throttle import Throttle

STYLE = (Path(__file__).parent / "lab.css").read_text("utf-8")
DIVERGED = "<b>The training diverged.</b> "
OVERFLOWED = (
    "Each step went so far downhill that it landed higher up, on the other side of the valley, and "
    "the next one went further still."
)
RESTS = (
    "The first steps were so wide that the loss leapt up and most ReLUs fell silent: no gradient "
    "comes through them any more, and the loss rests where guessing is."
)
ADVICE = (
    " A smaller <b>learning rate</b> helps (try a tenth), and so does less <b>momentum</b>. Move "
    "the slider, and press Train: a network that was thrown so far rarely comes back."
)

LEAPT = "The loss has leapt up, and does not come down."
LEARNED_LITTLE = (
    "The loss leapt up on the way, and the network has learned little: many of its ReLUs may be "
    "silent for good. A smaller <b>learning rate</b> helps, or a larger <b>batch size</b>."
)

QUESTIONS = {  # of each section, with the answers, as measured on MNIST
    "train": (
        "what happens to the curve at batch size 1? And then at a tenth of the learning rate?",
        "At 0.1 it learns next to nothing: every step follows a single image, and a few wild ones "
        "silence most of the ReLUs. At 0.01 one epoch is enough for about 95 %, but it takes 64 "
        "times as many steps, and much longer. Small batches want small steps.",
    ),
    "matrix": (
        "look back to the start. Why are whole columns full?",
        "A network that has learned nothing has a few favourite answers, whatever it sees. A "
        "column holds all images that got the same answer. Training moves them onto the diagonal.",
    ),
    "pad": (
        "draw something that is no digit. How sure is the network?",
        "Often very sure. The ten probabilities must add up to 1, and there is no eleventh answer, "
        "&ldquo;none of these&rdquo;.",
    ),
    "inside": (
        "train with a learning rate that is too high. How many ReLUs stay silent?",
        "Nearly all of them. The first steps push them so far down that they are 0 for every "
        "image; then no gradient comes through, and they never wake up.",
    ),
}


class InteractiveLab(widgets.VBox):
    """Train a network on `data`, a `Dataset`, and look into it from all sides.

    `n_validation` training images are held back: the confusion matrix is measured on them, and
    the test set stays closed. `epochs` is what the slider begins with.
    """

    def __init__(self, data, n_validation=None, epochs=None):
        large = len(data.x_train) > 10_000
        n_validation = n_validation or (5000 if large else len(data.x_train) // 4)
        x, labels, x_val, labels_val = train_validation_split(
            data.x_train, data.labels_train, n_validation
        )
        self.controls = Controls(epochs or (5 if large else 30), 20 if large else 80)
        self.buttons = Buttons()
        self.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "auto", "height": "10px"})
        self.status, self.message = widgets.HTML(), widgets.HTML()
        self.curve, self.legend = widgets.HTML(), widgets.HTML()
        self.clear_button = widgets.Button(
            description="Clear earlier runs", layout={"width": "auto", "align_self": "flex-start"}
        )
        self.matrix = ConfusionMatrix(x_val, labels_val)
        self.session = Session(x, labels, x_val, labels_val, self.controls.settings())
        self.pad = DrawingPad(self.session.model, x_val, labels_val)
        self.inside = InsideView(x_val, labels_val)
        self.page = Page()
        # together at most 9 % of the time goes into drawing
        self.draw_curve = Throttle(self._draw_curve, interval=0.06, share=0.03)
        self.draw_matrix = Throttle(self._draw_matrix, interval=0.05, share=0.02)
        self.draw_views = Throttle(self._draw_views, interval=0.3, share=0.04)
        super().__init__(self._sections(data))
        self._name_classes()
        self._connect()
        answer_in_one_thread(self)
        self._follow_state()

    def __repr__(self):
        return "InteractiveLab(train, look back, look inside, draw)"

    # ----------------------------------------------------------------------------- its parts

    def _sections(self, data):
        """Return the widgets: two halves, side by side where there is room."""
        n, n_val = len(self.session.x), len(self.session.val[0])
        about = (
            f"{html.escape(data.name)}: a network of your own trains on {n:,} images, and is "
            f"measured on {n_val:,} others, the validation images. The test set stays closed."
        )
        left = widgets.VBox([self.controls]).add_class("lab-left")
        right = widgets.VBox(
            [
                self.buttons,
                self.bar,
                self.status,
                self.message,
                self.curve,
                self.legend,
                self.clear_button,
            ]
        ).add_class("lab-right")
        title = f'<h2 class="lab-title">Interactive lab</h2><p class="lab-note">{about}</p>'
        train = widgets.HBox([left, right]).add_class("lab-columns")
        learning = [heading("Train", "train"), train]
        learning += [heading("Which digit is taken for which", "matrix"), self.matrix]
        looking = [heading("Your own digit", "pad"), self.pad]
        looking += [heading("Look inside", "inside"), self.inside]
        halves = widgets.HBox([widgets.VBox(learning), widgets.VBox(looking)])
        halves.add_class("lab-halves")
        return [widgets.HTML(f"<style>{STYLE}</style>{title}"), halves, self.page]

    def _connect(self):
        """Have every control do its work."""
        session, settings = self.session, self.controls.settings
        session.on_change = self._on_change
        self.buttons.train.on_click(self._safely(lambda: session.train(settings())))
        self.buttons.pause.on_click(self._safely(self._pause_or_go_on))
        self.buttons.step.on_click(self._safely(lambda: session.step(settings())))
        self.buttons.stop.on_click(self._safely(session.stop))
        self.buttons.reset.on_click(self._safely(lambda: session.reset(settings())))
        self.clear_button.on_click(self._safely(session.clear))
        for name in ("learning_rate", "momentum", "weight_decay"):
            moved = functools.partial(self._change_rate, name)
            self.controls.sliders[name].observe(moved, "value")
        self.pad.on_correct(self._safely(self._tell_of_correction), before=session.correcting)

    def _safely(self, action):
        """Return a callback that does `action()`, and shows what goes wrong in it."""

        def callback(_event=None):
            try:
                action()
            except Exception as error:  # an exception in a callback would go unseen
                self._say(f"{type(error).__name__}: {html.escape(str(error))}", "lab-trouble")

        return callback

    # ------------------------------------------------------------------- what the reader does

    def _pause_or_go_on(self):
        if self.session.state == "running":
            self.session.pause()
        elif self.session.state == "paused":
            self.session.go_on()

    def _change_rate(self, name, change):
        # not a preset, nor its echo: the browser sends 0.9 back as 0.9000000000000001
        if self.controls.at_once and not math.isclose(change.old, change.new, rel_tol=1e-6):
            self._safely(lambda: self.session.change(**{name: change.new}))()

    def _tell_of_correction(self):
        """Add to the pad's note what the step did to the reading of all validation images."""
        first, before, after = self.session.corrected()
        text = f" Of all validation images, it read {before:.2%} rightly before, {after:.2%} after"
        text += f", and {first:.2%} before your first correction." if first != before else "."
        self.pad.note += text

    # ------------------------------------------------------------------- what the session does

    def _on_change(self, event):
        if event == "state":
            self.pad.forget_correction()
        if event in ("state", "correction"):
            self._follow_state()
        else:
            if event == "epoch":
                self.pad.before = []  # what has changed since is not the correction's doing
            self.draw_curve()
            self.draw_matrix()
            self.draw_views()

    def _follow_state(self):
        session, run = self.session, self.session.run
        self.buttons.follow(session.state)
        if session.state == "diverged":
            where = f" ({html.escape(str(session.error))}.)" if session.error else ""
            what = OVERFLOWED if session.error else RESTS
            self._say(DIVERGED + what + ADVICE + where, "lab-trouble")
        elif session.state == "failed":
            error = session.error
            self._say(f"{type(error).__name__}: {html.escape(str(error))}", "lab-trouble")
        elif run and session.state == "finished" and run.has_learned_little():
            self._say(LEARNED_LITTLE, "lab-trouble")
        else:
            self._say("")
        self.clear_button.disabled = len(session.runs) <= (1 if run else 0)
        self.draw_curve(now=True)
        self.draw_matrix(now=True)
        self.draw_views(now=True)

    def _draw_curve(self):
        session = self.session
        runs = session.runs
        self.curve.value, self.legend.value = loss_svg(runs), legend(runs)
        record = session.record
        self.bar.value = record.step / record.steps if record else 0
        self.status.value = self._status()
        if session.state == "running" and session.run.has_leapt():
            self._say(LEAPT, "lab-trouble")
        elif LEAPT in self.message.value:
            self._say("")

    def _status(self):
        """Return where the training is, in words."""
        session, record = self.session, self.session.record
        if record is None and session.state == "running":
            return "<b>running</b>"
        if record is None:
            return "An untrained network. Press <b>Train</b>, or <b>Step</b> for one mini-batch."
        words = f"<b>{session.state}</b> · epoch {record.epoch} of "
        words += f"{math.ceil(record.steps / session.run.steps_per_epoch)}"
        words += f" · step {record.step:,} of {record.steps:,} · loss {short(record.loss)}"
        left = session.time_left()
        if session.state in ("running", "paused") and left is not None:
            words += f" · {in_time(left)} left"
        return words

    def _draw_matrix(self):
        self.matrix.show(self.session.snapshots)

    def _draw_views(self):
        """Show the network as it is now in the views that look into it."""
        self.inside.show(self.session.model)
        self.pad.show(self.session.model)

    def _say(self, text, css_class="lab-remark"):
        self.message.value = f'<div class="{css_class}" role="status">{text}</div>' if text else ""

    def _name_classes(self):
        """Give every part a CSS class, so that style sheets and browser tests can find it."""
        self.add_class("interactive-lab").add_class("nn-widget")
        for name in ["bar", "status", "message", "curve", "legend", "clear_button"]:
            getattr(self, name).add_class(f"lab-{name.replace('_', '-')}")


def heading(text, key):
    """Return the title of a section, and below it a question of `QUESTIONS` with its answer."""
    question, answer = QUESTIONS[key]
    return widgets.HTML(
        f'<h3 class="lab-heading">{text}</h3><details class="lab-question">'
        f"<summary><b>Predict first:</b> {question}</summary>{answer}</details>"
    )


def short(loss):
    """Return a loss as "0.123", or as "7.19e+28" where it is beyond all bounds."""
    return f"{loss:.3f}" if loss < 1000 else f"{loss:.3g}"


def in_time(seconds):
    """Return a time as "2.5 s" or "1:20 min"."""
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    return f"{seconds // 60:.0f}:{int(seconds % 60):02} min"
