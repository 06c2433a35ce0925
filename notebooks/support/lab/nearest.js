// What Escape closes: the nearest of the things that are open.

// What holds it, and what closes it; the inner before what is around it.
const OPEN = [
  [".lab-exam", ".lab-exam-no"],
  [".lab-exam .cm", ".cm-close"],
  [".lab-runs", ".lab-runs-ask[aria-expanded='true']"],
  [".lab-run-row", ".lab-run-head[aria-expanded='true']"],
  [".lab-chart-axes[open]", "summary"],
  [".lab-question[open]", "summary"],
  [".lab-at-glass", ".lab-glass-ask.mod-active"],
  [".lab-pad-and-why", ".lab-why-ask.mod-active"],
  [".lab-at-settings", ".lab-more.mod-active"],
  [".lab-at-more", ".lab-unfold.mod-active"],
  [".lab-at-matrix .cm", ".cm-close"],
];

// What lies over the curve or the matrix in Presentation, by what closes it.
const ANSWER = ":is(.lab-at-curve, .lab-at-matrix) .lab-question[open] summary";
const IMAGES = ".lab-at-matrix .cm-close";
const COVERS = `.lab-at-settings .lab-more.mod-active, .lab-runs-ask[aria-expanded='true'], ${ANSWER}, ${IMAGES}`;

// Close what these close; the focus stays where it is.
function closeAll(lab, selector) {
  const focused = document.activeElement;
  for (const closer of lab.querySelectorAll(selector)) if (closer.checkVisibility()) closer.click();
  if (focused === document.activeElement) return;
  document.activeElement.blur();
  focused.focus({ preventScroll: true });
}

// Close what is open around the focus, else the first that is in sight below `top`. Was there any?
function closeNearest(lab, top) {
  const inSight = (part) => {
    const edge = part.getBoundingClientRect();
    return edge.bottom > top && edge.top < innerHeight;
  };
  const found = OPEN.flatMap(([holder, closer]) =>
    [...lab.querySelectorAll(`${holder} ${closer}`)].map((button) => [button.closest(holder), button]),
  ).filter(([part, button]) => button.checkVisibility() && inSight(part));
  const nearest = found.find(([part]) => part.contains(document.activeElement)) ?? found[0];
  nearest?.[1].click();
  return nearest !== undefined;
}
