"""The sliders, the presets and the buttons of the lab."""

import ipywidgets as widgets

from .settings import Settings

WIDTHS = [2, 4, 8, 16, 32, 64, 128, 256]
SLIDER = {"layout": {"width": "320px"}, "style": {"description_width": "96px"}}


class Controls(widgets.VBox):
    """All settings as sliders; `epochs` is how many the lab begins with, `best` for its best.

    `settings()` reads them, `set(settings)` moves them.
    """

    def __init__(self, epochs, best_epochs):
        self.presets = {
            "default settings": Settings(epochs=epochs),
            # 5.01, which the logarithmic slider can show
            "learning rate too high": Settings(learning_rate=10**0.7, epochs=epochs),
            "tiny network": Settings(hidden=(4,), epochs=epochs),
            "the best we know": Settings(
                learning_rate=0.1,
                momentum=0.9,
                falling=True,
                batch_size=128,
                distortion=1.0,
                epochs=best_epochs,
            ),
        }
        self.sliders = {
            "learning_rate": widgets.FloatLogSlider(min=-3, max=1, step=0.1, readout_format=".3g"),
            "momentum": widgets.FloatSlider(min=0, max=0.99, step=0.01),
            "weight_decay": widgets.SelectionSlider(
                options=[(f"{value:g}", value) for value in (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)]
            ),
            "falling": widgets.Checkbox(description="learning rate falls to 0 by the end"),
            "batch_size": widgets.SelectionSlider(options=[2**power for power in range(11)]),
            "layers": widgets.IntSlider(min=0, max=3),
            "hidden_1": widgets.SelectionSlider(options=WIDTHS),
            "hidden_2": widgets.SelectionSlider(options=WIDTHS),
            "hidden_3": widgets.SelectionSlider(options=WIDTHS, value=32),
            "epochs": widgets.IntSlider(min=1, max=100),
            "distortion": widgets.FloatSlider(min=0, max=2, step=0.1),
            "seed": widgets.IntSlider(min=0, max=99),
        }
        for name, slider in self.sliders.items():
            slider.add_class(f"lab-{name.replace('_', '-')}")
            if name != "falling":
                slider.description = name.replace("_", " ")
                slider.style.description_width = SLIDER["style"]["description_width"]
                slider.layout.width = SLIDER["layout"]["width"]
        self.sliders["layers"].description = "hidden layers"
        self.sliders["falling"].indent = False
        self.preset_buttons = [self._preset_button(name) for name in self.presets]
        self.sliders["layers"].observe(self._show_widths, "value")
        at_once, at_train = list(self.sliders)[:3], list(self.sliders)[3:]
        first = [
            caption("Start from (at the next Train)"),
            widgets.HBox(self.preset_buttons).add_class("lab-presets"),
            caption("Acts at once, also while training"),
            *(self.sliders[name] for name in at_once),
        ]
        second = [
            caption("Acts at the next Train"),
            *(self.sliders[name] for name in at_train),
        ]
        super().__init__([widgets.VBox(first), widgets.VBox(second)])
        self.add_class("lab-controls")
        self.at_once = True  # does what the sliders say act on a run under way?
        self.set(self.presets["default settings"])

    def settings(self):
        """Return what the sliders say."""
        values = {name: slider.value for name, slider in self.sliders.items()}
        layers = values.pop("layers")
        widths = [values.pop(f"hidden_{i}") for i in (1, 2, 3)]
        return Settings(hidden=tuple(widths[:layers]), **values)

    def set(self, settings):
        """Move the sliders to these settings, for the next run: one under way is left alone."""
        self.at_once = False
        values = dict(vars(settings))
        hidden = values.pop("hidden")
        values["layers"] = len(hidden)
        values |= {f"hidden_{i}": width for i, width in enumerate(hidden, 1)}
        for name, value in values.items():
            self.sliders[name].value = value
        self.at_once = True
        self._show_widths()

    def _preset_button(self, name):
        button = widgets.Button(description=name, layout={"width": "auto"})
        button.add_class("lab-preset")
        button.on_click(lambda _: self.set(self.presets[name]))
        return button

    def _show_widths(self, _change=None):
        """Show a slider for the width of each hidden layer that there is."""
        for i in (1, 2, 3):
            shown = i <= self.sliders["layers"].value
            self.sliders[f"hidden_{i}"].layout.display = None if shown else "none"


def caption(text):
    """Return the title of a group of sliders."""
    return widgets.HTML(f'<div class="lab-caption">{text}</div>')


class Buttons(widgets.HBox):
    """Train, Pause, Step, Stop and Reset: which of them can be pressed follows from the state."""

    def __init__(self):
        names = {"train": "▶ Train", "pause": "❚❚ Pause", "step": "Step", "stop": "■ Stop"}
        names["reset"] = "Reset"
        tooltips = {
            "train": "Begin a new network, with these settings",
            "pause": "Wait, or go on",
            "step": "One mini-batch only, from an untrained or a paused network",
            "stop": "End this training; the network stays as it is",
            "reset": "An untrained network",
        }
        for name, text in names.items():
            button = widgets.Button(
                description=text, tooltip=tooltips[name], layout={"width": "auto"}
            )
            button.add_class(f"lab-button-{name}")
            setattr(self, name, button)
        self.train.button_style = "primary"
        super().__init__([getattr(self, name) for name in names])
        self.add_class("lab-buttons")

    def follow(self, state):
        """Enable what makes sense in this state of a `Session`."""
        self.train.disabled = state == "running"
        self.step.disabled = state not in ("ready", "paused")  # it would begin a new network
        self.pause.disabled = state not in ("running", "paused")
        self.pause.description = "▶ Go on" if state == "paused" else "❚❚ Pause"
        self.stop.disabled = state not in ("running", "paused")
