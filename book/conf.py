"""Settings of Sphinx for the book; its pages are staged by stage.py."""

import sys
from pathlib import Path

from myst_nb.sphinx_ import HideCodeCellNode

BOOK = Path(__file__).parent
sys.path.insert(0, str(BOOK.parent))

project = html_title = "scratch-nn"
language = "en"
extensions = ["myst_nb", "sphinx_copybutton", "book.mathml"]
suppress_warnings = ["misc.highlighting_failure"]  # an exercise's `...` is not always Python

# The notebooks are shown as they are committed: nothing runs.
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the code that draws this"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
smartquotes_action = "q"  # quotation marks; no dashes, no dots

html_theme = "furo"
html_static_path = [str(BOOK / "static")]
html_favicon = str(BOOK / "static" / "favicon.svg")
html_css_files = ["book.css"]
html_search_scorer = str(BOOK / "static" / "scorer.js")
html_js_files = ["book.js", "neuron.js", "softmax.js"]
html_copy_source = html_use_index = html_show_sphinx = html_show_copyright = False
html_theme_options = {
    "navigation_with_keys": True,
    "light_css_variables": {
        "color-brand-primary": "#0067a3",
        "color-brand-content": "#0067a3",
        "color-brand-visited": "#0067a3",
        "color-sidebar-link-text--top-level": "var(--color-foreground-primary)",
    },
    "dark_css_variables": {
        "color-brand-primary": "#6cbcec",
        "color-brand-content": "#6cbcec",
        "color-brand-visited": "#6cbcec",
    },
}
pygments_style, pygments_dark_style = "friendly", "github-dark"
copybutton_selector = "div.cell_input pre, div[class*=highlight-]:not(.output):not(.output *) pre"


def name_results(_app, doctree, _page):
    """Let a fold around a result say so: MyST-NB has the same words for all its folds."""
    for fold in doctree.findall(HideCodeCellNode):
        if "below-input" in fold["classes"]:
            fold["prompt_show"], fold["prompt_hide"] = "Show the result", "Hide the result"


def setup(app):
    """Take along what stage.py has put beside the pages: the live part of the front page."""
    app.connect("doctree-resolved", name_results)
    made = Path(app.srcdir).with_name("static")
    app.config.html_static_path += [str(made)] if made.exists() else []
