"""Two runs beside each other: the matrix as a difference, and their two curves alone."""


class Comparing:
    """Compares the present run of an `InteractiveLab` with an `other`, as long as both are there.

    The present one may wait, or train: the difference follows it.
    """

    def __init__(self, lab):
        self.lab, self.other, self.present = lab, None, None
        self.ended = ""  # why, if not by the reader, until the state changes again

    def ask(self, run):
        """The reader wants this run compared, or no longer; None: no run any more."""
        self.show(None if run is self.other else run)
        text = self.lab.matrix.text
        self.lab.page.say(text if self.other else f"Comparing ended. {text}")

    def show(self, run):
        """Compare with this run, or end that."""
        lab = self.lab
        self.present, self.ended = lab.session.run, ""
        self.other = run if run is not self.present and self.present else None
        said = None
        if self.other:
            self.other.valued, said = True, self.other.moments[-1].said
        lab.matrix.compare(said, f"run {run.number + 1}" if said else "")
        lab.draw_curve(now=True)
        lab._show_runs()

    def follow(self):
        """End it when another network is here, or the other run is gone, and keep why."""
        session, other, self.ended = self.lab.session, self.other, ""
        if not other or (session.run is self.present and other in session.runs):
            return
        why = "the network is untrained"
        if session.run is self.present:
            why = f"run {other.number + 1} is cleared"
        elif session.run:
            does = "trains" if session.state == "running" else "is the present one"
            why = f"run {session.run.number + 1} {does}"
        self.show(None)
        self.ended = f"Comparing ended: {why}."
