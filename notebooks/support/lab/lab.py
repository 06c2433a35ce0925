"""The interactive lab: a network that trains under the reader's hands, all its parts together."""

import functools
import math

import ipywidgets as widgets

from ..page import Page, answer_in_one_thread
from .buttons import Buttons
from .chart import Chart
from .closing import MADE, close_parts, close_unseen
from .comparing import Comparing
from .confusion import ConfusionMatrix
from .controls import Controls
from .drawing import EACH
from .exam import Exam, candidate
from .files import Files, contents, shortened
from .glass import Glass
from .inside import InsideView
from .layout import about, arrange, name_classes, show_clear, show_progress, show_undo
from .moments import as_it_was, looked_back
from .pad import DrawingPad
from .presentation import Presentation
from .runs import RunList
from .session import UNDER_WAY, Session
from .shelf import MANY_PINNED, is_drawn, is_promised, may_pin
from .split import hold_back
from .spoken import brought_back, plain, spoken, taken_back
from .texts import KEPT, REFUSED, message, price, status, trouble, warning
from .throttle import Throttle
from .why import Why
from .wiring import connect
from .wishes import Wishes


class InteractiveLab(widgets.VBox):
    """Train a network on `data`, a `Dataset`, and look into it from all sides.

    `n_validation` training images are held back: the confusion matrix is measured on them, and
    the test set stays closed. `epochs` is what the slider begins with.
    """

    def __init__(self, data, n_validation=None, epochs=None):
        close_unseen()
        large = len(data.x_train) > 10_000
        x, labels, x_val, labels_val = hold_back(data, n_validation)
        self.controls = Controls(epochs or (5 if large else 30), 20 if large else 80)
        self.buttons = Buttons()
        self.bar = widgets.FloatProgress(min=0, max=1, layout={"width": "auto", "height": "8px"})
        self.about, self.status, self.message = (widgets.HTML() for _ in range(3))
        self.chart, self.run_list = Chart(), RunList(self._act_on_run)
        self.clear_button, self.undo_button, self.undo_all_button = (
            widgets.Button(description=text, layout={"width": "auto"})
            for text in ("Clear earlier runs", "Undo correction", "Undo all")
        )
        self.matrix = ConfusionMatrix(x_val, labels_val)
        self.session = Session(x, labels, x_val, labels_val, self.controls.settings())
        self.pad = DrawingPad(self.session.model, x_val, labels_val)
        self.why = Why(self.pad)
        self.inside, self.glass = InsideView(x_val, labels_val), Glass(self.session, self.buttons)
        self.presentation, self.warned = Presentation(), None
        self.wishes, self.comparing = Wishes(self), Comparing(self)
        self.files = Files(lambda name: contents(self.session, name), self._load)
        self.page = Page("lab")
        present = functools.partial(candidate, self.session)
        self.exam = Exam(data.x_test, data.labels_test, present, self._tell_of_exam)
        self.exam.on_lead, self.exam.state = self.page.lead, lambda: self.session.state
        # together at most 9 % of the time goes into drawing
        self.draw_curve = Throttle(self._draw_curve, interval=0.06, share=0.03)
        self.draw_matrix = Throttle(self._draw_matrix, interval=0.05, share=0.02)
        self.draw_views = Throttle(self._draw_views, interval=0.3, share=0.04)
        self.more, self.rare, rows = arrange(self, data)
        super().__init__(rows)
        name_classes(self)
        connect(self)
        answer_in_one_thread(self)
        self._follow_state()
        MADE.add(self)

    def __repr__(self):
        return "InteractiveLab(train, look back, look inside, draw)"

    def close(self):
        """End the training, and give all memory back."""
        if hasattr(self, "session"):
            self.session.close()
        MADE.discard(self)
        close_parts(self)
        super().close()

    def _safely(self, action):
        """Return a callback that does `action()`, and shows what goes wrong in it."""

        def callback(_event=None):
            try:
                with self.page.one_answer():
                    action()
            except Exception as error:  # an exception in a callback would go unseen
                self._say(trouble(error), "lab-trouble")

        return callback

    # ------------------------------------------------------------------- what the reader does

    def _pause_or_go_on(self):
        if self.session.state == "running":
            self.session.pause()
        else:
            self.matrix.moment = -1  # what it does from here on is to be seen
            self.session.go_on(self.controls.settings())

    def _step(self):
        self.matrix.moment = -1
        self.session.step(self.controls.settings())

    def _set_speed(self, change):
        self.session.clock.tick(self.session.run)  # the time until now was spent at the old speed
        self.session.driver.speed = change.new
        self._choose_axis()
        self.draw_curve(now=True)

    def _choose_axis(self):
        """In slow motion draw the steps so far; a run that has ended keeps its drawing.

        So are the first steps of a run that waits, at any speed: whoever takes them wants to see.
        """
        session, run = self.session, self.session.run
        if session.state in UNDER_WAY:
            begins = session.state == "paused" and not run.origin and run.step <= EACH
            self.chart.slow_down(session.driver.speed > 0, begins)

    def _change_rate(self, name, change):
        # not a preset, nor its echo: the browser sends 0.9 back as 0.9000000000000001, and what
        # lies between two places of a slider a little moved; from place to place is 0.23 %
        if self.controls.at_once and not math.isclose(change.old, change.new, rel_tol=1.5e-3):
            self._safely(lambda: self.session.change(**{name: change.new}))()

    def _mark_waiting(self):
        self.wishes.follow()
        self.controls.mark_waiting(self.session.run)

    def _act_on_run(self, action, run):
        if action == "use":
            self.wishes.grant(run.settings)
        elif action == "pin":
            self._pin(run)
        elif action == "compare":
            self.comparing.ask(run)
        elif self.session.state == "running":
            self._say(REFUSED)
        elif action == "back":
            self._safely(lambda: self._bring_back(run))()

    def _bring_back(self, run):
        """Make this run's network the present one; the sliders say what it would go on with."""
        self.matrix.moment = -1  # the newest of that run is shown
        kept = self._kept()
        self.session.bring_back(run)
        moved = not run.origin and self.wishes.go_back(run)
        said = brought_back(self.session, self.warned[0], moved)
        self._tell(f"{said} {kept}".strip())

    def _pin(self, run):
        """Keep this run, whatever comes, or no longer."""
        if may_pin(run, self.session.runs):
            run.pinned = not run.pinned
            self.page.say(f"Run {run.number + 1} is {'pinned' if run.pinned else 'not pinned'}.")
            self._show_runs()
        else:
            self._say(MANY_PINNED)

    def _load(self, model, name):
        if self.session.state == "running":
            raise ValueError("A training is running: press Pause or Stop first, then load.")
        kept = self._kept()
        model = model.astype(self.session.x.dtype)  # images and weights of one kind
        origin = f"loaded from {shortened(name)}"
        self.session.adopt(model, self.controls.settings(), origin, name)
        return kept

    def _kept(self):
        """Return that the network of a run that waits is kept when another takes its place."""
        run = self.session.run if self.session.state == "paused" else None
        return plain(KEPT.format(run.number + 1)) if run and is_promised(run) else ""

    def _tell_of_exam(self, result):
        self.page.kept, self.page.precious = self.exam.lines, True
        self.page.say(result)

    def _recall_exams(self, _change):
        self.exam.recall(self.page.kept)
        self.about.value = about(self)

    def _undo(self, count):
        self.pad.forget_correction()  # before the pad reads the drawing again
        self.session.corrections.undo(count)
        self.pad.note, said = taken_back(count, self.session, self.warned[0])
        self.page.say(said)

    def _begin_correction(self):
        self.looked_back, self.matrix.moment = self.matrix.moment >= 0, -1  # the newest learns
        self.session.corrections.begin()

    def _tell_of_correction(self):
        """Add to the pad's note what the step did to the reading of all validation images."""
        self.pad.note += price(*self.session.corrections.end(), self.looked_back)

    # ------------------------------------------------------------------- what the session does

    def _on_change(self, event):
        if event == "state":
            self.pad.forget_correction()
            self.pad.forget_wrong_photograph()
            self.comparing.follow()
        if event in ("state", "correction"):
            self._follow_state(aloud=event == "state")  # a correction is told beside the pad
        elif event == "runs":
            self.draw_matrix(now=True)
        else:
            if event == "moment":
                self.pad.before = []  # what has changed since is not the correction's doing
            if self.undo_button.layout.visibility == "visible" and not self.session.corrections:
                self._follow_corrections()
            if self.page.keeps_up():
                speed = self.session.driver.speed  # no step of slow motion is left out
                drawn = self.draw_curve(now=speed > 0), self.draw_matrix()
                if any([*drawn, self.draw_views(now=0 < speed < 10)]):
                    self.page.was_sent_more()
            if self.page.is_gone():
                self.session.pause("left")

    def _follow_state(self, aloud=True):
        session, warned = self.session, self.warned
        self.buttons.follow(session.state)
        self.page.watched = session.state == "running"
        if session.state in UNDER_WAY and self.page.heard:  # the reader's own training
            self.page.precious = True
        self.warned = warning(session)
        self.wishes.show()
        if aloud or self.warned != warned:
            self._tell(spoken(session, self.warned[0]))
        self._follow_corrections()
        self._mark_waiting()
        self.exam.follow()
        self.files.forget()
        self._choose_axis()
        self.draw_curve(now=True)
        self.draw_matrix(now=True)
        self.draw_views(now=True)

    def _follow_corrections(self):
        show_undo(self.undo_button, self.undo_all_button, len(self.session.corrections))

    def _draw_curve(self):
        session, run, other = self.session, self.session.run, self.comparing.other
        shown = [r for r in session.runs if is_drawn(r, r in (run, other))]
        pair = [r for r in shown if r in (run, other)]
        how = session.state in UNDER_WAY, session.latest.fresh
        self.chart.show(pair if other else shown, run, *how)
        self._show_status()
        if session.state == "running" and warning(session) != self.warned:
            self.warned = warning(session)  # what else was said meanwhile stays
            self.wishes.show()
            self.page.say(spoken(session, self.warned[0]))

    def _show_status(self):
        show_progress(self.bar, self.session.run, self.session.state in UNDER_WAY)
        self.status.value = status(self.session)

    def _show_runs(self):
        session, other = self.session, self.comparing.other
        self.run_list.show(session.runs, session.run, session.state, other, session.gone)
        show_clear(self.clear_button, session)

    def _draw_matrix(self):
        """Show what the network last said: matrix, row and status are of one moment."""
        self.matrix.show(self.session.snapshots)
        self._look_back()
        self._show_runs()
        self._show_status()

    def _look_back(self, _change=None):
        self.chart.look_back(looked_back(self.session.moments, self.matrix.moment))

    def _draw_views(self):
        """Show the network as it is now, or was at the moment that the reader looks back to."""
        session, kept = self.session, looked_back(self.session.moments, self.matrix.moment)
        model, when = as_it_was(session.model, session.start, kept)
        when = when or "newest" * bool(kept)
        self.pad.show(session.model, model, when)
        self.inside.show(model, session.start["W1"], when, bool(session.run and session.run.loaded))
        self.glass.show()

    def _tell(self, text):
        """Have a screen reader say this, and first that a comparison has ended, if it has."""
        self.page.say(f"{self.comparing.ended} {text}".strip())

    def _say(self, text, css_class="lab-remark"):
        self.message.value = message(text, css_class)
        self.page.say(plain(text))
