"""The book as a reader meets it: built, its links followed, every page opened in Chromium.

Not part of `make test`, because its packages are not among a learner's, but of
`make test-everywhere`.
"""

import contextlib
import functools
import http.server
import itertools
import json
import os
import re
import subprocess
import threading
import time
import urllib.parse
from html.parser import HTMLParser

import numpy as np
import pytest

from browser import chromium, find_chromium
from clean_environment import clean_environment
from nn_core import cross_entropy, softmax
from project_copy import ROOT

PROGRAMS = ROOT / "book" / ".venv" / ("Scripts" if os.name == "nt" else "bin")
if not (PROGRAMS / "sphinx-build").exists():
    pytest.skip("what builds the book is not installed: make book", allow_module_level=True)

HUNG = 600  # seconds for what takes half a minute
LARGEST = 15e6  # bytes of all pages together
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
PAGES = ["index", *LESSONS, "glossary", "nn_core", "benchmarks", "search"]
each_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """The folder of the built book; the build sees no network, and has no warning."""
    build, began = tmp_path_factory.mktemp("book"), time.perf_counter()
    sphinx = [PROGRAMS / "sphinx-build", "-q", "-W", "-c", "book", build / "pages", build / "html"]
    for command in ([PROGRAMS / "python", "-m", "book.stage", build], sphinx):
        done = subprocess.run(
            command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=HUNG
        )
        assert done.returncode == 0, done.stdout + done.stderr
    print(f"the book was built in {time.perf_counter() - began:.0f} s")
    return build / "html"


