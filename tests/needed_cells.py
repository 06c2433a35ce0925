"""Which cells of a lesson must have run before some of them can: a part of a lesson, run alone.

The long trainings of a lesson run once, under nbval. A test that wants a widget, or an exercise,
runs the cells that these are made of.
"""

import ast
import itertools
import re
import symtable


def python_of(cell):
    """The Python in a code cell: line magics such as %matplotlib become blank lines."""
    return re.sub(r"^[%!].*$", "", cell.source, flags=re.MULTILINE)


def needed_cells(cells, wanted):
    """Return the positions of the code cells that the cells at `wanted` need, and these, in order.

    A cell is needed if it gives a name that a later one reads, by `=`, `def`, `class`, or `import`,
    or changes what has such a name, as `runs["x"] = ...` and `model.layers.append(...)` do. A name
    too many costs time; a name that was missed is a NameError in the test that asks.
    """
    code = {i: statements(cell) for i, cell in enumerate(cells) if cell.cell_type == "code"}
    needed, names = {min(code)}, set()  # the first cell: imports, and what stands before them
    inside, imported = {}, set()
    for statement in itertools.chain(*code.values()):
        imported |= statement.imported
        for name, read in statement.functions.items():
            inside.setdefault(name, set()).update(read)
    for i in sorted(code, reverse=True):
        given = set().union(*(s.given | (s.changed - imported) for s in code[i]))
        if i in wanted or names & given:
            needed.add(i)
            for statement in reversed(code[i]):
                read = set(statement.read)
                while more := set().union(*(inside.get(name, ()) for name in read)) - read:
                    read |= more  # what a function reads when it is called
                names = (names - statement.replaced) | read
    return sorted(needed)


class Statement:
    """The names in one statement of a cell: `read`, `given`, and so on."""

    def __init__(self, node):
        table = symtable.symtable(ast.unparse(node), "cell", "exec")
        symbols, scopes = table.get_symbols(), table.get_children()
        self.imported = {s.get_name() for s in symbols if s.is_imported()}
        self.given = {s.get_name() for s in symbols if s.is_assigned()} | self.imported
        self.read = {s.get_name() for s in symbols if s.is_referenced()}.union(*map(taken, scopes))
        self.functions = {scope.get_name(): taken(scope) for scope in scopes}
        # not by what may not run, or only in part: if, for, with, try
        simple = (ast.Assign, ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
        self.replaced = self.given if isinstance(node, simple) else set()
        self.changed = {owner(part) for part in ast.walk(node) if changes(part)}


def statements(cell):
    return [Statement(node) for node in ast.parse(python_of(cell)).body]


def taken(scope):
    """Return the names that a function or class, and what is written in it, takes from outside."""
    found = {s.get_name() for s in scope.get_symbols() if s.is_global() and s.is_referenced()}
    return found.union(*map(taken, scope.get_children()))


def changes(node):
    """Is this a store into something, or a method called for what it does?"""
    if isinstance(node, (ast.Subscript, ast.Attribute)):
        return isinstance(node.ctx, ast.Store)
    called = getattr(node.value, "func", None) if isinstance(node, ast.Expr) else None
    return isinstance(called, ast.Attribute)


def owner(node):
    """Return the name on the left of `name.a[b].c(...)`, or None."""
    while not isinstance(node, ast.Name):
        inner = ("value", "func")
        node = next((getattr(node, name) for name in inner if hasattr(node, name)), None)
        if node is None:
            return None
    return node.id
