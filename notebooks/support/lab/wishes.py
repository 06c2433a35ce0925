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
            self.granted = settings
            if waits:
                (say or lab._say)(waits)
            elif say is None:
                self.show()
            lab.page.say(f"Settings: {said or 'as they were'}. {plain(waits)}".strip())

    def show(self):
        """Show what warns; else tell, for Presentation, what the next training will have.

        There few sliders are seen. It is told until a training has used them, or they are moved.
        """
        lab, run, ended = self.lab, self.lab.session.run, self.lab.comparing.ended
        new = changes(run.now, self.granted) if run and self.granted else ""
        told = message(f"For the next training: {new}.", "lab-remark lab-wished") if new else ""
        self.granted = self.granted if new else None
        text, css_class = lab.warned
        if ended and css_class != "lab-trouble":  # that counts more
            text = f"{ended} {text}".strip()
        lab.message.value = message(text, css_class) if text else told

    def use(self):
        """A run goes on: one that is through, with what the sliders say, but for its layers."""
        if self.lab.session.state == "finished":
            self.granted = None

    def follow(self):
        """A slider was moved: what was told of others is no longer true."""
        if self.granted and changes(self.granted, self.lab.controls.settings()):
            self.granted = None
            if "lab-wished" in self.lab.message.value:
                self.show()
