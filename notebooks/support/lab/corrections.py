"""Corrections on the pad: what they cost, and how to take them back."""

from .confusion import snapshot
from .moments import copy, put
from .run import Change


class Corrections:
    """The corrections of a session's network since the last step of its training."""

    def __init__(self, session):
        self.session, self.before = session, []  # (weights, moments, share read rightly) of each
        self.earlier = 0  # corrections that the network had already

    def __len__(self):
        return len(self.before)

    def begin(self):
        """Remember the network: a correction is about to change it."""
        session = self.session
        if not self.before:
            self.earlier = session.run.corrections if session.run else 0
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
        """Another network is here: there is nothing to take back any more."""
        self.before = []

    def settle(self):
        """The network is trained on with its corrections: they are part of the run's way now."""
        self.forget()
        run = self.session.run
        if run.corrections:
            run.log.append(Change(run.step, "corrections", 0, run.corrections, run.place))
            run.corrections = 0

    def count(self):
        """Have the list of runs say how many corrections there were."""
        self.session.latest.fresh = False
        if self.session.run:
            self.session.run.corrections = self.earlier + len(self)
        self.session.on_change("correction")
