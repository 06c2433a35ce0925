"""A whole set of settings at once: a preset, a line that was typed, those of a run."""

from .settings import changes
from .spoken import plain
from .texts import FOR_THE_NEXT, MEANWHILE, message


class Wishes:
    """Moves all sliders of an `InteractiveLab`, and says what the next training will have."""

    def __init__(self, lab):
        self.lab = lab

    def grant(self, settings, say=None):
        """Move the sliders, for the next training: one that is under way, or waits, keeps its own.

        `say(text)` tells that beside a line that was typed.
        """
        lab = self.lab
        said = changes(lab.controls.settings(), settings)
        waits = {"paused": FOR_THE_NEXT, "running": MEANWHILE}.get(lab.session.state, "")
        with lab.page.one_answer():
            lab.controls.set(settings)
            if waits:
                (say or lab._say)(waits)
            else:
                self.show()
            lab.page.say(f"Settings: {said or 'as they were'}. {plain(waits)}".strip())

    def go_back(self, run):
        """Move the sliders to what this run would go on with; return whether that is news."""
        lab = self.lab
        moved = lab.controls.settings() != run.now
        lab.controls.set(run.now)
        self.follow()
        if moved and not lab.message.value:
            text = f"The sliders show the settings of run {run.number + 1}."
            lab.message.value = message(text, "lab-remark lab-wished")
        return moved

    def show(self):
        """Show what warns; else tell, for Presentation, what the next training will have.

        There few sliders are seen. Whoever has moved them: it is told until a training uses them.
        """
        lab, run, ended = self.lab, self.lab.session.run, self.lab.comparing.ended
        new = changes(run.now, lab.controls.settings()) if run else ""
        told = message(f"For the next training: {new}.", "lab-remark lab-wished") if new else ""
        text, css_class = lab.warned
        if ended and css_class != "lab-trouble":  # that counts more
            text = f"{ended} {text}".strip()
        lab.message.value = message(text, css_class) if text else told

    def follow(self):
        """A slider was moved: tell what waits now, where nothing else is said."""
        said = self.lab.message.value
        if self.lab.controls.at_once and (not said or "lab-wished" in said):
            self.show()
