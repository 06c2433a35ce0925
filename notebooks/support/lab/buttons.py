"""Train, Pause, Step, Stop and Reset, and how fast."""

import ipywidgets as widgets

SPEEDS = [("full speed", 0), ("10 steps a second", 10), ("3 steps a second", 3)]
SPEEDS += [("1 step a second", 1)]

STEP = "One mini-batch only: the first, or the next; a run that is through stays: a copy goes on"
BUTTONS = {
    "train": ("▶ Train", "Begin a new network, with these settings"),
    "pause": ("❚❚ Pause", "Wait, or go on"),
    "step": ("Step", STEP),
    "stop": ("■ Stop", "End this training; the network stays as it is"),
    "reset": ("Reset", "An untrained network"),
}
ON = {  # what can be pressed, in each state of a `Session`
    "ready": ["train", "step", "reset"],
    "running": ["pause", "stop", "reset"],
    "paused": ["train", "pause", "step", "stop", "reset"],
    "stopped": ["train", "pause", "step", "reset"],
    "finished": ["train", "pause", "step", "reset"],
    "diverged": ["train", "reset"],
    "failed": ["train", "reset"],
}

NOTHING = "Nothing is training."
WHY = {  # one that cannot be pressed says why, in each state
    "running": {
        "train": "A training is running: press Stop first.",
        "step": "A training is running: press Pause first.",
    },
    "diverged": {"step": "The run diverged: press Train or Reset."},
    "failed": {"step": "The training failed: press Train or Reset."},
}


class Buttons(widgets.HBox):
    """The five buttons: which of them are on follows from the state.

    One that is off looks so, and says why, but keeps the focus: a button that a browser
    knows as disabled would lose it, and the keyboard with it.
    """

    def __init__(self):
        for name, (text, tooltip) in BUTTONS.items():
            button = widgets.Button(description=text, tooltip=tooltip, layout={"width": "auto"})
            button.add_class(f"lab-button-{name}")
            setattr(self, name, button)
        self.train.button_style = "primary"
        self.step.add_class("nn-often")
        self.speed = widgets.Dropdown(options=SPEEDS, layout={"width": "auto"})
        self.speed.add_class("lab-speed").tooltip = "How fast it trains"
        self.state = "ready"
        super().__init__([*(getattr(self, name) for name in BUTTONS), self.speed])
        self.add_class("lab-buttons")

    def is_on(self, name):
        """Can this button be pressed?"""
        return name in ON[self.state]

    def why(self, name):
        """Return why this button cannot be pressed, "" if it can."""
        return "" if self.is_on(name) else WHY.get(self.state, {}).get(name, NOTHING)

    def follow(self, state):
        """Have on what makes sense in this state of a `Session`."""
        self.state = state
        # first: a page that hears of the two one by one must not take it for a training under way
        self.pause.description = "❚❚ Pause" if state == "running" else "▶ Go on"
        for name in BUTTONS:
            button = getattr(self, name)
            button.tooltip = self.why(name) or BUTTONS[name][1]
            (button.remove_class if self.is_on(name) else button.add_class)("nn-off")
