"""Where each NumPy function and each form of Python is first met, and the glossary of all words.

usage: python notebooks/support/first_met.py     (writes support/glossary.md)

The words stand in the lessons, each lesson's under "The words". The forms stand here. A test looks
at every lesson: it may use no form before its place, none that has no place, and no word of a
later lesson. Whether an explanation is a good one no test can judge.
"""

import json
import re
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[1]
GLOSSARY = Path(__file__).with_name("glossary.md")

FORMS = [  # form, lesson, section, what it does; in the order in which a reader meets them
    ("assert", "01", "1", "stops the cell with a message if a claim is false"),
    ("print()", "01", "1", "writes on the page"),
    ("x[a:b]", "01", "1", "a part of a list or an array, from a up to but not including b"),
    (".min()", "01", "1", "the smallest entry"),
    (".max()", "01", "1", "the largest entry"),
    ("np.array", "01", "2", "makes an array of a list"),
    ("@", "01", "2", "the product of two arrays: multiply, then add up"),
    (".mean()", "01", "4", "the mean of the entries"),
    ("axis=", "01", "4", "along which axis: 0 goes down the rows, 1 along each row"),
    ("np.isin", "01", "4", "for each entry: is it one of these?"),
    ("f-string", "01", "4", "text with values in braces"),
    ("len()", "01", "4", "how many entries there are; of an array: how many rows"),
    ("np.allclose", "01", "5", "are two arrays equal but for rounding?"),
    ("class", "01", "6", "a plan for objects, which are functions that remember"),
    ("np.maximum", "01", "6", "the larger of two numbers, entry by entry"),
    ("range()", "01", "6", "the numbers 0, 1, 2, ... up to but not including the given one"),
    ("np.array_equal", "01", "6", "same shape and same entries?"),
    (
        "np.random.default_rng",
        "01",
        "7",
        "a source of random numbers, the same ones for the same seed",
    ),
    (".standard_normal()", "01", "7", "random numbers around 0, with a typical size of 1"),
    (".round()", "01", "7", "rounds each entry"),
    ("np.random", "01", "7", "NumPy's random numbers"),
    ("np.sqrt", "01", "7", "the square root of each entry"),
    (".append()", "01", "7", "adds an entry to a list"),
    ("round()", "01", "7", "rounds a number"),
    (".items()", "01", "8", "the pairs of key and value of a dictionary"),
    ("np.float32", "01", "8", "numbers of 4 bytes each"),
    (".astype()", "01", "8", "the same numbers in another type"),
    ("np.zeros_like", "01", "8", "zeros in the shape of another array"),
    ("np.zeros", "01", "8", "an array full of 0"),
    ("{k: v for ...}", "01", "8", "a dictionary, made by a loop"),
    ("+=", "01", "8", "adds to what is there"),
    (".pop()", "01", "8", "takes out an entry of a list or a dictionary"),
    (".argmax()", "01", "9", "the place of the largest entry"),
    (".permutation()", "01", "9", "the entries in random order"),
    (".std()", "01", "9", "the standard deviation: how far entries typically lie from their mean"),
    ("np.exp", "02", "1", "e to the power of each entry"),
    (".sum()", "02", "1", "the sum of the entries; of True and False, how many are True"),
    ("np.log", "02", "2", "the natural logarithm of each entry"),
    ("np.isclose", "02", "2", "entry by entry: equal but for rounding?"),
    ("with", "02", "4", "runs the lines below it in a special setting"),
    ("np.errstate", "02", "4", "a block or function without NumPy's warnings"),
    (".all()", "02", "4", "is every entry true?"),
    ("np.isnan", "02", "4", "for each entry: is it nan?"),
    ("keepdims=", "02", "6", "keeps what is computed along each row a column"),
    ("@decorator", "02", "6", "a line with @ above a function changes how the whole function runs"),
    ("np.arange", "02", "7", "the whole numbers from 0 up"),
    ("np.concatenate", "02", "7", "several arrays end to end"),
    ("np.full", "02", "8", "an array of equal numbers"),
    ("[... for ...]", "02", "8", "a list, made by a loop"),
    ("dtype=", "02", "8", "the type of the numbers"),
    ("np.linspace", "02", "8", "evenly spaced numbers"),
    ("class B(A)", "02", "9", "a class that has all that another class has, and more"),
    (".argmin()", "02", "10", "the place of the smallest entry"),
    ("np.bincount", "02", "10", "counts how many 0s, 1s, 2s, ... there are"),
    ("x[:, None]", "02", "10", "the same numbers with one more axis: a plain row becomes a column"),
    ("np.abs", "02", "10", "the size of each entry, without its sign"),
    ("max()", "03", "1", "the largest of several"),
    ("np.shape", "03", "2", "the shape of anything that is like an array"),
    ("np.eye", "03", "3", "a table with 1 on its diagonal and 0 elsewhere; its rows are one-hot"),
    (".T", "03", "4", "the array with its rows and columns exchanged"),
    ("all()", "03", "5", "is every entry true?"),
    ("np.einsum", "03", "7", "nested loops that multiply and add, in one line"),
    ("a if c else b", "04", "1", "a where the condition holds, else b"),
    ("np.float64", "04", "1", "NumPy's usual type of numbers, 8 bytes each"),
    ("-=", "04", "1", "subtracts from what is there; an array changes in place"),
    ("reversed()", "04", "2", "the same list, from last to first"),
    ("hasattr()", "04", "3", "has the object something of this name?"),
    ("type()", "04", "3", "which class an object has"),
    ("|=", "04", "3", "adds the entries of one dictionary to another"),
    ("enumerate()", "04", "3", "the entries with their numbers, 0, 1, 2, ..."),
    (".values()", "04", "3", "the values of a dictionary"),
    ("sum()", "04", "3", "adds up the entries"),
    ("(... for ...)", "04", "3", "entries made one at a time by a loop, without a list"),
    ("strict=", "04", "4", "an error if one of the lists is longer"),
    ("zip()", "04", "4", "goes through several lists together"),
    ("x[...]", "04", "4", "all entries of an array, to write into it"),
    ("np.diff", "04", "4", "the differences between neighbours"),
    ("abs()", "04", "4", "the size, without the sign"),
    ("np.ndindex", "04", "4", "every place of an array, one after the other"),
    ("np.argsort", "04", "5", "the row numbers in sorted order"),
    ("zip(*...)", "04", "5", "the star hands over the lists one by one: it takes pairs apart"),
    (
        "np.unravel_index",
        "04",
        "5",
        "the rows and columns of entries that were counted in one long row",
    ),
    ("*list", "04", "5", "the entries of a list, one by one"),
    ("float()", "04", "5", "makes an ordinary number"),
    ("list()", "04", "5", "makes a list"),
    ("lambda", "04", "6", "a small function without a name"),
    ("try", "04", "7", "with except: goes on after an error"),
    ("np.logspace", "04", "8", "numbers that grow by the same factor each time"),
    (".reshape()", "05", "1", "the same numbers in another shape"),
    ("yield", "05", "2", "hands out one value, then waits until somebody asks for the next"),
    ("while", "05", "2", "repeats as long as a condition holds"),
    (".tolist()", "05", "2", "a list of ordinary numbers"),
    ("sorted()", "05", "2", "a sorted list"),
    ("np.mean", "05", "4", "the mean of all entries"),
    (
        "a | b",
        "05",
        "5",
        "of dictionaries: the entries of both, in a new one; of types: one or the other",
    ),
    ("def f(a, *, b)", "05", "5", "b must be passed by name"),
    ("np.int64", "05", "5", "NumPy's usual type of whole numbers"),
    ("def f(*args)", "05", "7", "however many arguments there are, args is the tuple of them"),
    ("np.linalg.norm", "05", "7", "the length of an arrow"),
    ("np.linalg", "05", "7", "NumPy's linear algebra"),
    (".ravel()", "05", "7", "all numbers in one long row"),
    (".any()", "05", "9", "is at least one entry true?"),
    ("np.sum", "05", "9", "the sum of all entries"),
    ("np.trace", "05", "10", "the sum of the diagonal"),
    ("np.flatnonzero", "05", "10", "the places where something is true"),
    ("map()", "05", "end", "applies a function to each entry"),
    ("x[a::n]", "05", "end", "every n-th entry, from entry a on"),
    ("f(**d)", "05", "end", "passes the entries of a dictionary as named arguments"),
    ("np.savez", "05", "end", "write named arrays to a file"),
    (".random()", "06", "1", "random numbers between 0 and 1"),
    (".integers()", "06", "1", "random whole numbers"),
    ("super()", "06", "3", "the method as it was before we replaced it"),
    ("np.round", "06", "3", "rounds each entry"),
    ("*=", "06", "5", "multiplies what is there; an array changes in place"),
    ("set()", "06", "6", "a collection without order, each entry once"),
    ("np.roll", "06", "7", "move every entry on by some places; the last comes first"),
    (".tobytes()", "06", "7", "the bytes of an array, to compare bit by bit"),
    ("{... for ...}", "06", "7", "a set, made by a loop"),
    ("np.ndarray", "07", "1", "the type of NumPy's arrays"),
    ("def f(**kwargs)", "07", "2", "named arguments of any names, as a dictionary"),
    ("min()", "07", "4", "the smallest of several"),
    ("np.median", "07", "4", "the middle one of the entries, when they are sorted"),
    ("np.quantile", "07", "7", "the number below which a given share of the entries lies"),
    ("np.ones", "07", "7", "an array of ones"),
    ("isinstance()", "07", "7", "is this object one of that class?"),
    (".binomial()", "07", "7", "how many of n tries succeed, drawn at random"),
    ("/=", "08", "2", "divides what is there; an array changes in place"),
    (".uniform()", "08", "3", "random numbers between two limits, all equally likely"),
    ("np.mgrid", "08", "3", "tables of the row numbers and of the column numbers"),
    ("np.clip", "08", "4", "moves what is outside two limits to the nearer one"),
    ("np.where", "08", "4", "chooses entry by entry between two arrays"),
    ("np.stack", "08", "4", "puts arrays on top of each other, along a new axis"),
    ("np.floor", "08", "4", "rounds down"),
    (".swapaxes()", "08", "5", "exchanges two axes"),
    ("int()", "08", "5", "makes a whole number"),
    ("divmod()", "08", "5", "quotient and remainder at once"),
    (".copy()", "08", "5", "an array with numbers of its own"),
    ("np.empty", "08", "7", "an array that is not filled yet"),
    (".argsort()", "08", "9", "where the smallest entry stands, then the next, and so on"),
    ("await", "09", "1", "lets others work until this is done"),
    ("async def", "09", "1", "a function that can be left alone for a moment"),
    ("iter()", "09", "1", "a walk through entries, one at a time"),
    ("next()", "09", "1", "asks for the next entry"),
    ("raise", "09", "1", "stops with an error"),
    ("np.float16", "09", "2", "numbers of 2 bytes each"),
    ("np.nan_to_num", "09", "2", "puts numbers in the place of nan"),
    ("np.uint8", "09", "2", "whole numbers from 0 to 255, a byte each"),
    ("np.diag", "09", "2", "the diagonal of a matrix"),
    (".repeat()", "09", "2", "each entry several times"),
    ("np.pad", "09", "3", "puts a frame around an array"),
    ("np.average", "09", "3", "a mean with weights"),
    ("np.minimum", "09", "3", "the smaller of two numbers, entry by entry"),
    ("np.ptp", "09", "3", "the largest minus the smallest entry"),
]


