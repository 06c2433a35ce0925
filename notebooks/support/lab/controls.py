"""The sliders and the presets of the lab."""

import html

import ipywidgets as widgets

from .settings import LIVE, Settings, from_line, say, to_line
from .spoken import plain
from .texts import up

MORE = ["momentum", "weight_decay", "falling", "distortion", "dropout", "seed"]
DECAYS = [(f"{value:g}", value) for value in (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)]


class Controls(widgets.VBox):
    """All settings as sliders; `epochs` is how many the lab begins with, `best` for its best.

    `settings()` reads them, `set(settings)` moves them. `on_wish(settings)` is called when the
    reader chooses a preset or pastes a line, and moves the sliders; of a line it gets, too, how to
    say beside it whom that concerns.
    """

    def __init__(self, epochs, best_epochs):
        self.presets = {
            "default settings": Settings(epochs=epochs),
            "learning rate too high": Settings(learning_rate=5.0, epochs=epochs),
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
        self.on_wish = lambda settings, say=None: self.set(settings)
        self.on_say = lambda text: None  # has a screen reader say it
        self.sliders = make_sliders()
        self.preset_buttons = [self._preset_button(name) for name in self.presets]
        self.more = widgets.ToggleButton(description="More settings", layout={"width": "auto"})
        self.more.add_class("lab-more")
        self.line = widgets.Text(description="as a line", continuous_update=False)
        self.line.style.description_width, self.line.layout.width = "104px", "100%"
        self.line.add_class("lab-line")
        self.line_note = widgets.HTML().add_class("lab-line-note")
        self.rare = widgets.VBox(
            [*(self.sliders[name] for name in MORE), self.line, self.line_note]
        )
        self.rare.layout.display = "none"
        for slider in self.sliders.values():
            slider.observe(self._follow, "value")
        self.more.observe(self._unfold, "value")
        self.line.observe(self._read_line, "value")
        first = [
            widgets.HTML(f'<h3 class="lab-heading">Settings</h3>{up("Settings")}').add_class(
                "lab-settings-title"
            ),
            widgets.HBox(self.preset_buttons).add_class("lab-presets").add_class("nn-one-stop"),
            *(slider for name, slider in self.sliders.items() if name not in MORE),
            widgets.HTML('<div class="lab-key"><span class="lab-waits-mark"></span></div>'),
            self.more,
        ]
        super().__init__([widgets.VBox(first), self.rare])
        self.add_class("lab-controls")
        self.at_once = True  # does what the sliders say act on a run under way?
        self.set(self.presets["default settings"])

    def settings(self):
        """Return what the sliders say."""
        values = {name: slider.value for name, slider in self.sliders.items()}
        values["batch_size"] = round(values["batch_size"])
        # the browser sends 0.5 back as 0.49999999
        values["learning_rate"] = float(f"{values['learning_rate']:.6g}")
        layers = values.pop("layers")
        widths = [round(values.pop(f"hidden_{i}")) for i in (1, 2, 3)]
        return Settings(hidden=tuple(widths[:layers]), **values)

    def set(self, settings):
        """Move the sliders to these settings, for the next run: one under way is left alone."""
        self.at_once = False
        values = dict(vars(settings))
        hidden = values.pop("hidden")
        values["layers"] = len(hidden)
        values |= {f"hidden_{i}": width for i, width in enumerate(hidden, 1)}
        decays = [value for _, value in DECAYS]
        values["weight_decay"] = min(decays, key=lambda d: abs(d - settings.weight_decay))
        for name, value in values.items():
            self.sliders[name].value = value
        self.at_once = True
        self._follow()

    def mark_waiting(self, run):
        """Mark the sliders that wait for the next Train, because `run` was trained otherwise.

        A rate waits, too, where the run did not follow it: a preset has moved it, or it has ended.
        """
        now, made = self.settings(), run.now if run else self.settings()
        waiting = {name for name in vars(now) if say(name, getattr(now, name)) != say(
            name, getattr(made, name))}  # fmt: skip
        # with more epochs alone the same training goes on
        (self.add_class if waiting - {"epochs"} else self.remove_class)("lab-moved")
        if len(now.hidden) != len(made.hidden):
            waiting.add("layers")
        both = enumerate(zip(now.hidden, made.hidden, strict=False), 1)
        waiting |= {f"hidden_{i}" for i, (width, other) in both if width != other}
        for name, slider in self.sliders.items():
            mark = slider.add_class if name in waiting else slider.remove_class
            mark("lab-waits")
        mark = self.more.add_class if waiting & set(MORE) else self.more.remove_class
        mark("lab-waits")

    def _preset_button(self, name):
        button = widgets.Button(description=name, layout={"width": "auto"})
        button.add_class("lab-preset")
        button.on_click(lambda _: self.on_wish(self.presets[name]))
        return button

    def _unfold(self, _change=None):
        self.rare.layout.display = None if self.more.value else "none"

    def _follow(self, _change=None):
        """Show a width for each hidden layer that there is, and what the hidden settings are."""
        if not self.at_once:
            return  # in the middle of a preset
        for i in (1, 2, 3):
            shown = i <= self.sliders["layers"].value
            self.sliders[f"hidden_{i}"].layout.display = None if shown else "none"
        settings = self.settings()
        unusual = [say(name, getattr(settings, name)) for name in MORE[:-1]]
        unusual += [f"seed {settings.seed}"] if settings.seed else []
        words = ", ".join(word for word in unusual if word)
        self.more.description = "More settings" + (f"\n({words})" if words else "")
        self.more.tooltip = words or None  # in Presentation only the first line is seen
        if self.line.value != to_line(settings):  # what was said of another line is over
            self._note("")
            self.line.value = to_line(settings)

    def _read_line(self, change):
        if change.new == to_line(self.settings()):
            return
        self._note("")
        if not change.new.strip():
            self.line.value = to_line(self.settings())
            return
        try:
            settings = from_line(change.new)
        except ValueError as error:  # what was typed stays, to be mended
            self._note(html.escape(str(error)))
        else:
            self.on_wish(settings, self._note)
            self.line.value = to_line(self.settings())

    def _note(self, text):
        """Say beside the line what is wrong with it."""
        self.line_note.value = f'<div class="lab-trouble">{text}</div>' if text else ""
        if text:
            self.on_say(plain(text))


def make_sliders():
    """Return {name: slider}; whatever can be typed beside one of them is obeyed."""
    # the steps are so fine that the browser leaves every whole number as it is
    width = {"base": 2, "min": 0, "max": 8, "step": 0.001, "readout_format": ".0f"}
    sliders = {
        "learning_rate": widgets.FloatLogSlider(min=-3, max=1, step=1e-7, readout_format=".3g"),
        "batch_size": widgets.FloatLogSlider(**(width | {"max": 10})),
        "layers": widgets.IntSlider(min=0, max=3),
        "hidden_1": widgets.FloatLogSlider(**width),
        "hidden_2": widgets.FloatLogSlider(**width),
        "hidden_3": widgets.FloatLogSlider(**width, value=32),
        "epochs": widgets.IntSlider(min=1, max=100),
        "momentum": widgets.FloatSlider(min=0, max=0.99, step=0.01),
        "weight_decay": widgets.Dropdown(options=DECAYS),
        "falling": widgets.Checkbox(description="learning rate falls to 0 by the end"),
        "distortion": widgets.FloatSlider(min=0, max=2, step=0.1),
        "dropout": widgets.FloatSlider(min=0, max=0.9, step=0.05),
        "seed": widgets.IntSlider(min=0, max=99),
    }
    for name, slider in sliders.items():
        slider.add_class(f"lab-{name.replace('_', '-')}")
        if isinstance(slider, widgets.FloatLogSlider):  # what an arrow key does
            slider.add_class("nn-tenths" if name == "learning_rate" else "nn-doubles")
        slider.tooltip = "Acts at once" if name in LIVE else "Acts at the next Train"
        if name != "falling":
            slider.description = name.replace("_", " ")
            slider.style.description_width = "104px"
            slider.layout.width = "100%"
    sliders["layers"].description = "hidden layers"
    sliders["falling"].indent = False
    return sliders
