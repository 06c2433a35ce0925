"""Labs that nobody can see any more, and how they give their memory back."""

import weakref

MADE = weakref.WeakSet()  # all labs that are open


def close_unseen():
    """Close the labs whose page was left: their cell was run again, or their output cleared."""
    for lab in list(MADE):
        if lab.page.was_left():
            lab.close()


def close_parts(widget):
    """Close all that is in a widget, so that nothing holds it any more."""
    for part in getattr(widget, "children", ()):
        close_parts(part)
        part.close()