def text_of(path):
    """Return all Markdown of the notebook at `path`."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def words(path):
    """Return {word: explanation} of the section "The words" in the notebook at `path`."""
    section = re.search(r"^### The words\n(.*?)(?=^#|\Z)", text_of(path), re.MULTILINE | re.DOTALL)
    found = re.findall(r"^- \*\*(.+?)\*\*(.*?): (.+)$", section[1] if section else "", re.MULTILINE)
    return {(word + more).replace("*", ""): explanation for word, more, explanation in found}


def glossary():
    """Return the text of the glossary: the words in alphabetical order, then the forms."""
    lessons = {path.name[:2]: path for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    rows = [
        (word, number, explanation)
        for number, path in lessons.items()
        for word, explanation in words(path).items()
    ]
    links = {number: f"[{number}](../{path.name})" for number, path in lessons.items()}
    lines = ["# Glossary", "", "Every word of the lessons in one line, and where it is explained."]
    lines += ["", "| word | lesson | meaning |", "|---|---|---|"]
    lines += [f"| **{w}** | {links[n]} | {e} |" for w, n, e in sorted(rows, key=_by_letters)]
    lines += ["", "## Python and NumPy", "", "In the order in which the lessons use them."]
    lines += ["", "| form | lesson | what it does |", "|---|---|---|"]
    lines += [f"| `{f.replace('|', chr(92) + '|')}` | {links[n]} | {e} |" for f, n, _, e in FORMS]
    return "\n".join(lines) + "\n"


def _by_letters(row):
    return row[0].lower()


if __name__ == "__main__":
    GLOSSARY.write_text(glossary(), "utf-8")
