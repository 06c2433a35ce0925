"""Corrections on the pad: what they cost, and how to take them back."""

from .confusion import snapshot
from .moments import copy, put


class Corrections:
    """The corrections of a session's network since the last step of its training."""

    def __init__(self, session):
        self.session, self.before = session, []  # (weights, moments, share read rightly) of each

    def __len__(self):
        return len(self.before)

    def begin(self):
        """Remember the network: a correction is about to change it."""
        session = self.session
        right = session.accuracy(snapshot("", session.model, session.val[0]))
        self.before.append((copy(session.model), len(session.moments), right))

    def end(self):
        """Look again: the correction has changed the network.

        Return three accuracies: before the first correction, before this one, and now.
        """
        session = self.session
        right = session.accuracy(snapshot("", session.model, session.val[0]))
        session.looked = False
        if session.state != "running":
            session.remember(f"after correction {len(self)}")
        self.count()
        return self.before[0][2], self.before[-1][2], right

    def undo(self, count=1):
        """Take back the latest `count` corrections, as if they had not been."""
        session = self.session
        for _ in range(min(count, len(self))):
            weights, moments, _ = self.before.pop()
            put(session.model, weights)
            del session.moments[moments:]
            session.looked = session.state != "running"
            session.say_right()
            self.count()

    def forget(self):
        """The network has moved on: there is nothing to take back any more."""
        if self.before:
            self.before = []
            if self.session.run:
                self.session.run.corrections = 0

    def count(self):
        """Have the list of runs say how many corrections there were."""
        self.session.latest.fresh = False
        if self.session.run:
            self.session.run.corrections = len(self)
        self.session.on_change("correction")
