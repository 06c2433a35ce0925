// What Escape closes: the nearest of the things that lie over another.

// What holds it, and what closes it; the inner before what is around it. Glass and Exam are no such
// things: in Presentation they are the part that is shown; nor are Why?, a photograph and
// an answer, which lie over nothing.
const OPEN = [
  [".lab-exam", ".lab-exam-no"],
  [".lab-exam .cm", ".cm-close"],
  [".lab-runs", ".lab-runs-ask[aria-expanded='true']"],
  [".lab-run-row", ".lab-run-head[aria-expanded='true']"],
  [".lab-chart-axes[open]", "summary"],
  [".lab-at-settings", ".lab-more.mod-active"],
  [".lab-at-matrix .cm", ".cm-close"],
  [".lab-at-matrix .cm", ".cm-end"],
];

// What lies over the curve or the matrix in Presentation, by what closes it; and where each is asked for.
const COVERS = [".lab-at-settings .lab-more.mod-active", ".lab-runs-ask[aria-expanded='true']", ".lab-at-matrix .cm-close"];
const ASKED = ".lab-at-settings, .lab-runs, .cm";

// What is read in them; the rest of the settings is always there.
const IN_MORE = ".lab-controls:has(.lab-more.mod-active) > .widget-vbox > :not(.lab-presets, .lab-learning-rate, .lab-more)";
const CARDS = `.cm-behind, .lab-runs-open .lab-runs-panel, ${IN_MORE}`;

// Of what lies over curve and matrix, only the one is open that was asked for at last, by this click.
// The matrix's answer and "More settings" want the same room, too, and so do the curve's and the images.
function closeOthers(lab, target) {
  if (target.closest(".lab-at-curve .lab-question:not([open])")) return closeAll(lab, COVERS[2]);
  if (target.closest(".lab-at-matrix .lab-question:not([open])")) return closeAll(lab, COVERS[0]);
  const isOpen = (cover) => lab.querySelector(cover)?.checkVisibility();
  const asked = COVERS.filter(isOpen).find((cover) => lab.querySelector(cover).closest(ASKED).contains(target));
  const others = COVERS.filter((cover) => cover !== asked);
  if (asked === COVERS[0]) others.push(".lab-at-matrix .lab-question[open] summary");
  if (asked) closeAll(lab, others.join());
}

// Close what these close; the focus stays where it is, or goes to where what it was in is opened.
function closeAll(lab, selector) {
  let focused = document.activeElement;
  for (const closer of lab.querySelectorAll(selector)) {
    if (!closer.checkVisibility()) continue;
    closer.click();
    if (focused.checkVisibility({ visibilityProperty: true })) continue;
    if (focused === document.activeElement) closer.focus({ preventScroll: true }); // "×" leads to its cell
    focused = document.activeElement;
  }
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
  ).filter(([part, button]) => button.checkVisibility() && (inSight(part) || inSight(button)));
  const nearest = found.find(([part]) => part.contains(document.activeElement)) ?? found[0];
  const isInMore = document.activeElement.closest(IN_MORE);
  nearest?.[1].click();
  if (isInMore && nearest?.[1].matches(".lab-more")) nearest[1].focus({ preventScroll: true });
  return nearest !== undefined;
}

// Escape by habit, with nothing open, must not throw a class out: the first only says, at `hints`
// and once aloud, what a second one does.
const LEAVING = "Esc again: back to the page";
const SAID_FOR = 4000; // milliseconds

function makeLeaving(lab, leave) {
  const [hints, voice] = [".lab-keys", ".nn-voice"].map((part) => lab.querySelector(part));
  let timer = null;
  const calm = () => {
    clearTimeout(timer);
    timer = null;
    hints.classList.remove("lab-keys-leave");
    if (voice.textContent === LEAVING) voice.textContent = ""; // it is no longer so
  };
  const ask = () => {
    if (timer !== null) return leave();
    timer = setTimeout(calm, SAID_FOR);
    hints.classList.add("lab-keys-leave");
    voice.textContent = LEAVING;
  };
  return [ask, calm];
}
