"""The settings of a training, and how two of them differ, in words."""

from dataclasses import asdict, dataclass

LIVE = ("learning_rate", "momentum", "weight_decay")  # may change while a training runs


@dataclass(frozen=True)
class Settings:
    """What the sliders say. `hidden` lists the widths of the hidden layers, `distortion` is 0..2.

    With `falling`, the learning rate falls in a straight line to 0 at the end of the training.
    """

    learning_rate: float = 0.1
    momentum: float = 0.0
    weight_decay: float = 0.0
    falling: bool = False
    batch_size: int = 64
    hidden: tuple = (128, 64)
    epochs: int = 5
    distortion: float = 0.0
    seed: int = 0

    def __str__(self):
        """Return the settings that are always of interest, and others where they are not zero."""
        shown = ["hidden", "learning_rate", "batch_size", "epochs"]
        shown += [name for name in ("momentum", "weight_decay", "distortion") if asdict(self)[name]]
        shown += ["falling"] if self.falling else []
        return ", ".join(in_words(name, asdict(self)[name]) for name in shown)


def changes(before, after):
    """Return what `after` has that `before` had not, e.g. "learning rate 0.1 → 0.3"."""
    old, new = asdict(before), asdict(after)
    found = []
    for name in old:
        was, now = in_words(name, old[name]), in_words(name, new[name])
        if was != now:  # in words: numbers come back from the browser a little rounded
            found.append(now if name == "falling" else f"{was} → {now.split()[-1]}")
    return ", ".join(found)


def in_words(name, value):
    """Return a setting as a reader would say it, e.g. "batch size 64"."""
    if name == "falling":
        return "rate falls to 0" if value else "rate stays"
    if name == "hidden":
        return "layers 784-" + "".join(f"{width}-" for width in value) + "10"
    number = f"{value:.3g}" if isinstance(value, float) else str(value)
    return f"{name.replace('_', ' ')} {number}"
