"""Lesson 06 in a kernel: what no output of a cell shows, in its widget and in its sentences."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "06_bug_hunt.ipynb"

EVERY_CASE = """
pictures = {}
for case in names:
    line_up.controls["case"].value = case
    for epoch in range(1, EPOCHS + 1):
        line_up.controls["epoch"].value = epoch
        assert line_up.message.value == "", line_up.message.value
        pictures[case, epoch] = line_up.picture.value
assert len(pictures) == 5 * EPOCHS
assert len(set(pictures.values())) == len(pictures), "two of them look the same"

assert set(names.values()) == set(cases) and list(names.values()) != list(cases)
assert names["case 3"] == "no transpose", "the folded answer below the figure says so"
hidden = line_up.picture.value
line_up.controls["show_name"].value = True
assert line_up.message.value == "" and line_up.picture.value != hidden
"""

ALL_PARAMETERS = """
def in_a_row(model):
    first_gradient(model)
    return np.concatenate([grad.ravel() for _, grad in model.params_and_grads()])


model = build(relu=OutputReLU)
wrong, right = in_a_row(model), in_a_row(twin_of(model))
cosine = wrong @ right / (np.linalg.norm(wrong) * np.linalg.norm(right))
assert round(float(cosine), 2) == 0.56 if on_mnist else 0.3 < cosine < 0.8, cosine
"""


def test_widget_draws_every_case_at_every_epoch_and_section_4_is_right_about_a_cosine():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells += map(nbformat.v4.new_code_cell, (EVERY_CASE, ALL_PARAMETERS))
    folder = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(notebook, timeout=300, resources=folder).execute()  # CellExecutionError
