"""Where a curve leaves the drawing: it is cut off there, and an arrow says that it goes on."""

APART = 16  # units of the drawing; of arrows that are nearer to each other one is enough


def below(line, dots, top):
    """Return the pieces of a line [(x, y)] below the height `top`, and where it is off the chart.

    That is said by a list of x: where it leaves, and where one of its dots lies higher.
    """
    pieces, off = [[]], []
    for i, (x, y) in enumerate(line):
        inside = y >= top
        if i and inside != (line[i - 1][1] >= top):
            from_x, from_y = line[i - 1]
            edge = from_x + (x - from_x) * (top - from_y) / (y - from_y)
            if inside:
                pieces.append([(edge, top)])
            else:
                pieces[-1].append((edge, top))
                off.append(edge)
        elif not i and not inside:
            off.append(x)
        if inside:
            pieces[-1].append((x, y))
    off += [x for x, y in dots if y < top]
    return [piece for piece in pieces if piece], sorted(off)


def arrows(places, colour, top):
    """Return small arrows above the height `top` that point out of the drawing."""
    drawn, last = "", -APART
    for x in places:
        if x - last >= APART:
            drawn += f"M{x - 5:.1f} {top - 3}l5 -9l5 9z"
            last = x
    return f'<path class="lab-higher" d="{drawn}" fill="{colour}"/>' if drawn else ""
