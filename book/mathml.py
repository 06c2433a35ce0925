"""Mathematics of the book: LaTeX becomes MathML while building, so that no page loads a program."""

import itertools
import re
from xml.etree import ElementTree

import latex2mathml.converter
from docutils import nodes

FUNCTIONS = {"ln", "log", "exp", "max", "min"}
BEFORE_A_SIGN = {"(", ",", "=", "\N{MIDDLE DOT}"}
NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def mathml(latex, display="inline"):
    """Return the <math> element of a formula."""
    root = ElementTree.fromstring(latex2mathml.converter.convert(latex, display=display))
    for row in list(root.iter()):
        for part in row:
            if part.text in FUNCTIONS:
                part.tag = f"{{{NAMESPACE}}}mi"
            if part.text == "/":
                part.attrib |= {"lspace": "0", "rspace": "0"}
        for part, after in itertools.pairwise(list(row)):
            # "ln p": LaTeX sets a thin space by itself, but none before a bracket
            if part.text in FUNCTIONS and after.text != "(":
                space = ElementTree.Element(f"{{{NAMESPACE}}}mspace", width="0.17em")
                row.insert(list(row).index(after), space)
            if after.text == "\N{MINUS SIGN}" and part.text in BEFORE_A_SIGN:
                after.set("form", "prefix")  # the minus of a number, not between two
    ElementTree.register_namespace("", NAMESPACE)
    text = ElementTree.tostring(root, encoding="unicode")
    return re.sub(r"(\d)</mn><mo>,</mo><mn>(\d{3})</mn>", r"\1,\2</mn>", text)  # 10,000


def show_inline(translator, node):
    translator.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def show_block(translator, node):
    formula = mathml(node.astext(), "block")
    translator.body.append(f'<div class="formula">{formula}</div>')
    raise nodes.SkipNode


def keep_together(_app, doctree):
    """Let no new line begin with the full stop, comma or bracket that follows a formula."""
    for formula in list(doctree.findall(nodes.math)):
        after = formula.next_node(descend=False, siblings=True)
        if isinstance(after, nodes.Text) and (mark := re.match(r"[.,:;)!?]+", after.astext())):
            rest = nodes.Text(after.astext()[mark.end() :])
            after.parent.replace(after, rest)
            both = nodes.inline("", "", classes=["together"])
            formula.replace_self(both)
            both += [formula, nodes.Text(mark[0])]


def setup(app):
    app.connect("doctree-read", keep_together)
    app.add_html_math_renderer("mathml", (show_inline, None), (show_block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
