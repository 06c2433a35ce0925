"""A whole set of settings at once: a preset, a line that was typed, those of a run."""

from .settings import changes
from .spoken import plain
from .texts import FOR_THE_NEXT, REFUSED, message


class Wishes:
    """Moves all sliders of an `InteractiveLab`, and says what the next training will have."""

    def __init__(self, lab):
        self.lab = lab
        self.granted = None  # the latest settings, as long as they are told of

    def grant(self, settings, say=None):
        """Move the sliders; not while a training runs, which would seem to obey.

        `say(text)` tells, beside a line that was typed, why not.
        """
        lab, state = self.lab, self.lab.session.state
        if state == "running":
            (say or lab._say)(REFUSED[state])
            return
        said = changes(lab.controls.settings(), settings)
        waits = FOR_THE_NEXT if state == "paused" else ""
        with lab.page.one_answer():
            lab.controls.set(settings)
            if waits:
                (say or lab._say)(waits)
            elif say is None and not lab.warned[0]:
                self.tell(settings)
            lab.page.say(f"Settings: {said or 'as they were'}. {plain(waits)}".strip())

    def tell(self, settings):
        """Tell, for Presentation, where few sliders are seen, what the next training will have."""
        run = self.lab.session.run
        new = changes(run.now, settings) if run else ""
        text = f"For the next training: {new}." if new else ""
        self.lab.message.value = message(text, "lab-remark lab-wished")
        self.granted = settings if new else None

    def follow(self):
        """A slider was moved: what was told of others is no longer true."""
        if self.granted and changes(self.granted, self.lab.controls.settings()):
            self.granted = None
            if "lab-wished" in self.lab.message.value:
                self.lab.message.value = message(*self.lab.warned)
