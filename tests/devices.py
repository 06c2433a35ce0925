"""A device to save onto in tests, which faulty code may replace without harm."""

import os
import stat
from pathlib import Path


def a_device(folder):
    """Return the path of a device such as /dev/null.

    Whoever is root could replace the computer's own by a file: there it is one made in `folder`.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return Path(os.devnull)
    path = Path(folder, "a_device")
    os.mknod(path, stat.S_IFCHR | 0o666, os.stat(os.devnull).st_rdev)
    return path
