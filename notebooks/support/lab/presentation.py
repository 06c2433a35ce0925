"""Ways down the page, and Presentation: the lab fills the window, for a projector."""

from pathlib import Path

import anywidget

from ..page import script, style

HERE = Path(__file__).parent
SCRIPTS = ["nearest", "place", "speaker", "runs_key", "presentation"]
SHEETS = [
    "head",
    "presentation",
    "projector",
    "projector_pad",
    "projector_end",
    "foot",
    "projector_room",
]


class Presentation(anywidget.AnyWidget):
    """Stands beside the title. It is a matter of the page alone: the kernel may be busy."""

    _esm = script(*(HERE / f"{name}.js" for name in SCRIPTS))
    _css = style(*(HERE / f"{name}.css" for name in SHEETS))

    def __init__(self):
        super().__init__()
        self.add_class("lab-presentation")

    def __repr__(self):
        return "Presentation()"
