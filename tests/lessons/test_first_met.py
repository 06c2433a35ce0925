"""No lesson uses a form of Python or NumPy, or a word, before the place where it is explained.

What is met where stands in notebooks/support/first_met.py. Cells that only draw are left out:
nobody needs to read them.
"""

import ast
import json
import re
from pathlib import Path

import pytest

from support import first_met
from support.first_met import FORMS

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
PLACE = {form: (lesson, section) for form, lesson, section, _ in FORMS}
BUILTINS = {
    *("abs", "all", "any", "divmod", "enumerate", "float", "hasattr", "int", "isinstance", "iter"),
    *("len", "list", "map", "max", "min", "next", "print", "range", "reversed", "round", "set"),
    *("sorted", "sum", "super", "type", "zip"),
}
METHODS = {
    *("all", "any", "append", "argmax", "argmin", "argsort", "astype", "binomial", "copy"),
    *("integers", "items", "max", "mean", "min", "permutation", "pop", "random", "ravel"),
    *("repeat", "reshape", "round", "standard_normal", "std", "sum", "swapaxes", "tobytes"),
    *("tolist", "uniform", "values"),
}
NODES = {
    ast.ClassDef: "class",
    ast.AsyncFunctionDef: "async def",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.YieldFrom: "yield from",
    ast.Lambda: "lambda",
    ast.ListComp: "[... for ...]",
    ast.DictComp: "{k: v for ...}",
    ast.SetComp: "{... for ...}",
    ast.GeneratorExp: "(... for ...)",
    ast.With: "with",
    ast.Try: "try",
    ast.Raise: "raise",
    ast.Assert: "assert",
    ast.While: "while",
    ast.IfExp: "a if c else b",
    ast.JoinedStr: "f-string",
    ast.NamedExpr: ":=",
    ast.Starred: "*list",
}
OPERATORS = {ast.MatMult: "@", ast.BitOr: "a | b"}
CHANGES = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/=", ast.BitOr: "|="}


def forms(source):
    """Return the forms of Python and NumPy that a code cell uses."""
    found = set()
    for node in ast.walk(ast.parse(re.sub(r"^[%!].*$", "", source, flags=re.MULTILINE))):
        found |= {name for kind, name in NODES.items() if isinstance(node, kind)}
        match node:
            case ast.ClassDef(bases=[_, *_]):
                found.add("class B(A)")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found |= {"@decorator"} if node.decorator_list else set()
                found |= {"def f(a, *, b)"} if node.args.kwonlyargs else set()
                found |= {"def f(*args)"} if node.args.vararg else set()
                found |= {"def f(**kwargs)"} if node.args.kwarg else set()
            case ast.Attribute(attr="T"):
                found.add(".T")
            case ast.BinOp(op=op):
                found |= {OPERATORS[type(op)]} if type(op) in OPERATORS else set()
            case ast.AugAssign(op=op):
                found.add(CHANGES[type(op)])
            case ast.Dict(keys=keys) if None in keys:
                found.add("{**d}")
            case ast.Subscript(slice=index):
                found |= slicings(index.elts if isinstance(index, ast.Tuple) else [index])
            case ast.Call():
                found |= calls(node)
        if name := numpy_name(node):
            found.add(name)
    return found


def slicings(parts):
    """Return the forms in the brackets of `x[...]`."""
    slices = [part for part in parts if isinstance(part, ast.Slice)]
    values = [part.value for part in parts if isinstance(part, ast.Constant)]
    found = {"x[a:b]"} if slices else set()
    found |= {"x[a::n]"} if any(part.step for part in slices) else set()
    found |= {"x[:, None]"} if None in values else set()
    return found | ({"x[...]"} if Ellipsis in values else set())


