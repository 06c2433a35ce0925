"""The widgets of lesson 09, one idea a file.

driver      the asyncio task that trains, and lets clicks in between
session     begin, pause, step, stop, change, look back: a training without its widgets
settings    what the sliders say, and how two runs differ
curve       the loss curves as an SVG
confusion   the confusion matrix that can be looked into
pad         the drawing pad
inside      weights, silent neurons, and what excites a neuron
throttle    drawing that does not slow down training
controls    sliders, presets and buttons
lab         all of it together
"""

from .lab import InteractiveLab

__all__ = ["InteractiveLab"]
