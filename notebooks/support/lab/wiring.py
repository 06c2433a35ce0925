"""Which control of the lab does what; what it does is in lab.py."""

import functools

from .moments import said_now
from .settings import LIVE
from .spoken import cleared, with_milestones


def connect(lab):
    """Have every control of an `InteractiveLab` do its work."""
    session, settings, buttons = lab.session, lab.controls.settings, lab.buttons
    session.on_change = with_milestones(lab._on_change, session, lab.page.say)

    def clear():
        before = len(session.runs)
        session.clear()
        lab._tell(cleared(before, len(session.runs)))

    def press(name, action):
        why = buttons.why(name)
        lab.page.say(why) if why else action()

    actions = {
        "train": lambda: session.train(settings()),
        "pause": lab._pause_or_go_on,
        "step": lab._step,
        "stop": session.stop,
        "reset": lambda: session.reset(settings()),
    }
    for name, action in actions.items():
        getattr(buttons, name).on_click(lab._safely(functools.partial(press, name, action)))
    buttons.speed.observe(lab._set_speed, "value")
    lab.clear_button.on_click(lab._safely(clear))
    lab.undo_button.on_click(lab._safely(lambda: lab._undo(1)))
    lab.undo_all_button.on_click(lab._safely(lambda: lab._undo(len(session.corrections))))
    for name in LIVE:
        lab.controls.sliders[name].observe(functools.partial(lab._change_rate, name), "value")
    for part in (lab.controls, lab.why, lab.glass, lab.exam):
        part.on_say = lab.page.say
    for slider in lab.controls.sliders.values():
        slider.observe(lambda _: lab._mark_waiting(), "value")
    lab.controls.on_wish = lab.wishes.grant
    lab.page.observe(lab._recall_exams, "kept")
    lab.matrix.observe(lab._look_back, "moment")
    lab.matrix.observe(lambda _: lab.draw_views.soon(), "moment")  # the matrix goes first
    lab.matrix.exact = lambda x: said_now(session, lab.matrix, x)
    lab.matrix.on_end = lab._safely(lambda: lab.comparing.ask(None))
    lab.matrix.on_image = lambda *image: lab._safely(lambda: lab.pad.load(*image))()
    lab.exam.on_image = lambda *image: lab._safely(lambda: lab.pad.load(*image, tested=True))()
    lab.pad.on_correct(lab._safely(lab._tell_of_correction), before=lab._begin_correction)
