"""Drawing on the pad in a real browser: mouse, pen, finger and keyboard.

Set SCREENSHOTS to a folder to keep pictures of it.
"""

import re

from pad_page import NEXT_FRAME, ONE


def test_an_empty_paper_has_no_reading(pad):
    assert pad.probabilities() == [] and pad.part("hint").is_visible()
    assert pad.box.locator(".lab-pad-winner").count() == 0
    assert all(button.is_disabled() for button in pad.part("labels").locator("button").all())
    assert pad.part("clear").is_disabled() and pad.ink() == 0
    pad.canvas.press("Control+z")
    said = pad.part("spoken").first.inner_text
    pad.wait(lambda: said().startswith("Nothing to take back. Pen up"))


def test_what_is_drawn_with_the_mouse_is_read(pad):
    pad.draw(*ONE)
    pad.rest()
    p = pad.probabilities()
    assert len(p) == 10 and abs(sum(p) - 1) < 0.006
    assert pad.winner() == p.index(max(p))
    assert pad.verdict() == f"It reads {pad.winner()}, at {pad.written()[pad.winner()]}"
    assert not pad.part("hint").is_visible() and pad.ink() > 10_000
    widths = pad.part("fill").evaluate_all("bars => bars.map(bar => parseFloat(bar.style.width))")
    assert all(abs(width / 100 - share) < 0.001 for width, share in zip(widths, p, strict=True))
    captions = pad.part("layer").all_inner_texts()
    assert re.fullmatch(r"hidden layer 1: \d+ of 32 active", captions[0])
    assert re.fullmatch(r"hidden layer 2: \d+ of 16 active", captions[1])
    rows = [any(pad.seen()[28 * i : 28 * i + 28]) for i in range(28)]
    assert sum(rows) in (20, 21), "20 pixels high, as in MNIST"


def test_a_tap_a_line_at_the_border_and_a_scrawl_are_read(pad):
    for corners in [((30, 30),), ((1, 1), (1, 279)), ((0, 0), (280, 0), (0, 280), (280, 280))]:
        pad.draw(*corners)
        pad.wait(lambda: len(pad.probabilities()) == 10)
        pad.clear()


def test_a_line_that_leaves_the_paper_goes_on_when_it_comes_back(pad):
    pad.draw((140, 140), (320, 140), (140, 200))
    pad.wait(pad.probabilities)
    inside = pad.ink()
    assert pad.opacity(160, 193) > 200, "ink on the way back in"
    pad.page.mouse.move(*pad.place(40, 40), steps=4)
    assert pad.ink() == inside, "the button is up: nothing is drawn"


def test_undo_takes_back_stroke_by_stroke_and_clear_as_well(pad):
    pad.draw(*ONE)
    pad.rest()
    one, reading = pad.ink(), pad.probabilities()
    pad.draw((60, 140), (220, 140))
    pad.rest()
    assert pad.ink() > one
    pad.part("undo").click()
    pad.wait(lambda: pad.probabilities() == reading)
    assert pad.ink() == one
    pad.clear()
    assert pad.ink() == 0
    pad.part("undo").click()
    pad.wait(lambda: pad.probabilities() == reading)
    pad.canvas.press("Control+z")
    pad.wait(lambda: pad.probabilities() == [])
    assert pad.ink() == 0


def test_undo_never_forgets_ink_that_is_to_be_seen(pad):
    pad.box.evaluate("""box => {
        const canvas = box.querySelector("canvas"), edge = canvas.getBoundingClientRect();
        for (let i = 0; i < 230; i++) {  // taps, more than Undo goes back
            const place = { pointerId: 1, button: 0, bubbles: true,
                clientX: edge.left + 12 + 11 * (i % 23), clientY: edge.top + 12 + 25 * (i / 23) };
            canvas.setPointerCapture = () => {};
            canvas.dispatchEvent(new PointerEvent("pointerdown", place));
            canvas.dispatchEvent(new PointerEvent("pointerup", place));
        }
        delete canvas.setPointerCapture;
    }""")
    pad.rest()
    assert pad.opacity(12, 12) == 255, "the first tap"
    pad.clear()


def test_space_held_down_puts_the_pen_down_once(pad):
    pad.canvas.focus()
    for _ in range(6):  # a key that is held repeats
        pad.page.keyboard.down("Space")
    assert pad.box.locator(".lab-pad-pen-down").count() == 1
    pad.page.keyboard.up("Space")
    pad.page.keyboard.press("Space")
    assert pad.box.locator(".lab-pad-pen-down").count() == 0
    pad.page.keyboard.press("Delete")


