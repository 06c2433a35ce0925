"""A photograph put onto the pad in a real browser: chosen, dropped, or refused with a sentence.

Set SCREENSHOTS to a folder to keep a picture of it.
"""

import base64
import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image  # Matplotlib needs it

from browser import voila
from project_copy import write_notebook

sys.path.append(str(Path(__file__).parents[1] / "lab"))
from lab_page import watch_for_faults
from pad_helpers import ONE, SEVEN
from pad_page import CELLS, FIND_LAYOUT_FAULTS, NEXT_FRAME, Pad
from photographs import enlarged, photograph

DROP = """([target, files]) => {
    const data = new DataTransfer();
    for (const [name, type, content] of files) {
        const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt());
        data.items.add(new File([bytes], name, { type }));
    }
    const prevented = [];
    for (const kind of ["dragover", "drop"]) {
        const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector(target).dispatchEvent(event);
        prevented.push(event.defaultPrevented);
    }
    return prevented;
}"""

PHOTO = photograph(SEVEN)


@pytest.fixture(scope="module")
def shown(folder, browser):
    """The pad alone on a page of Voila."""
    path = folder / "notebooks" / "photograph.ipynb"
    write_notebook(path, CELLS[0].rsplit("\n", 1)[0], "pad")
    with voila(path) as url:
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        faults = watch_for_faults(page, url)
        yield SimpleNamespace(page=page)
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            page.screenshot(path=Path(folder) / "photograph.png", full_page=True)
        page.close()
        assert faults == []


@pytest.fixture
def pad(shown):
    pad = Pad(shown)
    pad.clear()
    return pad


def file(image, kind, name="seven", **options):
    """Return a file as Playwright sends it: name, type and content."""
    content = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(content, kind, **options)
    return as_file(f"{name}.{kind}", content.getvalue(), f"image/{kind}")


def as_file(name, content, kind="image/png"):
    return {"name": name, "mimeType": kind, "buffer": content}


def choose(pad, chosen):
    """Do what a browser does when its reader has chosen a file."""
    pad.box.locator("input[type=file]").set_input_files(chosen)


def drop(pad, *files, target=".lab-pad-canvas"):
    sent = [[f["name"], f["mimeType"], base64.b64encode(f["buffer"]).decode()] for f in files]
    return pad.page.evaluate(DROP, [target, sent])


def said(pad, text):
    """Wait until the pad says this of the photograph; return the whole sentence."""
    pad.wait(lambda: text in pad.part("said").inner_text())
    return pad.part("said").inner_text()


def is_seven(pad):
    """Is what the network sees the seven, upright?"""
    pad.wait(pad.probabilities)
    pad.rest()
    image = np.reshape(pad.seen(), (28, 28))
    rows = np.flatnonzero(image.max(axis=1) > 128)
    top = image[rows[0] : rows[0] + 3].max(axis=0) > 128
    bottom = image[rows[-1] - 2 : rows[-1] + 1].max(axis=0) > 128
    return bool(len(rows) in (20, 21) and top.sum() > 8 and bottom.sum() < 6)


def test_nothing_is_seen_of_it_before_it_is_wanted(pad):
    assert pad.part("choose").inner_text() == "A photo …"
    colours = [
        pad.part(name).evaluate("button => getComputedStyle(button).borderColor")
        for name in ("choose", "undo")
    ]
    assert colours[0] == colours[1], "it looks like the buttons beside it"
    assert pad.part("photograph").inner_text() == ""
    last = pad.part("correct").bounding_box()
    assert (
        pad.box.bounding_box()["height"]
        < last["y"] + last["height"] - pad.box.bounding_box()["y"] + 12
    )


def test_the_keyboard_opens_the_list_of_files(pad):
    asked = []
    pad.page.on("filechooser", lambda chooser: asked.append(chooser))
    pad.part("choose").focus()
    for key in ("Enter", "Space"):
        before = len(asked)
        pad.page.keyboard.press(key)
        pad.wait(lambda before=before: pad.page.evaluate("() => 1") and len(asked) > before)
    asked[-1].set_files({"name": "bad.png", "mimeType": "image/png", "buffer": b"no picture"})
    said(pad, "bad.png: no picture")
    before = len(asked)
    pad.page.keyboard.press("Enter")
    pad.wait(lambda: pad.page.evaluate("() => 1") and len(asked) > before)
    asked[-1].set_files(file(PHOTO, "png"))
    said(pad, "seven.png is on the paper")


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "bmp"])
def test_a_photograph_is_chosen_and_each_step_shown(pad, kind):
    choose(pad, file(PHOTO, kind))
    assert said(pad, f"seven.{kind}") == f"seven.{kind} is on the paper."
    assert is_seven(pad)
    captions = pad.part("steps").locator("figcaption").all_inner_texts()
    assert len(captions) == 4 and captions[0] == "your picture, in grey"
    names = (
        pad.part("steps")
        .get_by_role("img")
        .evaluate_all("all => all.map(canvas => canvas.ariaLabel)")
    )
    assert names == captions
    assert pad.box.evaluate(FIND_LAYOUT_FAULTS) == []
    button, words, bars, strip = (
        pad.part(name).bounding_box() for name in ("choose", "said", "bars", "steps")
    )
    assert 0 < words["y"] - button["y"] - button["height"] < 20, "right under the button"
    assert strip["x"] > bars["x"] + bars["width"] and strip["y"] < bars["y"], "beside the bars"
    pad.box.get_by_role("button", name="Close the photograph").press("Enter")
    assert pad.part("photograph").inner_text() == "" and pad.part("steps").inner_html() == ""
    pad.page.evaluate(NEXT_FRAME)
    assert pad.part("choose").evaluate("button => button === document.activeElement")
    pad.part("undo").click()
    pad.wait(lambda: pad.probabilities() == [])


