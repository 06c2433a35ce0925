"""The environment variables under which tests, and the programs that they start, run.

What a test finds must not depend on what the user, the editor or the CI has set: on options for
pytest, on running in a CI (where pytest writes out how two long values differ, which took hours),
on the threads and kernels of BLAS, on a plot backend, on the settings of Jupyter, IPython and
matplotlib in the home folder, on the width of the terminal. And no test needs the network.
"""

import os
import re
from pathlib import Path

HOME = Path(__file__).parents[1] / ".pytest_cache" / "home"  # settings and caches of these programs
SET_OUTSIDE = re.compile(
    r"(PYTEST|OPENBLAS|GOTO|OMP|MKL|BLIS|VECLIB|NUMEXPR|JUPYTER|IPYTHON|MPL|VOILA)\w*"
    r"|PYTHON(WARNINGS|STARTUP|UNBUFFERED)|\w*_PROXY|COLUMNS|LINES|\w*(NO|FORCE)_COLOR|PY_COLORS"
    r"|CI|BUILD_NUMBER",
    re.IGNORECASE,
)
NOWHERE = "http://127.0.0.1:9"  # refuses every connection: a download fails at once

OURS = {
    "OPENBLAS_NUM_THREADS": "1",  # on a busy computer, threads of BLAS wait for each other
    "JUPYTER_CONFIG_DIR": str(HOME / "jupyter"),
    "JUPYTER_DATA_DIR": str(HOME / "jupyter-data"),
    "JUPYTER_RUNTIME_DIR": str(HOME / "jupyter-runtime"),
    "IPYTHONDIR": str(HOME / "ipython"),
    "MPLCONFIGDIR": str(HOME / "matplotlib"),
    "http_proxy": NOWHERE,
    "https_proxy": NOWHERE,
    "no_proxy": "127.0.0.1,localhost",
}


def clean_environment(**changes):
    """Return the variables of this process without what was set outside, with ours and `changes`.

    A change to None takes a variable away.
    """
    kept = {name: v for name, v in os.environ.items() if not SET_OUTSIDE.fullmatch(name)}
    return {name: v for name, v in {**kept, **OURS, **changes}.items() if v is not None}