def test_the_keys_to_draw_with_are_shown_where_they_cover_nothing(pad):
    label, keys, canvas = pad.part("label"), pad.part("keys"), pad.canvas
    canvas.evaluate("canvas => canvas.blur()")
    keys.wait_for(state="hidden")
    before = label.bounding_box()
    canvas.focus()
    pad.page.keyboard.press("Space")
    keys.wait_for()
    shown, tools = keys.bounding_box(), pad.part("tools").bounding_box()
    assert shown["y"] >= tools["y"] + tools["height"] - 1, "below the paper and its buttons"
    assert shown["y"] + shown["height"] <= before["y"] + 1 and label.bounding_box() == before
    assert canvas.bounding_box()["x"] <= shown["x"], "its beginning is not cut off"
    pad.page.keyboard.press("Delete")
    canvas.evaluate("canvas => canvas.blur()")
    keys.wait_for(state="hidden")


def test_what_is_said_of_empty_paper_is_no_longer_than_what_is_read(pad):
    width = """verdict => { const range = document.createRange();
        range.selectNodeContents(verdict); return range.getBoundingClientRect().width; }"""
    empty = pad.part("verdict").evaluate(width)
    pad.draw(*ONE)
    pad.rest()
    assert 0 < empty <= pad.part("verdict").evaluate(width), "else the bars jump in a narrow column"
    pad.clear()


def test_clear_by_keyboard_leaves_the_keys_with_the_pad(pad):
    pad.draw(*ONE)
    pad.rest()
    ink = pad.ink()
    pad.part("clear").press("Enter")
    assert pad.ink() == 0
    # a disabled button loses the focus with the next frame
    pad.page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    pad.page.keyboard.press("Control+z")
    assert pad.ink() == ink


def test_a_digit_can_be_drawn_with_the_keyboard(pad):
    pad.canvas.focus()
    pad.page.keyboard.press("ArrowUp")
    assert pad.part("pen").is_visible() and pad.ink() == 0, "the pen is up"
    pad.page.keyboard.press("Space")
    for key in ["ArrowDown"] * 18:
        pad.page.keyboard.press(key)
    pad.page.keyboard.press("Space")
    pad.wait(pad.probabilities)
    pad.rest()
    down = pad.ink()
    box = pad.seen()
    columns = [any(box[i::28]) for i in range(28)]
    assert down > 8_000 and sum(columns) < 8, "a line straight down"
    for key in ["ArrowRight"] * 5:
        pad.page.keyboard.press(key)
    assert pad.ink() == down, "the pen is up again"
    pad.page.keyboard.press("Control+z")
    pad.wait(lambda: pad.probabilities() == [])
    said = pad.part("spoken").first.inner_text
    pad.wait(lambda: said().startswith("Taken back. Pen up"))
    # two arrow keys at once draw aslant; Delete clears
    pad.page.keyboard.press("Space")
    pad.page.keyboard.down("ArrowLeft")
    for _ in range(10):
        pad.page.keyboard.press("ArrowUp")
    pad.page.keyboard.up("ArrowLeft")
    pad.wait(pad.probabilities)
    pad.rest()
    box = pad.seen()
    assert sum(any(box[i::28]) for i in range(28)) > 15 and not any(box[28 * 5 + 20 : 28 * 5 + 28])
    pad.page.keyboard.press("Delete")
    pad.wait(lambda: pad.probabilities() == [])


def test_who_draws_with_the_keyboard_sees_paper_pen_and_keys(pad):
    pad.draw((40, 40))
    assert not pad.part("keys").is_visible() and not pad.part("pen").is_visible()
    pad.clear()
    pad.part("undo").focus()
    pad.page.keyboard.press("Shift+Tab")
    assert pad.part("keys").is_visible() and pad.part("pen").is_visible()
    pad.page.mouse.move(*pad.place(140, 140))
    outside = """canvas => {
        const { top, bottom } = canvas.getBoundingClientRect();
        return bottom < 0 || top > innerHeight;
    }"""
    while not pad.canvas.evaluate(outside):
        pad.page.mouse.wheel(0, 400)
        pad.page.evaluate(NEXT_FRAME)
    pad.page.keyboard.press("ArrowDown")
    edge = pad.canvas.bounding_box()
    assert edge["y"] >= 0 and edge["y"] + edge["height"] <= pad.page.viewport_size["height"]
    pad.clear()


