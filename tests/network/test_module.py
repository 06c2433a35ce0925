"""The modules as such: what they import, and that everything explains itself."""

import importlib
import json
import sys

import pytest
from toy import python


def test_import_loads_numpy_and_the_standard_library_only():
    names = json.loads(
        python(
            "import sys, json; before = set(sys.modules); import nn_core;"
            "print(json.dumps(sorted({name.split('.')[0] for name in set(sys.modules) - before})))"
        )
    )
    ours = {"nn_checks", "nn_core", "numpy"}
    others = [name for name in names if name not in ours | sys.stdlib_module_names]
    # numpy registers a few names of its own machinery, such as _cython_3_0_11
    assert [name for name in others if not name.startswith("_cython")] == []
    assert "numpy" in names


@pytest.mark.parametrize(
    ("module", "n"), [("nn_core", 16), ("nn_checks", 25), ("data.mnist", 6), ("data.distortion", 4)]
)
def test_everything_explains_itself(module, n):
    module = importlib.import_module(module)
    public = [v for v in vars(module).values() if getattr(v, "__module__", "") == module.__name__]
    assert module.__doc__ and len(public) >= n
    for thing in public:
        assert thing.__doc__, thing
        for name, method in vars(thing).items() if isinstance(thing, type) else []:
            if callable(method) and not name.startswith("_"):
                assert method.__doc__, f"{thing.__name__}.{name}"
