"""What one can touch in a page of the book: sliders, figures, folds, contents."""

import itertools
import json
import re

import numpy as np
from book_pages import LESSONS, opened

from nn_core import cross_entropy, softmax
from project_copy import ROOT

ASK_CORNERS = """place => {
    const [polygon, svg] = ["polygon", "svg"].map(name => place.querySelector(name));
    const corners = [[0.01, 0.01], [0.01, 0.29], [0.29, 0.01], [0.29, 0.29], [0.15, 0.15]];
    return corners.map(([upper, lower]) => {
        const point = new DOMPoint(1000 * upper, 200 - lower / 0.3 * 200);
        return [[upper, lower], polygon.isPointInFill(point)];
    });
}"""


def test_the_sliders_of_lesson_02_live_in_the_page(browser, address):
    chosen = itertools.product([(2, 1, -1), (0, 0, 0), (8, -8, 0.5)], [0, 1000, -300], range(3))
    with opened(browser, f"{address}/{LESSONS[1]}.html", 390) as page:
        play = page.locator("[data-play=softmax]")
        for logits, added, right in chosen:
            for i, value in enumerate([*logits, added]):
                play.locator("[type=range]").nth(i).fill(str(value))
            play.get_by_role("radio").nth(right).check()
            said = play.inner_text().replace("\N{MINUS SIGN}", "-")
            numbers = np.array(re.findall(r"^-?\d\S*$", said, re.MULTILINE), float)
            loss = float(re.search(r"right: (\S+) nats", said)[1])
            z = np.array([logits], float) + added
            assert np.allclose(numbers[1::3], z, rtol=1e-3), said
            assert np.allclose(numbers[2::3], softmax(z), rtol=1e-3), said
            assert np.isclose(loss, cross_entropy(z, np.array([right])), rtol=1e-2), said


def test_the_sliders_of_lesson_01_live_in_the_page(browser, address):
    points = json.loads((ROOT / "book" / "live" / "halves.json").read_text("utf-8"))
    halves = np.array([*points["sixes"], *points["sevens"]]) / 1e5
    is_seven = np.arange(len(halves)) >= len(points["sixes"])
    with opened(browser, f"{address}/{LESSONS[0]}.html", 390) as page:
        play = page.locator("[data-play=neuron]")
        assert play.locator("circle, path").count() == len(halves) == 200
        for w1, w2, b in [(20, -20, 0.4), (10, -10, 0.2), (-30, 7, 1.3), (0, 0, 1), (0, 0, 0)]:
            for slider, value in zip(play.get_by_role("slider").all(), (w1, w2, b), strict=True):
                slider.fill(str(value))
            right = ((halves @ [w1, w2] + b > 0) == is_seven).sum()
            assert f"{right} of 200 images right" in play.inner_text()
            for corner, says in play.evaluate(ASK_CORNERS):
                assert says == (np.dot(corner, [w1, w2]) + b > 0), (corner, w1, w2, b)


def test_sliders_are_long_enough_for_a_finger(browser, address):
    for name in LESSONS[:2]:
        with opened(browser, f"{address}/{name}.html", 390) as page:
            sliders = page.locator(".play [type=range]").all()
            assert len(sliders) >= 3
            assert min(slider.bounding_box()["width"] for slider in sliders) >= 160


def test_a_figure_opens_larger(browser, address):
    with opened(browser, f"{address}/{LESSONS[0]}.html", 390) as page:
        figures = page.locator("article a.figure")
        assert figures.count() == page.locator("article img").count() > 5
        figures.nth(1).focus()
        page.keyboard.press("Enter")
        large = page.locator("dialog[open] img")
        small = figures.nth(1).locator("img")
        assert large.bounding_box()["width"] > 1.8 * small.bounding_box()["width"]
        assert large.get_attribute("alt") == small.get_attribute("alt")
        page.keyboard.press("Escape")
        large.wait_for(state="detached")
        figures.nth(0).click()
        page.get_by_role("button", name="Close").click()
        large.wait_for(state="detached")


def test_the_contents_close_when_a_heading_is_chosen(browser, address):
    with opened(browser, f"{address}/{LESSONS[0]}.html", 390) as page:
        page.locator("label.toc-header-icon").click()
        assert page.locator("#__toc").is_checked()
        page.locator(".toc-drawer").get_by_text("9. Let it guess").click()
        assert not page.locator("#__toc").is_checked()
        assert page.url.endswith("#let-it-guess")


def test_a_result_to_predict_is_folded_except_on_paper(browser, address):
    with opened(browser, f"{address}/{LESSONS[0]}.html") as page:
        result = page.get_by_text("half as large: 1024 times smaller")
        assert not result.is_visible()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert result.is_visible() and not page.get_by_text("draw_shares(data").is_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert not result.is_visible()
        cell = page.locator(".cell", has=result)
        cell.get_by_text("Show the result").click()
        assert result.is_visible()


def test_answers_unfold_with_the_keyboard_and_on_paper(browser, address):
    with opened(browser, f"{address}/{LESSONS[0]}.html") as page:
        answer = page.locator("details", has=page.get_by_text("Answer", exact=True)).first
        answer.locator("summary").focus()
        page.keyboard.press("Enter")
        assert answer.get_attribute("open") is not None
        page.keyboard.press("Enter")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert answer.get_attribute("open") is not None
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert answer.get_attribute("open") is None