def test_the_eraser_takes_ink_away_and_shift_is_the_other(pad):
    pad.draw(*ONE)
    pad.rest()
    one = pad.ink()
    eraser = pad.part("eraser")
    eraser.click()
    pad.draw((100, 140), (180, 140))
    pad.rest()
    assert pad.ink() < one and pad.opacity(140, 140) == 0
    pad.page.keyboard.down("Shift")
    pad.draw((100, 140), (180, 140))
    pad.page.keyboard.up("Shift")
    assert pad.opacity(140, 140) == 255
    pad.canvas.press("e")
    assert eraser.get_attribute("aria-pressed") == "false"
    pad.canvas.press("Control+z")
    pad.canvas.press("Control+z")
    assert pad.ink() == one
    pad.canvas.press("e")
    pad.clear()
    assert eraser.is_disabled() and eraser.get_attribute("aria-pressed") == "false"


def test_home_brings_the_pen_to_the_middle_and_shift_moves_it_farther(pad):
    scroller = pad.page.locator(".jp-WindowedPanel-outer")
    pad.canvas.focus()
    before = scroller.evaluate("element => element.scrollTop")
    for key in ("End", "Home"):
        pad.page.keyboard.press(key)
        style = pad.part("pen").get_attribute("style")
    assert scroller.evaluate("element => element.scrollTop") == before, "the page stays"
    assert style == "left: 50%; top: 50%;"
    pad.page.keyboard.press("Shift+ArrowLeft")
    pad.page.keyboard.press("ArrowDown")
    style = pad.part("pen").evaluate("pen => [pen.style.left, pen.style.top].map(parseFloat)")
    assert 50 - style[0] > 3 * (style[1] - 50) > 0
    for key, said in (("ArrowLeft", "at the left edge"), ("ArrowUp", "in the top left corner")):
        for _ in range(6):
            pad.page.keyboard.press(f"Shift+{key}")
        pad.wait(lambda said=said: pad.part("paper").get_by_text(f", {said}").count() == 1)
    at = pad.part("pen").evaluate("pen => [pen.style.left, pen.style.top].map(parseFloat)")
    assert min(at) > 3.9, "half a stroke, 11 of 280, from the edge: it is whole"


def test_who_draws_too_small_is_told(pad):
    pad.draw((30, 30), (60, 30), (40, 70))
    pad.wait(lambda: pad.box.get_by_role("status").get_by_text("Draw larger: ").count() == 1)
    assert not pad.part("plain").is_visible()
    assert pad.part("advice").inner_text() == pad.part("small").inner_text()
    pad.clear()
    assert pad.part("advice").inner_text() == ""
    pad.draw((30, 30), (60, 30), (40, 70))
    pad.part("clear").focus()  # who has left the paper hears of other things
    pad.rest()
    pad.page.evaluate("new Promise((done) => setTimeout(done, 1100))")  # after the pad's own wait
    assert pad.part("advice").inner_text() == "" != pad.part("small").inner_text()
    pad.clear()
    assert pad.part("plain").is_visible() and pad.part("small").inner_text() == ""


def test_a_finger_draws(pad):
    device = pad.page.context.new_cdp_session(pad.page)
    device.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    scroller = pad.page.locator(".jp-WindowedPanel-outer")
    before = scroller.evaluate("element => element.scrollTop")
    try:
        for i in range(21):
            x, y = pad.place(140, 40 + 10 * i)
            kind = "touchStart" if i == 0 else "touchMove"
            device.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]}
            )
        device.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        pad.wait(pad.probabilities)
        pad.rest()
        box = pad.seen()
        assert sum(any(box[28 * i : 28 * i + 28]) for i in range(28)) in (20, 21)
        assert scroller.evaluate("element => element.scrollTop") == before, "the page stays"
    finally:
        device.send("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_a_pen_that_presses_harder_draws_a_broader_line(pad):
    device = pad.page.context.new_cdp_session(pad.page)
    inks = []
    for force in (0.2, 0.9):
        for i, kind in enumerate(["mousePressed", "mouseMoved", "mouseMoved", "mouseReleased"]):
            x, y = pad.place(140, 60 + 50 * i)
            event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
            event |= {"pointerType": "pen", "force": force}
            device.send("Input.dispatchMouseEvent", event)
        pad.wait(pad.probabilities)
        inks.append(pad.ink())
        pad.clear()
    assert inks[1] > 1.5 * inks[0]
