"""The page of nn_core.py, piece by piece, and which lesson builds which piece."""

import ast
import json
import re
from pathlib import Path
from typing import NamedTuple

from book.links import LESSONS, ROOT, slug

SOURCE = (ROOT / "nn_core.py").read_text("utf-8")


def definitions(source):
    """Return {name: names of its methods} of the classes and functions in Python code."""
    try:
        nodes = ast.parse(re.sub(r"^[%!].*$", "", source, flags=re.MULTILINE)).body
    except SyntaxError:
        return {}
    return {
        node.name: [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
        for node in nodes
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }


PIECES = definitions(SOURCE)


class Built(NamedTuple):
    """A cell of a lesson that defines a piece of nn_core.py, or new methods of it."""

    piece: str
    lesson: Path
    step: str  # the number of its section
    heading: str  # the last one above it
    methods: list

    def place(self):
        """A link such as [lesson 01, step 6](01_forward_pass.ipynb#6-bend-the-line-with-relu)."""
        address = f"{self.lesson.name}#{slug(self.heading)}"
        return f"[lesson {self.lesson.name[:2]}, step {self.step}]({address})"


def built():
    """Yield a `Built` for each piece in the order of the lessons; each method once."""
    seen = set()
    for path in LESSONS:
        step = heading = ""
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            text, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
            if cell["cell_type"] == "markdown":
                for heading in re.findall(r"^##+ (.+)$", text, re.MULTILINE):
                    step = heading.split(".")[0] if heading[0].isdigit() else step
            elif "exercise" not in tags:
                for piece, methods in definitions(text).items():
                    new = [m for m in methods or [""] if (piece, m) not in seen]
                    if piece in PIECES and new:
                        yield Built(piece, path, step, heading, [m for m in new if m])
                        if "early-version" not in tags:  # a later lesson has the rest
                            seen |= {(piece, m) for m in new}


def with_methods(found):
    """Return [(text, [methods])] as words: 'text (`forward`, `backward`)', each text once."""
    methods = {}
    for text, names in found:
        methods.setdefault(text, []).extend(f"`{n}`" for n in names if n != "__init__")
    return [f"{text} ({', '.join(names)})" if names else text for text, names in methods.items()]


def pieces_of(path):
    """Return a sentence for a lesson: what it builds of nn_core.py; empty if nothing."""
    here = [cell for cell in built() if cell.lesson == path]
    links = [(f"[`{b.piece}`](nn_core.md#{b.piece.lower()})", b.methods) for b in here]
    file = "[`nn_core.py`](nn_core.md)"
    return f"Of {file} you have built {', '.join(with_methods(links))}." if links else ""


def page():
    """Return the Markdown of the page of nn_core.py."""
    lines, cells = SOURCE.splitlines(), list(built())
    bars = {i: line for i, line in enumerate(lines) if re.match("# -{9}", line)}  # "# ---- layers"
    text = [
        "# nn_core.py, piece by piece",
        "This file is the network, from top to bottom. Above each piece stands the lesson that "
        "builds it: what you type there is what stands here.",
        code(lines[: min(bars)]),
    ]
    for node in ast.parse(SOURCE).body:
        if getattr(node, "name", None) in PIECES:
            begin = min(part.lineno for part in [node, *node.decorator_list]) - 1
            text += [f"## {bars.pop(i).strip('# -').capitalize()}" for i in list(bars) if i < begin]
            places = [(cell.place(), cell.methods) for cell in cells if cell.piece == node.name]
            text += [f"### `{node.name}`", f"Built in {' and '.join(with_methods(places))}."]
            text += [code(lines[begin : node.end_lineno])]
    return "\n\n".join(text) + "\n"


def code(lines):
    source = "\n".join(lines).strip()
    return f"```{{code-block}} python\n:class: file\n\n{source}\n```"
