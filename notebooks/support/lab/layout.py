"""Where the parts of the lab stand: a grid, whose columns follow from the room that there is."""

import html
from pathlib import Path

import ipywidgets as widgets

from .texts import CLEAR, UNCLEAR, heading, in_epochs, up

STYLE = (Path(__file__).parent / "lab.css").read_text("utf-8")


def arrange(lab, data):
    """Return the button that unfolds what is rare, what it unfolds, and the rows of the lab."""
    lab.data_name = html.escape(data.name)
    lab.about.value = about(lab)
    style = widgets.HTML(f"<style>{STYLE}</style>")
    head = widgets.HBox([widgets.VBox([style, lab.about]), lab.presentation])
    top = widgets.VBox([widgets.HBox([lab.buttons, lab.status]), lab.bar]).add_class("lab-at-top")
    below = widgets.VBox([lab.message, lab.run_list, lab.clear_button])
    undo = widgets.HBox([lab.undo_button, lab.undo_all_button]).add_class("lab-undo-line")
    pad_and_why = widgets.VBox([lab.pad, lab.why, undo]).add_class("lab-pad-and-why")
    more = widgets.ToggleButton(description="Save, load, the last exam")
    rare = widgets.VBox([lab.files, title_of("The last exam", "exam"), lab.exam])
    way = widgets.HTML(up(more.description))
    more.layout.width, rare.layout.display = "auto", "none"
    more.observe(lambda _: setattr(rare.layout, "display", None if more.value else "none"), "value")
    matrix, pad = "Which digit is taken for which", "Your own digit"
    grid = {  # as the style sheet names them
        "settings": [lab.controls],
        "curve": [title_of("Train", "train"), lab.chart, below.add_class("lab-below")],
        "matrix": [title_of(matrix, "matrix"), lab.matrix],
        "pad": [title_of(pad, "pad"), pad_and_why],
        "inside": [title_of("Look inside", "inside"), lab.inside, lab.glass],
        "more": [widgets.HBox([more.add_class("lab-unfold"), way]), rare],
    }
    parts = [widgets.VBox(part).add_class(f"lab-at-{name}") for name, part in grid.items()]
    stage = widgets.VBox(parts).add_class("lab-stage")
    return more, rare, [head.add_class("lab-head"), top, stage, lab.page]


def about(lab):
    """Return the title, and what the network trains on."""
    n, n_val = len(lab.session.x), len(lab.session.val[0])
    closed = "has been opened" if lab.exam.lines else "stays closed"
    return (
        '<h2 class="lab-title">Interactive lab</h2><p class="lab-note">'
        f"{lab.data_name}: a network of your own trains on {n:,} images, and is measured on "
        f"{n_val:,} others, the validation images. The test set {closed}.</p>"
    )


def name_classes(lab):
    """Give every part a CSS class, so that style sheets and browser tests can find it."""
    lab.add_class("interactive-lab").add_class("nn-widget")
    names = ["bar", "status", "message", "clear_button", "undo_button", "undo_all_button"]
    for name in [*names, "more"]:
        getattr(lab, name).add_class(f"lab-{name.replace('_', '-')}")
    lab.undo_button.add_class("nn-often")
    lab.glass.add_class("lab-at-glass")
    for button in (lab.more, lab.controls.more, lab.why.ask, lab.glass.ask):
        button.add_class("nn-unfolds")


def title_of(text, key):
    """Return the title of a section, with its question."""
    return widgets.HTML(heading(text, key))


def show_progress(bar, run, under_way):
    """Fill the bar as far as the run is, and mark it at rest, where it would be a thick rule."""
    bar.value = run.step / run.steps if run and run.steps else 0
    bar.tooltip = in_epochs(run) if run and run.steps else ""  # which a screen reader hears
    (bar.remove_class if under_way else bar.add_class)("lab-rests")


def show_clear(button, session):
    """Show what clears the earlier runs where there are some, and what takes that back."""
    undoes = session.cleared and not session.earlier()
    button.description = UNCLEAR if undoes else CLEAR
    button.layout.visibility = "visible" if session.cleared or session.earlier() else "hidden"


def show_undo(one, all_of_them, count):
    """Show these two buttons where there are corrections; there is room for them in any case."""
    one.layout.visibility = all_of_them.layout.visibility = "visible" if count else "hidden"
    all_of_them.description = f"Undo all {count}" if count > 1 else "Undo all"
