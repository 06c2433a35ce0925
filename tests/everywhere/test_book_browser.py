"""The book as a reader meets it: built, its links followed, every page opened in Chromium.

Not part of `make test`, because its packages are not among a learner's, but of
`make test-everywhere`.
"""

import re
import urllib.parse
from html.parser import HTMLParser

import pytest
from book_pages import HUNG, LESSONS, opened

LARGEST = 15e6  # bytes of all pages together
PAGES = ["index", *LESSONS, "glossary", "nn_core", "benchmarks", "search"]
each_page = pytest.mark.parametrize("name", PAGES)


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
