"""The links of a text that is taken from the project into the book: what becomes of each."""

import os
import re
import shutil
from pathlib import Path

from book import host

ROOT = Path(__file__).parents[1]
LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))
PAGES = {  # file of the project: the page of the book that is made from it
    "README.md": "index.md",
    "nn_core.py": "nn_core.md",
    "benchmarks/README.md": "benchmarks.md",
    "notebooks/support/glossary.md": "glossary.md",
    **{f"notebooks/{path.name}": path.name for path in LESSONS},
}
CODE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]+)\)")


def slug(heading):
    """Return the name of a heading in an address, as MyST makes it of a heading."""
    return re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-")


def moved(text, folder, pages):
    """Return Markdown from a file in `folder` of the project, with links that work in the book.

    Pictures are copied beside the `pages`. What is no page of the book is a link to where the
    project is hosted, or plain text if nobody has said where that is.
    """

    def move(match):
        picture, label, target = match.groups()
        path, _, anchor = target.partition("#")
        if ":" in target:
            return match[0]
        anchor = f"#{slug(anchor)}" if anchor else ""  # JupyterLab names headings as they are
        if not path:
            return f"[{label}]({anchor})"
        file = os.path.normpath(folder / path).replace(os.sep, "/")
        if not (ROOT / file).exists():
            raise FileNotFoundError(f"{folder}: a link leads to {target}, which is not there")
        if picture:
            copy = pages / "pictures" / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, copy)
            return f"![{label}](pictures/{file})"
        label = LINK.sub(move, label)  # a picture that is a link
        if file in PAGES:
            return f"[{label}]({PAGES[file]}{anchor})"
        return f"[{label}]({host.REPOSITORY}/blob/HEAD/{file})" if host.REPOSITORY else label

    code = []  # which may hold what looks like a link; a label may hold code

    def hide(match):
        code.append(match[0])
        return f"\0{len(code) - 1}\0"

    text = LINK.sub(move, CODE.sub(hide, text))
    return re.sub("\0(\\d+)\0", lambda match: code[int(match[1])], text)
