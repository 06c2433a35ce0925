"""A photograph of a digit becomes a drawing, or gets a sentence. No browser here."""

import numpy as np
import pytest
from lab_helpers import DIGITS
from pad_helpers import ONE, SEVEN, draw, receive, stroke
from photographs import photograph

from data.mnist import DATA, bundled_digits, read_mnist
from nn_core import MLP, SGD, evaluate, fit
from support.lab import InteractiveLab
from support.lab.centring import like_mnist
from support.lab.pad import DrawingPad
from support.lab.photograph import nearby_mean, otsu, parts, steps

FIVE = np.maximum(  # its bar apart, as many write it
    stroke((20, 40), (55, 38), (60, 75), (95, 70), (98, 35)), stroke((16, 55), (14, 80))
)


def alike(image, other):
    """Return how much two images (28, 28) have in common, at most 1."""
    return (image * other).sum() / np.sqrt((image**2).sum() * (other**2).sum())


def page_with(*drawings, side=400, ink=60):
    """Return white paper with drawings on it, each (drawing, row, column)."""
    page = np.full((side, side), 230, np.uint8)
    for drawing, row, column in drawings:
        height, width = drawing.shape
        part = page[row : row + height, column : column + width]
        part[drawing > 0.5] = ink
    return page


# ------------------------------------------------------------------------------ what is read


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"light": 0.8},
        {"noise": 0.1},
        {"ink": 0.65, "noise": 0.02},  # a pencil
        {"ink": 0.65, "light": 0.7, "noise": 0.01},
        {"size": 40, "place": (20, 330)},  # small, in a corner
        {"size": 330, "place": (40, 40)},
        {"pen": 0.4},
        {"pen": -0.3},
        {"paper": 0.1, "ink": 0.9},  # chalk on a board
        {"paper": 0.15, "ink": 0.5, "light": 0.6},
        {"paper": 1.0, "ink": 0.0, "light": 0.0, "noise": 0.0},  # a scan
        {"paper": 0.0, "ink": 1.0, "light": 0.0, "noise": 0.0},  # an image of MNIST, saved
    ],
    ids=str,
)
@pytest.mark.parametrize("digit", [SEVEN, FIVE], ids=["7", "5"])
def test_a_digit_is_found_on_the_paper(digit, how):
    found = steps(photograph(digit, **how))
    assert alike(found.image, like_mnist(digit)) > 0.85
    assert np.array_equal(found.image, like_mnist(found.digit))
    assert found.inverted == (how.get("paper", 0.85) > how.get("ink", 0.2))
    assert (found.ink == 0).mean() > 0.7 and found.ink.min() == 0 and found.ink.max() == 1


def test_a_shadow_a_table_lines_and_dust_are_not_the_digit():
    page = photograph(SEVEN, noise=0.01).astype(float)
    page[:, 230:] *= 0.6  # a shadow through the digit
    page[:25] = 40  # the table beside the sheet
    page[350:353] *= 0.5  # a ruled line
    page[60:63, 40:43] = 20  # dust
    found = steps(page.astype(np.uint8))
    assert alike(found.image, like_mnist(SEVEN)) > 0.85


def test_a_thin_line_becomes_as_thick_as_those_of_mnist():
    thin = stroke((10, 56), (100, 56), width=2)
    found = steps(page_with((np.kron(thin, np.ones((2, 2))), 90, 90)))
    broad = stroke((20, 30), (20, 80), (95, 45), width=14)
    assert found.thickened and not steps(page_with((broad, 90, 90))).thickened
    widths = (found.image > 0.5).sum(axis=1)
    assert np.median(widths[widths > 0]) == 2, "a tenth of 20 pixels"


