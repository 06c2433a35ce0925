"""The newest training step, kept so that it can be looked at: its batch, the network before it."""

from typing import NamedTuple

import numpy as np

from .moments import copy
from .pace import FULL


class Kept(NamedTuple):
    """A step that is about to be taken: the network's weights, images (N, 784), labels (N,)."""

    before: dict
    x: np.ndarray
    labels: np.ndarray


class Latest:
    """What is `kept` of a session's newest step; None if no network has taken one.

    At full speed nothing is kept: it would slow down the training, and nobody could look.
    `fresh` says that the network is still as that step has left it.
    """

    def __init__(self, session):
        self.session, self.kept, self.fresh = session, None, False

    def watch(self, x, labels):
        """A step on this mini-batch is about to be taken."""
        session = self.session
        self.fresh = session.driver.speed != FULL or session.state != "running"
        if self.fresh:
            self.kept = Kept(copy(session.model), x.copy(), labels.copy())

    def forget(self):
        """Another network is here now."""
        self.kept, self.fresh = None, False
