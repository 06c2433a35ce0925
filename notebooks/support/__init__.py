"""What serves the lessons. Nothing here is needed to understand the network.

widgets     sliders above a picture
playground  a training to watch, with Start and Stop (lesson 05)
exercises/  the checks of the exercises, a file a lesson
figures/    what draws the figures, a file a lesson; pictures/ has those at the head of the lessons
lab/        the widgets of the interactive lab (lesson 09)
run_all     runs the notebooks, and stores them as they are committed
"""
