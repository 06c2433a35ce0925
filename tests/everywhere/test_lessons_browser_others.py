"""The lessons that tests/lessons/test_lessons_browser.py leaves out, in a real browser."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "lessons"))
from test_lessons_browser import LESSONS, OFTEN, check_lesson
from test_lessons_browser import folder as folder  # the lessons in part


@pytest.mark.parametrize("lesson", sorted(set(LESSONS) - set(OFTEN)))
def test_lesson(lesson, open_notebook):
    check_lesson(lesson, open_notebook)
