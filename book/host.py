"""Where this copy of the project is hosted: write it here, or set it outside. May stay empty."""

import os

# such as https://github.com/YOU/COPY: for `git clone`, and for links to files that are no page
REPOSITORY = os.environ.get("BOOK_REPOSITORY", "").rstrip("/")

# such as https://mybinder.org/v2/gh/YOU/COPY/HEAD: each lesson gets a link that runs it there
BINDER = os.environ.get("BOOK_BINDER", "").rstrip("/")
