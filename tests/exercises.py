"""The exercises of a lesson: the stub, the check that follows, and the answer that is folded."""

import re


def tags(cell):
    return cell.metadata.get("tags", [])


def exercises(notebook):
    """Return [(stub, check, answer)]: the two cells, and the code folded into the text below."""
    found = []
    for i, cell in enumerate(notebook.cells):
        if "exercise" in tags(cell):
            stub, check, text = notebook.cells[i : i + 3]
            answer = re.search(
                r"<summary>Answer</summary>\n\n```python\n(.*?)```.*?</details>", text.source, re.S
            )
            assert "check" in tags(check) and answer, "an exercise without its answer"
            assert "<summary>Hint</summary>" in text.source, "an exercise without a hint"
            found.append((stub, check, answer[1]))
    return found