@pytest.fixture(scope="module")
def address(html):
    """The address of a server that has the book."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# -------------------------------------------------------------------------------- as files


class Links(HTMLParser):
    """The addresses, names of places, and pictures without words in a page."""

    def __init__(self, text):
        self.loaded, self.followed, self.places, self.mute = [], [], set(), []
        super().__init__()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.places |= {found["id"]} if "id" in found else set()
        if tag == "a" and "href" in found:
            self.followed.append(found["href"])
        elif tag == "link" and found.get("rel") in ("stylesheet", "icon", "next", "prev"):
            self.loaded.append(found["href"])
        elif found.get("src"):
            self.loaded.append(found["src"])
        if tag == "img" and not found.get("alt"):
            self.mute.append(found.get("src"))


@pytest.fixture(scope="module")
def links(html):
    return {page.name: Links(page.read_text("utf-8")) for page in html.glob("*.html")}


@each_page
def test_every_link_and_picture_leads_somewhere(html, links, name):
    found = links[f"{name}.html"]
    for target in found.loaded + found.followed:
        url = urllib.parse.urlsplit(target)
        if url.scheme in ("http", "https"):
            assert target not in found.loaded, f"loaded from elsewhere: {target}"
            continue
        file = urllib.parse.unquote(url.path) or f"{name}.html"
        assert url.scheme in ("", "data") and (url.scheme or (html / file).exists()), target
        if url.fragment and file in links and target in found.followed:
            assert urllib.parse.unquote(url.fragment) in links[file].places, target
    assert found.mute == [], "pictures without a description"


def test_the_pages_are_all_there_and_small(html):
    assert {path.stem for path in html.glob("*.html")} == set(PAGES)
    size = sum(path.stat().st_size for path in html.rglob("*") if path.is_file())
    print(f"the book has {size / 1e6:.1f} MB")
    assert size < LARGEST


def test_styles_load_nothing_from_elsewhere(html):
    for sheet in html.rglob("*.css"):
        found = re.findall(r"url\(\s*[\"']?(https?:)?//|@import", sheet.read_text("utf-8"))
        assert found == [], sheet.name


@pytest.mark.parametrize("i", range(len(LESSONS)))
def test_a_lesson_leads_to_its_neighbours(html, i):
    text = (html / f"{LESSONS[i]}.html").read_text("utf-8")
    found = re.findall(r'class="(next|prev)-page" href="([^"#]+)', text)
    before, after = [["index", *LESSONS][i], [*LESSONS, "glossary"][i + 1]]
    assert sorted(found) == [("next", f"{after}.html"), ("prev", f"{before}.html")]


# ------------------------------------------------------------------------------ in a browser


@pytest.fixture(scope="module")
def browser():
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if find_chromium() is None:
        pytest.skip("no browser here")
    with chromium() as browser:
        yield browser


@contextlib.contextmanager
def opened(browser, address, width=1280, scheme="light"):
    """Open an address; at the end there must have been no error, and no request elsewhere."""
    faults = []
    viewport = {"width": width, "height": 800}
    page = browser.new_page(viewport=viewport, color_scheme=scheme)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    here = ("http://127.0.0.1:", "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(here) else faults.append(r.url))
    page.goto(address, timeout=1000 * HUNG)
    try:
        yield page
        assert faults == []
    finally:
        page.close()


UNFOLD = "document.querySelectorAll('details').forEach(details => details.open = true)"
FIND_FAULTS = """() => {
    const faults = [...document.images].filter(img => !img.naturalWidth).map(img => img.src);
    for (const error of document.querySelectorAll("article merror, article .problematic"))
        faults.push(error.textContent);
    const prose = document.querySelector("article").cloneNode(true);
    prose.querySelectorAll("code, pre, script, style").forEach(part => part.remove());
    faults.push(...prose.textContent.match(/[^\\n]*(\\$|\\\\[a-z]|\\*\\*|\\]\\()[^\\n]*/g) ?? []);
    return faults;
}"""
FIND_WIDE = """() => {
    const width = document.documentElement.clientWidth, wide = [];
    const scrolls = part => part.tagName !== "ARTICLE"
        && (/auto|scroll|hidden/.test(getComputedStyle(part).overflowX)
            || scrolls(part.parentElement));
    for (const part of document.querySelectorAll("article *"))
        if (part.getBoundingClientRect().right > width + 1 && !scrolls(part.parentElement))
            wide.push(part.outerHTML.slice(0, 100));
    return document.documentElement.scrollWidth > width ? ["the page", ...wide] : wide;
}"""
FIND_CUT = """() => [...document.querySelectorAll(
    "article .formula, .cell:not(.tag_matrix) .cell_output pre")]
    .filter(part => part.scrollWidth > part.clientWidth).map(part => part.textContent)"""
ASK_CORNERS = """place => {
    const [polygon, svg] = ["polygon", "svg"].map(name => place.querySelector(name));
    const corners = [[0.01, 0.01], [0.01, 0.29], [0.29, 0.01], [0.29, 0.29], [0.15, 0.15]];
    return corners.map(([upper, lower]) => {
        const point = new DOMPoint(1000 * upper, 200 - lower / 0.3 * 200);
        return [[upper, lower], polygon.isPointInFill(point)];
    });
}"""
READ_TIME = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


@each_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_whole(browser, address, name, scheme):
    with opened(browser, f"{address}/{name}.html", 390, scheme) as page:
        page.evaluate(UNFOLD)
        assert page.evaluate(FIND_FAULTS) == []
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (int(re.search(r"\d+", background)[0]) < 128) == (scheme == "dark")
        for width in (390, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(FIND_WIDE) == [], f"at {width} pixels"
            assert page.evaluate(FIND_CUT) == [], f"at {width} pixels"
        print(f"{name}, {scheme}: text after {page.evaluate(READ_TIME)} ms")


def test_code_of_88_columns_needs_no_scrolling(browser, address):
    with opened(browser, f"{address}/{LESSONS[4]}.html") as page:
        hidden = page.locator(".cell_input pre").evaluate_all(
            "all => all.map(code => code.scrollWidth - code.clientWidth)"
        )
    assert len(hidden) > 20 and max(hidden) <= 0


def test_the_search_finds_a_lesson(browser, address):
    with opened(browser, f"{address}/search.html?q=cross-entropy") as page:
        page.locator("#search-results li a").first.wait_for(timeout=1000 * HUNG)
        found = page.locator("#search-results li a").evaluate_all("links => links.map(a => a.href)")
    assert any(LESSONS[1] in link for link in found)


@pytest.mark.parametrize(("word", "lesson"), [("softmax", 2), ("ReLU", 1), ("minibatches", 5)])
def test_the_search_names_the_lesson_first_that_builds_a_word(browser, address, word, lesson):
    with opened(browser, f"{address}/search.html?q={word}") as page:
        first = page.locator("#search-results li a").first
        first.wait_for(timeout=1000 * HUNG)
        assert LESSONS[lesson - 1] in first.get_attribute("href")


def test_code_is_copied_as_it_stands(browser, address):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/{LESSONS[0]}.html")
    page.locator(".cell_input .highlight", has_text="assert 2 + 2").hover()
    page.locator(".cell_input .highlight", has_text="assert 2 + 2").locator("button").click()
    line = 'assert 2 + 2 == 4, "this is shown only if the claim is false"'
    page.wait_for_function("navigator.clipboard.readText().then(text => text !== '')")
    assert page.evaluate("navigator.clipboard.readText()").strip() == line
    context.close()


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
        result = page.get_by_text("the best line gets 3 of 4 cases right")
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
