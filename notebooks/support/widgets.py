"""Sliders above a picture, as the lessons use them."""

import io

import ipywidgets as widgets

from support.page import Page, answer_in_one_thread


class InteractiveFigure(widgets.VBox):
    """Sliders above a picture: every move calls `draw` with the sliders' values.

    `draw` takes a keyword for each control and returns a matplotlib `Figure` (made with
    `Figure()`, not with pyplot, which would show it a second time). Unlike `interact`, this puts
    the picture into an `Image` widget, so it does not flicker, and nbval has nothing to compare.
    What goes wrong in `draw` is shown below the picture.
    """

    def __init__(self, draw, **controls):
        self.draw, self.controls = draw, controls
        natural_size = {"align_self": "flex-start", "max_width": "100%"}  # else it is stretched
        self.picture = widgets.Image(format="png", layout=natural_size)
        self.message = widgets.HTML()
        for control in controls.values():
            control.style.description_width = "initial"  # as wide as its text
            control.observe(self.redraw, "value")
            if isinstance(control, widgets.SelectionSlider):
                control.add_class("nn-no-typing")  # what is typed beside it would be ignored
        super().__init__([*controls.values(), self.picture, self.message, Page()])
        self.add_class("interactive-figure").add_class("nn-widget")
        answer_in_one_thread(self)
        self.redraw()

    def redraw(self, change=None):
        """Draw with the present values of the controls."""
        try:
            figure = self.draw(**{name: control.value for name, control in self.controls.items()})
            png = io.BytesIO()
            figure.savefig(png, format="png")
            self.picture.value, self.message.value = png.getvalue(), ""
        except Exception as error:  # an exception in a callback would go unseen
            self.message.value = f"{type(error).__name__}: {error}"

    def __repr__(self):
        return f"InteractiveFigure({', '.join(self.controls)})"