def test_a_photograph_is_dropped_onto_the_pad(pad):
    assert drop(pad, file(PHOTO, "png", "first")) == [True, True]
    said(pad, "first.png is on the paper")
    assert is_seven(pad)
    assert pad.box.evaluate("box => box.classList.contains('lab-pad-over')") is False
    drop(pad, file(PHOTO, "png", "one"), file(PHOTO, "png", "two"))
    said(pad, "2 files, of which one.png is on the paper")
    address = pad.page.url
    assert drop(pad, file(PHOTO, "png"), target="body") == [True, True], "it does not open the file"
    assert pad.page.url == address


def test_a_camera_that_was_turned_has_noted_it(pad):
    turned = Image.fromarray(PHOTO).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by 90 degrees clockwise
    choose(pad, file(turned, "jpeg", "turned", exif=exif))
    said(pad, "turned.jpeg is on the paper")
    assert is_seven(pad)


@pytest.mark.parametrize("ink", [0, 255])
def test_lines_on_a_transparent_ground_are_ink_whatever_their_colour(pad, ink):
    alpha = np.uint8(255 * enlarged(SEVEN, 224).round().clip(0, 1))
    rgba = np.dstack([np.full_like(alpha, ink)] * 3 + [alpha])
    choose(pad, file(rgba, "png", f"clear{ink}"))
    said(pad, f"clear{ink}.png is on the paper")
    assert is_seven(pad)


def test_a_small_picture_and_a_large_one(pad):
    choose(pad, file(np.uint8(255 * enlarged(SEVEN, 28).clip(0, 1)), "png", "small"))
    said(pad, "small.png is on the paper")
    assert is_seven(pad)
    choose(pad, file(Image.fromarray(PHOTO).resize((4000, 4000)), "jpeg", "large"))
    said(pad, "large.jpeg is on the paper")
    assert is_seven(pad)


BLANK = photograph(np.zeros((28, 28)))
TWO = np.hstack([photograph(SEVEN), photograph(ONE)])
FRAMES = [Image.fromarray(PHOTO), Image.fromarray(BLANK)]
MOVING = {"save_all": True, "append_images": FRAMES[1:], "duration": 200}


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (as_file("notes.txt", b"seven", "text/plain"), "no picture"),
        (as_file("empty.png", b""), "no picture"),
        (as_file("cut.jpeg", file(PHOTO, "jpeg")["buffer"][:300]), "no picture"),
        (file(FRAMES[0], "gif", "moving", **MOVING), "it moves"),
        (file(FRAMES[0], "png", "moving", **MOVING), "it moves"),
        (file(FRAMES[0], "webp", "moving", **MOVING), "it moves"),
        (file(BLANK, "jpeg", "blank"), "no digit can be seen on it"),
        (file(TWO, "jpeg", "two"), "2 things can be seen on it"),
    ],
    ids=lambda value: value["name"] if isinstance(value, dict) else "",
)
def test_a_bad_file_gets_a_sentence_and_loses_nothing(pad, bad, sentence):
    pad.draw((140, 40), (140, 240))
    pad.rest()
    before = pad.ink(), pad.seen(), pad.verdict()
    choose(pad, bad)
    text = said(pad, f"{bad['name']}: {sentence}")
    assert text.endswith(". The paper is as it was.") and text.count(":") == 2, "and what to do"
    pad.rest()
    assert (pad.ink(), pad.seen(), pad.verdict()) == before
    assert pad.part("steps").inner_html() == ""


def test_a_file_of_many_megabytes_is_not_even_read(pad):
    pad.box.evaluate("""box => {
        const data = new DataTransfer(), input = box.querySelector("input[type=file]");
        data.items.add(new File([new Uint8Array(41e6)], "many.jpeg", { type: "image/jpeg" }));
        input.files = data.files;
        input.dispatchEvent(new Event("change"));
    }""")
    said(pad, "many.jpeg: it has 41 MB, and 40 are the most: save it smaller. The paper")


def test_a_picture_for_those_who_look(pad):
    choose(pad, file(PHOTO, "jpeg"))
    said(pad, "seven.jpeg is on the paper")
    assert is_seven(pad)


def test_another_drawing_ends_what_was_said_of_it(pad):
    for draw_another in (lambda: pad.draw((40, 40), (60, 200)), lambda: pad.part("clear").click()):
        choose(pad, as_file("note.png", b"no picture"))
        said(pad, "note.png: ")
        pad.part("examples").locator("button").first.scroll_into_view_if_needed()
        draw_another()
        pad.wait(lambda: pad.part("said").inner_text() == "")