def calls(node):
    """Return the forms in a call: named arguments, built-in functions, methods of arrays."""
    names = [keyword.arg for keyword in node.keywords]
    found = {f"{name}=" for name in names if name in ("axis", "dtype", "keepdims", "strict")}
    found |= {"f(**d)"} if None in names else set()
    match node.func:
        case ast.Name(id=name) if name in BUILTINS:
            found.add(f"{name}()")
            if name == "zip" and any(isinstance(a, ast.Starred) for a in node.args):
                found.add("zip(*...)")
        case ast.Attribute(attr=name, value=value) if name in METHODS:
            module = isinstance(value, ast.Name) and value.id in ("np", "math", "figures", "copy")
            found |= set() if module else {f".{name}()"}
    return found


def numpy_name(node):
    """Return "np.random.default_rng" for the node of that, or None for any other."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    is_numpy = names and isinstance(node, ast.Name) and node.id == "np"
    return ".".join(["np", *reversed(names)]) if is_numpy else None


def code_by_section(path):
    """Yield (section, source) of the cells that a reader reads."""
    section = "need"
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for title in re.findall(r"^## (.+)$", source, re.MULTILINE):
                section = title.split(".")[0] if title[0].isdigit() else "end"
        elif not source.startswith("# drawing") and section != "need":
            yield section, source


def order(lesson, section):
    return lesson, int(section) if section.isdigit() else 99


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_form_is_used_before_its_place(path):
    lesson = path.name[:2]
    for section, source in code_by_section(path):
        for form in forms(source):
            assert form in PLACE, f"{form}, in section {section}, is explained nowhere"
            late = f"{form} is used in section {section}, and first met in {PLACE[form]}"
            assert order(*PLACE[form]) <= order(lesson, section), late


def test_every_form_of_the_table_is_used_at_its_place():
    found = {
        (path.name[:2], section, form)
        for path in NOTEBOOKS
        for section, source in code_by_section(path)
        for form in forms(source)
    }
    table = {(lesson, section, form) for form, lesson, section, _ in FORMS}
    assert {row for row in table if row not in found} == set()
    assert len(PLACE) == len(FORMS), "a form stands twice"


def test_forms_are_seen():
    source = "x = np.random.default_rng(0)\nfor a, b in zip(*y, strict=True):\n    z[:, None] @= 1"
    with pytest.raises(KeyError):  # @= is none of the forms that the lessons may use
        forms(source)
    source = source.replace("@=", "+=")
    assert forms(source) >= {"np.random.default_rng", "zip(*...)", "strict=", "x[:, None]", "+="}
    assert forms("class A(B):\n    async def f(self):\n        yield [i for i in x]") == {
        *("class", "class B(A)", "async def", "yield", "[... for ...]")
    }
    assert forms("w.sum(axis=0, keepdims=True)") == {".sum()", "axis=", "keepdims="}


# -------------------------------------------------------------------------------------- words

# Words of everyday English, which earlier lessons may use in their usual sense.
ORDINARY = {
    "class",
    "factor",
    "finding",
    "hidden",
    "in place",
    "recall",
    "rounding",
    "set",
    "spread",
}


def prose(path):
    """Return what a lesson says, without code, formulas, links, its own list of words, its end."""
    text = first_met.text_of(path)
    text = re.sub(
        r"```.*?```|\$\$.*?\$\$|`[^`]*`|\$[^$]*\$|\]\([^)]*\)|<[^>]*>", " ", text, flags=re.S
    )
    return re.split(r"^## (?:In practice|Further reading)", text, flags=re.MULTILINE)[0].lower()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_word_of_a_later_lesson_is_used(path):
    text, later = prose(path), [other for other in NOTEBOOKS if other.name > path.name]
    early = {
        word: other.stem
        for other in later
        for word in first_met.words(other)
        if word not in ORDINARY and re.search(rf"\b{re.escape(word.lower())}\b", text)
    }
    assert early == {}


def test_every_lesson_explains_words_and_none_twice():
    seen = {}
    for path in NOTEBOOKS:
        found = first_met.words(path)
        assert len(found) >= 5, path.stem
        assert not found.keys() & seen.keys(), f"{path.stem}: {found.keys() & seen.keys()}"
        seen |= found


def test_the_glossary_is_made_of_the_lessons():
    assert first_met.GLOSSARY.read_text("utf-8") == first_met.glossary(), (
        "run python notebooks/support/first_met.py"
    )
