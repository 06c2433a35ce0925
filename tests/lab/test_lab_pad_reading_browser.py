"""What the pad says of a drawing, in a real browser: read, corrected, shown twice.

Set SCREENSHOTS to a folder to keep pictures of it.
"""

import statistics

import pytest
from pad_page import FIND_LAYOUT_FAULTS, READ_ALPHA, SEVEN, STOPWATCH, Pad, shape


def test_a_test_digit_arrives_at_the_network_pixel_for_pixel(pad):
    examples = pad.part("examples").locator("button")
    assert examples.count() == 10
    for digit in (3, 8):
        examples.nth(digit).click()
        pad.rest()
        thumbnail = examples.nth(digit).locator("canvas").evaluate(READ_ALPHA)
        assert (
            max(abs(a - b) for a, b in zip(shape(pad.seen()), shape(thumbnail), strict=True)) <= 3
        )
        assert pad.winner() == digit
    pad.draw((20, 20), (60, 20))  # and one can go on drawing
    pad.rest()
    pad.part("undo").click()
    pad.part("undo").click()
    pad.wait(lambda: pad.probabilities() and pad.winner() == 3)


def test_what_is_heard_waits_until_the_pen_rests(pad):
    told = pad.part("told")
    pad.clear()
    pad.wait(lambda: told.text_content() == pad.verdict())
    assert pad.part("verdict").get_attribute("role") is None, "what changes at once is not read out"
    for digit in (5, 3):
        before = told.text_content()
        at_once = (
            pad.part("examples")
            .locator("button")
            .nth(digit)
            .evaluate(
                """(button) => {
                button.click(); // the label is known, the reading is not
                return button.closest(".lab-pad").querySelector(".lab-pad-verdict").textContent;
            }"""
            )
        )
        assert at_once == before
        pad.wait(lambda digit=digit: pad.verdict().endswith(f"It is a {digit}."))
        pad.wait(lambda: told.text_content() == pad.verdict())
    pad.clear()


def test_a_correction_moves_the_bars_and_says_how(pad):
    pad.draw(*SEVEN)
    pad.rest()
    before = pad.probabilities()
    label = before.index(sorted(before)[-2])
    pad.part("rate").select_option("0.01")
    pad.part("labels").locator("button").nth(label).focus()
    pad.page.keyboard.press("Enter")
    pad.wait(lambda: pad.part("note").inner_text() != "")
    pad.rest()
    after = pad.probabilities()
    assert after[label] > before[label] + 0.005
    note, written = pad.part("note").inner_text(), pad.written()[label]
    note, written = (text.replace("\N{NO-BREAK SPACE}", " ") for text in (note, written))
    assert note.startswith(f"One step towards {label}, at learning rate 0.01. Before: ")
    assert f"{label} at {written}." in note
    assert pad.part("before").nth(label).is_visible()
    first = after[label]
    pad.part("labels").locator("button").nth(label).click()
    pad.wait(lambda: pad.probabilities()[label] != first)
    pad.draw((40, 40))
    pad.wait(lambda: pad.part("note").inner_text() == "")
    assert not pad.part("before").nth(label).is_visible()
    pad.part("rate").select_option("0.001")


def test_the_same_pad_shown_twice_shows_the_same(pads, pad):
    pad.draw(*SEVEN)
    pad.rest()
    second = Pad(pads, 1)
    assert second.ink() == pad.ink() and second.probabilities() == pad.probabilities()
    second.draw((60, 150), (220, 150))
    second.rest()
    assert second.ink() == pad.ink() and second.probabilities() == pad.probabilities()
    second.part("undo").click()
    second.part("undo").click()
    second.wait(lambda: second.probabilities() == [])
    assert pad.ink() == 0 and pad.probabilities() == []


def test_how_soon_a_stroke_is_answered(pad):
    """Printed, not asserted: what a busy machine does is not the pad's doing."""

    def answered(count):
        pad.wait(lambda: pad.box.evaluate("box => box.seconds.length") >= count)

    pad.box.evaluate(STOPWATCH)
    waits = {}
    for i in range(12):
        pad.draw((40 + 13 * i, 40 + (70 * i) % 200))
        answered(i + 1)
    waits["a tap of the mouse"] = pad.box.evaluate("box => box.seconds.splice(0)")
    pad.clear()
    pad.draw(*[(140 + (90 if i % 2 else -90), 30 + 10 * i) for i in range(20)])
    answered(1)
    waits["a long stroke, from answer to answer"] = pad.box.evaluate("box => box.seconds.splice(0)")
    for name, seconds in waits.items():
        print(f"{name}: {len(seconds)} answers, median {1000 * statistics.median(seconds):.0f} ms")


# ------------------------------------------------------------------------------------- layout


@pytest.mark.parametrize("width", [1000, 1300])
def test_nothing_is_cut_off_or_too_wide(pads, pad, width):
    pad.draw(*SEVEN)
    pad.rest()
    before = pads.page.viewport_size
    pads.page.set_viewport_size({"width": width, "height": 900})
    try:
        box = pads.page.locator(".lab-pad").first
        assert box.evaluate(FIND_LAYOUT_FAULTS) == []
        assert box.bounding_box()["width"] <= 1000
    finally:
        pads.page.set_viewport_size(before)
