"""What the view of one step says: a few sentences for each stage, with the numbers of the step."""

import math

import numpy as np

from .settings import say

MOST_IMAGES = 64  # of a mini-batch, as many rows can be seen
MOST_NEURONS = 8  # of the first layer, whose gradient is a picture each
PERCENT = "\N{NO-BREAK SPACE}%"  # no line ends before it
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
LARGE = [(1e6, "million"), (1e9, "billion"), (1e12, "trillion")]
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def hint(state, slow):
    """Return what to press to see a step, in this state of the training."""
    if state in ("ready", "paused", "stopped", "finished"):
        return "Press <b>Step</b>: what it does is shown here."
    if state == "running":
        return "" if slow else "Press <b>Pause</b>, then <b>Step</b>; or choose a slow speed."
    return "A network that was thrown so far takes no step: press <b>Reset</b> first."


def holds(name):
    """Return what the picture of this name holds, for its frame before there is a step."""
    words = {"x": "the images", "logits": "ten of each", "p": "probabilities"}
    words["dlogits"] = f"(p {MINUS} onehot) / N"
    return words.get(name) or (f"gradient of {name[1:]}" if name[0] == "d" else "after the ReLU")


def stages(chain, settings, learning_rate):
    """Return what happens in which order, as a list of texts; m layers have 2 m + 3 stages."""
    m = len(chain.dW)
    texts = [images(chain)]
    texts += [layer(chain, i) for i in range(1, m)]
    texts += [logits(chain), loss(chain)]
    texts += [back(chain, i) for i in range(m, 0, -1)]
    texts.append(update(chain, settings, learning_rate))
    if settings.dropout:
        texts[1] += (
            f" (In the step {say('dropout', settings.dropout)} silenced some neurons. Here all "
            "speak: the numbers differ a little.)"
        )
    return texts


def images(chain):
    n = len(chain.labels)
    first = f" You see the first {MOST_IMAGES}." if n > MOST_IMAGES else ""
    many = "1 image, a row" if n == 1 else f"{n} images, each a row"
    return f"The mini-batch x: {many} of 784 numbers.{first}"


def layer(chain, i):
    a, of = chain.values[i], "x" if i == 1 else f"a{i - 1}"
    return (
        f"Layer {i}: z{i} = {of} @ W{i} + b{i}, and the ReLU makes a{i} of it. "
        f"{share(a == 0)} of its numbers are 0 (white). A row is an image, a column a neuron."
    )


def logits(chain):
    m, z = len(chain.dW), chain.values[-1]
    of = "x" if m == 1 else f"a{m - 1}"
    return (
        f"Layer {m}: logits = {of} @ W{m} + b{m}, ten for each image, from {number(z.min())} to "
        f"{number(z.max())}. No ReLU: they may be below zero (orange)."
    )


def loss(chain):
    n, wrong = len(chain.labels), len(chain.wrong)
    begin, how = "Softmax makes probabilities p of them.", f"{MINUS}log, {number(chain.loss)}."
    if n == 1:
        read = "wrongly (marked in black)" if wrong else "rightly"
        return (
            f"{begin} The image is read {read}. Take the right digit's probability (green): the "
            f"loss is its {how}"
        )
    others = "the other one is" if wrong == 1 else "the others are"
    marked = f"; {others} marked in black" if wrong else ""
    return (
        f"{begin} {n - wrong} of {n} images are read rightly{marked}. Of each take the right "
        f"digit's probability (green): the loss is the mean of its {how}"
    )


def back(chain, i):
    m, of = len(chain.dW), "x" if i == 1 else f"a{i - 1}"
    length = number(np.linalg.norm(chain.dW[i - 1]))
    if i == m:
        text = (
            f"Now back. dlogits = (p {MINUS} onehot) / {len(chain.labels)}: below zero (orange) at "
            "the right digit, which should get more, and above zero at the others."
        )
        d = "dlogits"
    else:
        next_d = "dlogits" if i + 1 == m else f"dz{i + 1}"
        text = (
            f"{next_d} @ W{i + 1}.T is what reaches a{i}. Where its ReLU was shut nothing passes: "
            f"{share(chain.dz[i - 1] == 0)} of dz{i} are 0."
        )
        d = f"dz{i}"
    text += f" dW{i} = {of}.T @ {d} has the length {length}."
    if i == 1:
        n = min(MOST_NEURONS, chain.dW[0].shape[1])
        text += f" The pictures are its {n} strongest columns, the weights of a neuron each."
    return text


def update(chain, settings, learning_rate):
    also = [name for name in ("momentum", "weight_decay") if getattr(settings, name)]
    rule = f"Each weight moves by {MINUS}{learning_rate:.3g} times its gradient"
    if also:
        words = " and ".join(name.replace("_", " ") for name in also)
        rule += f", with {words} besides"
    shares = [chain.moved(i) for i in range(1, len(chain.dW) + 1)]
    moved = ", ".join(f"W{i} by {in_percent(moves)}" for i, moves in enumerate(shares, start=1))
    moved = f"{moved} of its length" if any(shares) else "none moves here, only biases do"
    change = chain.loss_after - chain.loss
    verdict = "The loss of " + ("these same images" if len(chain.labels) > 1 else "this same image")
    if not np.isfinite(chain.loss_after):
        return f"{rule}: {moved}. {verdict} is not finite any more."
    how = "falls" if change < 0 else "rises" if change > 0 else "stays"
    return (
        f"{rule}: {moved}. {verdict} {how}: {number(chain.loss)} before, "
        f"{number(chain.loss_after)} after the step."
    )


def share(mask):
    """Return how much of it is True, as "12 %"."""
    return f"{100 * mask.mean():.0f}{PERCENT}"


def number(value):
    """Return a number with three digits, the minus sign of print, and no "e": 120 million."""
    size, sign = abs(float(value)), MINUS if value < 0 else ""
    if not math.isfinite(size):
        return f"{sign}∞"
    if size >= 1e15 or 0 < size < 1e-6:
        digits, power = f"{size:.1e}".split("e")
        return f"{sign}{digits} {TIMES} 10{str(int(power)).translate(RAISED)}"
    if 0 < size < 1e-4:
        return f"{sign}{size:.{2 - math.floor(math.log10(size))}f}"
    if size < 999.5:
        return sign + f"{size:#.3g}".rstrip(".")
    size = float(f"{size:.3g}")
    if size < 1e6:
        return f"{sign}{size:,.0f}"
    unit, word = max(each for each in LARGE if each[0] <= size)
    return f"{sign}{size / unit:.3g} {word}"


def in_percent(share):
    """Return a share with two digits: "0.20 %", "14 %", "11,000 %"."""
    text = f"{100 * share:#.2g}".rstrip(".") if share else "0"
    return f"{text if share < 0.995 else number(float(text))}{PERCENT}"