def test_a_digit_that_fills_the_picture_is_read_too():
    rows, columns = (np.flatnonzero(SEVEN.any(axis=axis)) for axis in (1, 0))
    tight = SEVEN[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    grey = np.kron(np.where(tight > 0, 40, 220), np.ones((5, 5))).astype(np.uint8)
    assert alike(steps(grey).image, like_mnist(SEVEN)) > 0.9


def accuracies(data, **how):
    """Return the share of 100 test images read rightly, as they are and photographed."""
    model = MLP()
    training = fit(model, data.x_train[:20000], data.labels_train[:20000], SGD(0.1), epochs=5)
    for _ in training:
        pass
    x, labels = data.x_test[:100], data.labels_test[:100]
    seen = [steps(photograph(image.reshape(28, 28), **how)).image.ravel() for image in x]
    return [evaluate(model, images, labels)[1] for images in (x, np.array(seen, np.float32))]


def test_photographs_of_mnist_are_read_as_well_as_mnist():
    try:
        mnist = read_mnist(DATA / "MNIST" / "raw")
    except (OSError, ValueError):
        pytest.skip("MNIST is not here")
    plain, photographed = accuracies(mnist)
    print(f"100 images of MNIST: {plain:.0%} read rightly, {photographed:.0%} as photographs")
    assert photographed > plain - 0.05


# --------------------------------------------------------------------------- what is refused


BLANK = np.zeros((28, 28))


@pytest.mark.parametrize(
    ("grey", "said"),
    [
        (photograph(BLANK), "no digit can be seen"),
        (photograph(BLANK, light=0.8, noise=0.1), "no digit can be seen"),
        (photograph(BLANK, noise=0, light=0), "no digit can be seen"),
        (np.zeros((400, 300), np.uint8), "no digit can be seen"),
        (np.full((400, 300), 255, np.uint8), "no digit can be seen"),
        (np.full((1, 400), 255, np.uint8), "no digit can be seen"),
        (photograph(SEVEN, size=9), "no digit can be seen"),
        (page_with((SEVEN, 20, 20), (ONE, 250, 250)), "2 things can be seen"),
        (page_with((ONE, 90, 20), (SEVEN, 90, 120), (FIVE, 90, 250)), "3 things can be seen"),
        (page_with(*((SEVEN, 100, 60 + 40 * i) for i in range(5))), "wider than any"),
    ],
)
def test_what_is_no_picture_of_a_digit_gets_a_sentence(grey, said):
    with pytest.raises(ValueError, match=said):
        steps(grey)


def test_noise_and_anything_else_never_gets_another_kind_of_error():
    rng = np.random.default_rng(0)
    for shape in [(1, 1), (400, 3), (60, 400), (200, 300)]:
        for grey in (rng.integers(0, 256, shape), 255 * rng.random(shape).cumsum(1) / shape[1]):
            try:
                image = steps(grey.astype(np.uint8)).image
            except ValueError as error:
                assert ": " in str(error), "what is wrong, and what to do"
            else:
                assert image.shape == (28, 28) and np.isfinite(image).all()


# ------------------------------------------------------------------------------ its pieces


def test_a_mean_of_what_is_near_counts_by_weight():
    rng = np.random.default_rng(1)
    values, weights = rng.random((2, 9, 14))
    means = nearby_mean(values, weights, 3)
    for row, column in [(0, 0), (4, 7), (8, 13), (2, 12)]:
        near = np.s_[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4]
        assert np.isclose(means[row, column], np.average(values[near], weights=weights[near]))


def test_otsus_threshold_sets_two_groups_farthest_apart():
    rng = np.random.default_rng(2)
    values = np.concatenate([rng.normal(0.2, 0.05, 900), rng.normal(0.7, 0.05, 100)])
    found = otsu(values)

    def within(threshold):
        groups = values[values < threshold], values[values >= threshold]
        return sum(len(group) * group.var() for group in groups if len(group))

    assert 0.3 < found < 0.6
    assert within(found) <= min(within(t) for t in np.linspace(0.1, 0.9, 200)) * 1.01


def test_what_hangs_together_also_by_its_corners_is_one_part():
    mask = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0], [1, 1, 0, 1]], bool)
    found = sorted(sorted(map(tuple, part.tolist())) for part in parts(mask))
    assert found == [[(0, 0), (1, 1)], [(0, 3), (1, 3)], [(3, 0), (3, 1)], [(3, 3)]]


# --------------------------------------------------------------------------------- on the pad


@pytest.fixture
def pad():
    digits = bundled_digits()
    return DrawingPad(MLP((784, 16, 10)), digits.x_test, digits.labels_test)


def choose(pad, grey, name="seven.jpg"):
    """Do what happens when the reader chooses a picture, or drops one."""
    content = {"photograph": name, "height": grey.shape[0]}
    data = {"method": "custom", "content": content}
    pad._handle_msg({"content": {"data": data}, "buffers": [memoryview(grey.tobytes())]})


def test_a_photograph_is_read_and_every_step_shown(pad):
    grey = photograph(SEVEN)
    choose(pad, grey)
    image = steps(grey).image
    assert alike(pad.image().reshape(28, 28), image) > 0.97
    assert len(pad.reading["probabilities"]) == 10
    shown = pad.photograph["steps"]
    assert [step["width"] for step in shown] == [400, 400, steps(grey).digit.shape[1], 28]
    assert shown[0]["pixels"] == grey.tobytes()
    assert shown[3]["pixels"] == np.round(255 * (1 - image)).astype(np.uint8).tobytes()
    assert "what is dark" in shown[1]["caption"] and "seven.jpg" in pad.photograph["said"]
    choose(pad, 255 - grey)
    assert "what is light" in pad.photograph["steps"][1]["caption"]
    assert len(pad.strokes) == 2, "Undo takes back each of them"


def test_another_drawing_ends_what_is_said_of_a_photograph(pad):
    for grey in (photograph(SEVEN), photograph(BLANK)):
        for another in (
            lambda: receive(pad, strokes=[*pad.strokes, [[1, 2, 3]]]),
            lambda: receive(pad, strokes=[*pad.strokes, None]),
            lambda: pad.load(bundled_digits().x_test[0]),
        ):
            choose(pad, grey)
            assert pad.photograph["said"]
            another()
            assert pad.photograph == {}


def test_a_bad_photograph_loses_nothing(pad):
    draw(pad, SEVEN)
    pad.strokes = [[[1, 2, 3]]]
    before = pad.ink, pad.reading
    choose(pad, photograph(BLANK), "blank.png")
    assert (pad.ink, pad.reading) == before and pad.strokes == [[[1, 2, 3]]]
    assert pad.photograph["said"].startswith("blank.png: no digit can be seen on it: write it")
    assert pad.photograph["said"].endswith(". The paper is as it was.")
    choose(pad, photograph(SEVEN)[:-1, :-7])  # and a message that is damaged
    assert "Error" not in pad.note
    data = {"method": "custom", "content": {"photograph": "x", "height": 3}}
    pad._handle_msg({"content": {"data": data}, "buffers": [memoryview(b"1234")]})
    assert pad.note.startswith("ValueError"), "said, not hidden"


def test_what_was_wrong_with_a_photograph_is_no_news_after_the_next_deed():
    lab = InteractiveLab(DIGITS)
    blank = np.full((50, 50), 240, np.uint8)
    lab.pad.take("blank.png", 50, blank.tobytes())
    assert "no digit" in lab.pad.photograph["said"]
    lab.buttons.reset.click()
    assert lab.pad.photograph == {}
    lab.pad.photograph = {"said": "seven.png is on the paper.", "steps": [1]}
    lab.buttons.step.click()
    assert lab.pad.photograph["steps"], "this is still true"
