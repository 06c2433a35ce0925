"""A grid of digits, the picture that all lessons use."""

from matplotlib.figure import Figure


def show_digits(images, titles=None, columns=10, size=0.72):
    """Return a figure with a grid of digits: `images` (N, 784), a title above each if given."""
    rows = -(-len(images) // columns)
    height = size * (1.35 if titles is not None else 1.0)
    figure = Figure(figsize=(columns * size, rows * height))
    for i, axes in enumerate(figure.subplots(rows, columns, squeeze=False).flat):
        axes.set_axis_off()
        if i < len(images):
            axes.imshow(images[i].reshape(28, 28), vmin=0, vmax=1)
            if titles is not None:
                axes.set_title(titles[i], fontsize=9, loc="center", pad=2)
    return figure


def show_guesses(images, guesses, labels, sure=None):
    """Return a grid of digits, a guess above each: ✓ marks the right ones; `sure` adds how sure."""
    titles = []
    for i, guess in enumerate(guesses):
        share = f" ({sure[i]:.0%})" if sure is not None else ""
        titles.append(f"{guess}{share} ✓" if guess == labels[i] else f"{guess}{share}")
    return show_digits(images, titles)
