"""The widgets of lesson 09, one idea a file.

The training, without widgets:
driver       the asyncio task that trains, and lets clicks in between
pace         the same in slow motion
source       the generator that is the training: `fit`, batches, dropout; its optimizer
dropout      a student that shares its layers with the network that answers
session      begin, pause, step, stop, change, go on
run          one training as a thing: settings, changes on the way, curve
shelf        which runs are kept
moments      what is kept of a network at some moment
latest       the newest step, kept so that it can be looked at
chain        every array of a step, to the loss and back
corrections  what a correction on the pad costs, and how to take it back
settings     in words, and as a line of text
split        the images to train on and to be measured on, without a copy
curve        mean losses in a few hundred numbers

What is seen:
drawing, chart   the curves as an SVG; the widget around it, with numbers and axes
edges, marks     where a curve leaves the drawing; what was moved on it, and its newest steps
runs             a row for each run
confusion        the confusion matrix that can be looked into
comparing        two runs beside each other
pad              the drawing pad: pen.js draws on paper.js, reading.js shows what is read
centring         a drawing as MNIST would have it
photograph       a photograph of a digit, step by step, as MNIST would have it
why              where more ink would speak for an answer, and where against
slopes, change   the gradient behind it; a small change that makes another digit, as a film
inside           weights, silent neurons, and what excites a neuron
glass            one step under the glass: the chain as pictures, stage by stage
glass_texts      what it says at each stage
controls, buttons, wishes  sliders; whole sets of settings; Train, Pause, Step, Stop, Reset
files, exam      save and load; the test set, once
presentation     ways down the page; the lab on a projector (speaker.js: a speaker's keys;
                 runs_key.js: what key R opens, and the way back; nearest.js: what Escape closes;
                 place.js: what was in sight stays so when the window gets another size)
spoken           what a screen reader is told of a training
texts, advice    questions, warnings, the status; why a loss leapt up, and what helps
throttle         drawing that does not slow down training
layout, wiring   where all of it stands; which control does what
lab              all of it together
closing          labs that nobody sees any more
"""

from .lab import InteractiveLab

__all__ = ["InteractiveLab"]
