"""The settings of a training, in words, and as a line of text that can be copied."""

import re
from dataclasses import asdict, dataclass, fields

LIVE = ("learning_rate", "momentum", "weight_decay")  # may change while a training runs
RANGES = {  # of what a line of text may say
    "learning_rate": (0.001, 10),
    "momentum": (0, 0.99),
    "weight_decay": (0, 0.1),
    "batch_size": (1, 1024),
    "epochs": (1, 100),
    "distortion": (0, 2),
    "dropout": (0, 0.9),
    "seed": (0, 99),
}


@dataclass(frozen=True)
class Settings:
    """What the sliders say. `hidden` lists the widths of the hidden layers, `distortion` is 0..2.

    With `falling`, the learning rate falls in a straight line to 0 at the end of the training.
    `dropout` is the share of the hidden neurons that each step of the training leaves out.
    """

    learning_rate: float = 0.1
    momentum: float = 0.0
    weight_decay: float = 0.0
    falling: bool = False
    batch_size: int = 64
    hidden: tuple = (128, 64)
    epochs: int = 5
    distortion: float = 0.0
    dropout: float = 0.0
    seed: int = 0

    def __str__(self):
        """Return all settings in words, those that are off left out."""
        return ", ".join(words for words in in_words(self).values() if words)


NAMES = [field.name for field in fields(Settings)]
ORDER = ["hidden", "learning_rate", "falling", "momentum", "weight_decay", "batch_size"]
ORDER += ["epochs", "distortion", "dropout", "seed"]


def in_words(settings):
    """Return {name: words}, e.g. "batch size 64"; "" for what is off."""
    return {name: say(name, getattr(settings, name)) for name in ORDER}


def say(name, value, off=""):
    """Return a setting as a reader would say it, `off` if it does nothing."""
    if name == "falling":
        return "rate falls to 0" if value else off
    if name == "hidden":
        return f"layers {written(value)}"
    if not value and name in ("momentum", "weight_decay", "distortion", "dropout"):
        return off
    return f"{name.replace('_', ' ')} {written(value)}"


def as_percent(share):
    """Return a share of images that are read rightly as the page writes it: "97.90 %"."""
    return f"{100 * share:.2f}\N{NO-BREAK SPACE}%"


def written(value):
    """Return a number, or the widths of the hidden layers, as a reader would write it."""
    if isinstance(value, tuple):
        return "784-" + "".join(f"{width}-" for width in value) + "10"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def changes(before, after):
    """Return what is different in `after`, in words such as "learning rate 10 to 0.1"."""
    found = []
    for name in ORDER:
        old, new = (written(getattr(settings, name)) for settings in (before, after))
        label = "layers" if name == "hidden" else name.replace("_", " ")
        if old != new and name == "falling":
            found.append("rate falls to 0" if after.falling else "rate stays")
        elif old != new:
            found.append(f"{label} {old} to {new}")
    return ", ".join(found)


def common_and_different(all_settings):
    """Return what these settings have in common, in words, and a list of what each has alone.

    Every word is absolute, so that a row can be understood without the ones around it.
    """
    words = [in_words(settings) for settings in all_settings]
    shared = {name for name in ORDER if len({each[name] for each in words}) == 1}
    alone = []
    for settings in all_settings:
        own = [say(name, getattr(settings, name), "no " + name.replace("_", " ")) for name in ORDER]
        own = [said for name, said in zip(ORDER, own, strict=True) if name not in shared]
        alone.append(", ".join("rate stays" if said == "no falling" else said for said in own))
    return ", ".join(words[0][name] for name in ORDER if name in shared and words[0][name]), alone


def to_line(settings):
    """Return the settings as one line, e.g. "rate=0.1 batch=64 hidden=128-64 ..."."""
    values = asdict(settings) | {"hidden": "-".join(map(str, settings.hidden)) or "none"}
    values["falling"] = int(settings.falling)
    return " ".join(
        f"{name}={value:.6g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in values.items()
    )


def from_line(line):
    """Return the `Settings` in a line of `to_line`; what it does not name is as usual.

    Raises ValueError, in one sentence, for a line that says something else.
    """
    values = {}
    for word in line.split():
        name, equals, value = word.partition("=")
        if not equals or name not in NAMES:
            raise ValueError(
                f"{word!r} is no setting: write {to_line(Settings())}, or a part of it"
            )
        values[name] = read(name, value)
    return Settings(**values)


def read(name, value):
    """Return the value of one setting, from text; ValueError in one sentence if it is none."""
    if name == "hidden":
        widths = re.findall(r"\d+", value)
        if value != "none" and (not re.fullmatch(r"\d+(-\d+){0,2}", value)):
            raise ValueError(f"hidden={value}: write one to three widths such as 128-64, or none")
        if any(not 1 <= int(width) <= 256 for width in widths):
            raise ValueError(f"hidden={value}: a width is from 1 to 256")
        return tuple(map(int, widths))
    if name == "falling":
        if value not in ("0", "1"):
            raise ValueError(f"falling={value}: write 1 for a rate that falls, or 0")
        return value == "1"
    lowest, highest = RANGES[name]
    whole = isinstance(getattr(Settings(), name), int)
    try:
        number = int(value) if whole else float(value.replace(",", "."))
    except ValueError:
        number = None
    if number is None or not lowest <= number <= highest:
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"{name}={value}: it must be {kind} from {lowest} to {highest}")
    return number
