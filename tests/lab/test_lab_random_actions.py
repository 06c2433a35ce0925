"""Five hundred random actions in the lab: no exception, no stuck button, no second training.

Hypothesis chooses the actions, the same ones every time (`derandomize`). Between two of them the
training gets a few milliseconds, or none.
"""

import asyncio
import re

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from lab_helpers import BUTTONS, DIGITS, enabled

from support.lab import InteractiveLab
from support.lab.buttons import ON

STATES = ["ready", "running", "paused", "stopped", "finished", "diverged"]
ACTIONS, VISITED = [], set()


class Reader(RuleBasedStateMachine):
    """Somebody who clicks and moves whatever there is, and draws."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.troubles = []
        self.loop.set_exception_handler(lambda _, what: self.troubles.append(what))
        self.lab = InteractiveLab(DIGITS, n_validation=300, epochs=3)

    def do(self, name, action, *arguments):
        """Do it where Jupyter's callbacks run: in the event loop."""

        async def act():
            action(*arguments)

        ACTIONS.append(name)
        self.loop.run_until_complete(act())

    @rule(name=st.sampled_from([*BUTTONS, "train", "train", "step", "stop"]))
    def click(self, name):
        """Also on a button that is disabled: the click may have been on its way."""
        self.do(name, getattr(self.lab.buttons, name).click)

    @rule(name=st.sampled_from(BUTTONS))
    def double_click(self, name):
        button = getattr(self.lab.buttons, name)
        self.do(f"double {name}", lambda: (button.click(), button.click()))

    @rule(action=st.sampled_from(["use", "back", "compare"]), run=st.integers(1, 9))
    def act_on_a_run(self, action, run):
        message = {"action": action, "run": run}
        self.do(action, self.lab.run_list._handle_custom_msg, message, [])

    @rule()
    def compare_at_rest(self):
        for _ in range(2 - len(self.lab.session.runs)):
            self.click("train")
            self.wait_for_the_end()
        self.act_on_a_run("compare", self.lab.session.runs[0].number + 1)

    @rule(name=st.sampled_from(["pause", "stop"]))
    def leave_off(self, name):
        """Before it can have ended by itself, however fast the machine."""
        self.click("train")
        self.click(name)

    @rule(count=st.integers(1, 3))
    def undo_corrections(self, count):
        for _ in range(count):
            self.do("undo", self.lab.undo_button.click)

    @rule()
    def undo_all(self):
        self.do("undo all", self.lab.undo_all_button.click)

    @rule(x=st.floats(-1, 460), quantity=st.sampled_from(["loss", "accuracy"]))
    def point_at_the_curve(self, x, quantity):
        self.do("point", self.lab.chart.set_state, {"pointed": x, "quantity": quantity})

    @rule(here=st.booleans(), page=st.sampled_from("12"))
    def visit_or_leave(self, here, page):
        message = {"here": here, "page": page}
        self.do("page", self.lab.page._handle_custom_msg, message, [])

    @rule()
    def interrupt(self):
        task = self.lab.session.driver.task
        if self.lab.session.state == "running":
            task.cancel()
            self.loop.run_until_complete(asyncio.wait([task], timeout=60))
            self.loop.run_until_complete(asyncio.sleep(0))
            assert self.lab.session.state == "paused"

    @rule(milliseconds=st.sampled_from([1, 10, 30, 60]))
    def wait(self, milliseconds):
        self.do("wait", lambda: None)
        self.loop.run_until_complete(asyncio.sleep(milliseconds / 1000))

    @rule()
    def wait_for_the_end(self):
        self.do("wait for the end", lambda: None)
        if self.lab.session.state == "running":
            self.loop.run_until_complete(asyncio.wait_for(self.lab.session.driver.task, 60))
            assert self.lab.session.state in ("finished", "diverged")

    @rule(exponent=st.floats(-3, 1))
    def set_learning_rate(self, exponent):
        slider = self.lab.controls.sliders["learning_rate"]
        self.do("rate", slider.set_state, {"value": 10**exponent})

    @rule(momentum=st.floats(0, 0.99))
    def set_momentum(self, momentum):
        slider = self.lab.controls.sliders["momentum"]
        self.do("momentum", slider.set_state, {"value": momentum})

    @rule(
        name=st.sampled_from(["batch_size", "hidden_1", "hidden_2", "hidden_3"]),
        power=st.floats(0, 6),
    )
    def choose(self, name, power):
        self.do(name, self.lab.controls.sliders[name].set_state, {"value": 2**power})

    @rule(index=st.integers(0, 5))
    def set_weight_decay(self, index):
        slider = self.lab.controls.sliders["weight_decay"]
        self.do("decay", slider.set_state, {"index": index})

    @rule(layers=st.integers(0, 3))
    def set_layers(self, layers):
        self.do("layers", self.lab.controls.sliders["layers"].set_state, {"value": layers})

    @rule(
        name_and_value=st.sampled_from(
            [
                ("epochs", 1),
                ("epochs", 5),
                ("seed", 7),
                ("distortion", 1.0),
                ("falling", True),
                ("dropout", 0.2),
            ]
        )
    )
    def set_another(self, name_and_value):
        name, value = name_and_value
        self.do(name, self.lab.controls.sliders[name].set_state, {"value": value})

    @rule(i=st.integers(0, 3))
    def preset(self, i):
        self.do("preset", self.lab.controls.preset_buttons[i].click)
        self.lab.controls.sliders["epochs"].value = 3

    @rule(share=st.floats(0, 1))
    def look_back(self, share):
        moment = round(share * (self.lab.matrix.moments - 1))
        self.do("look back", self.lab.matrix.set_state, {"moment": moment})

    @rule(digit=st.integers(0, 9), answer=st.integers(0, 9))
    def open_cell(self, digit, answer):
        self.do("cell", self.lab.matrix.set_state, {"chosen": [digit, answer]})

    @rule(how=st.sampled_from(["none", "rows", "columns"]))
    def normalise(self, how):
        self.do("normalise", self.lab.matrix.set_state, {"normalise": how})

    @rule(top=st.integers(0, 100), left=st.integers(0, 100), size=st.integers(0, 40))
    def draw(self, top, left, size):
        ink = np.zeros((112, 112), np.uint8)
        ink[top : top + size, left : left + 10] = 255
        self.do("draw", self.lab.pad.set_state, {"ink": ink.tobytes()})

    @rule(label=st.integers(0, 9))
    def correct(self, label):
        self.do("correct", self.lab.pad.correct, label)

    @rule(opened=st.booleans(), answer=st.none() | st.integers(0, 9))
    def ask_why(self, opened, answer):
        self.do("why", self.lab.why.ask.set_state, {"value": opened})
        self.do("pick", self.lab.why.view.set_state, {"picked": answer})

    @rule(content=st.sampled_from([{"make": 3}, {"make": 8}, {"back": True}]))
    def make_it_another(self, content):
        self.do(str(content), self.lab.why.view._handle_custom_msg, content, [])

    @rule(opened=st.booleans(), speed=st.sampled_from([0, 0, 10]))
    def look_through_the_glass(self, opened, speed):
        self.do("glass", self.lab.glass.ask.set_state, {"value": opened})
        self.do("speed", lambda: setattr(self.lab.buttons.speed, "value", speed))
        self.do("glass step", self.lab.glass.step.click)

    @rule(neuron=st.integers(0, 127))
    def point_at(self, neuron):
        self.do("neuron", self.lab.inside.set_state, {"neuron": neuron})

    @rule()
    def clear(self):
        self.do("clear", self.lab.clear_button.click)

    # ----------------------------------------------------------------- what must always hold

    @invariant()
    def nothing_went_wrong(self):
        assert self.troubles == []
        assert "Error" not in self.lab.message.value.replace("FloatingPointError", "")
        assert "Error" not in self.lab.pad.note

    @invariant()
    def no_second_training(self):
        session = self.lab.session
        tasks = asyncio.all_tasks(self.loop)
        assert tasks <= {session.driver.task}
        assert session.driver.running == (session.state == "running")
        assert not session.driver.running or tasks, "it says that it runs, but nothing does"

    @invariant()
    def no_button_is_stuck(self):
        state = self.lab.session.state
        assert state in STATES
        VISITED.add(state)
        assert enabled(self.lab) == ON[state]

    @invariant()
    def the_matrix_counts_every_image_once(self):
        labels, matrix = self.lab.session.val[1], self.lab.matrix
        counts = np.array(matrix.counts)
        if matrix.against:  # it shows differences: the same images, answered otherwise
            VISITED.add("comparing")
            assert not counts.sum(axis=1).any()
            return
        assert np.array_equal(counts.sum(axis=1), np.bincount(labels, minlength=10))
        if matrix.chosen:
            assert matrix.found["count"] == counts[tuple(matrix.chosen)]

    @invariant()
    def a_step_under_the_glass_is_one_that_was_taken(self):
        if (
            self.lab.glass.ask.value and self.lab.glass.view.step
        ):  # of this run, or of an earlier one until this is seen
            step, run = re.findall(r"[\d,]+", self.lab.glass.view.step["title"])[:2]
            assert int(run) <= self.lab.session.run.number + 1
            if int(run) == self.lab.session.run.number + 1:
                assert int(step.replace(",", "")) <= self.lab.session.run.step

    @invariant()
    def the_curve_has_a_line_for_every_run(self):
        alone = self.lab.comparing.other and 2  # these two are to be seen
        session = self.lab.session
        with_lines = [run for run in session.runs if run is session.run or not run.is_brief()]
        assert self.lab.chart.svg.count('"lab-run"') == (alone or len(with_lines))
        rows = [row["run"] - 1 for row in self.lab.run_list.rows][::-1]
        assert rows == [run.number for run in self.lab.session.runs]

    def teardown(self):
        self.lab.buttons.stop.click()
        pending = asyncio.all_tasks(self.loop)
        if pending:
            self.loop.run_until_complete(asyncio.wait(pending, timeout=10))
        self.loop.close()
        assert self.troubles == []


def test_five_hundred_random_actions():
    ACTIONS.clear()
    run_state_machine_as_test(
        Reader,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{len(ACTIONS)} actions of {len(set(ACTIONS))} kinds, states {sorted(VISITED)}")
    assert len(ACTIONS) >= 500 and len(set(ACTIONS)) >= 20
    seen = {"ready", "running", "paused", "stopped", "comparing"}
    assert seen <= VISITED, "the others are a matter of time"
