// When a telephone is turned, or a window gets another size, what was in sight is in sight again.

const LAID_OUT = 600; // milliseconds until the lab stands in its new place
const LOOKED_AT = [0.4, 0.5, 0.3, 0.6, 0.2]; // where a reader looks, as shares of the window's height

// `current()` finds the part of Presentation that is shown. Returns what ends that.
function keepPlace(lab, current) {
  let place = null, until = 0, timer;
  const stage = lab.querySelector(".lab-stage");
  const isLarge = () => lab.matches(".lab-large");
  const size = () => `${isLarge()} ${lab.clientWidth} ${isLarge() && lab.clientHeight}`; // a page is as long as it is
  let last = size();
  const note = () => {
    if (performance.now() < until || size() !== last) return;
    if (isLarge()) return keep(current(), 0);
    const { left, width } = stage.getBoundingClientRect();
    for (const at of LOOKED_AT) {
      const part = document.elementFromPoint(left + 0.4 * width, at * innerHeight);
      const isIn = part !== stage && stage.contains(part) && !part.closest(".lab-glass-walk"); // which sticks
      if (isIn && part.offsetHeight < innerHeight / 2) return keep(part, at);
    }
  };
  const line = (at) => (isLarge() ? headEnd(lab) : at * innerHeight);
  const keep = (part, at) => {
    const { top, height } = part.getBoundingClientRect();
    place = { part, at, share: (line(at) - top) / (height || 1) }; // the share of it that is above the line
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(note, 100);
  };
  const find = () => {
    const was = last;
    last = size();
    if (last !== was && last.split(" ")[0] === was.split(" ")[0]) until = performance.now() + LAID_OUT;
    if (performance.now() > until || !place || document.activeElement.matches(WRITTEN)) return later();
    let { part } = place;
    while (!part.checkVisibility() && part !== stage) part = part.parentElement;
    const { top, height } = part.getBoundingClientRect();
    scrollerOf(lab).scrollTop += top + place.share * height - line(place.at);
  };
  const free = () => (until = 0); // the reader goes on
  const observer = new ResizeObserver(find);
  for (const part of [lab, stage]) observer.observe(part);
  const listening = new AbortController(), { signal } = listening;
  document.addEventListener("scroll", later, { capture: true, passive: true, signal });
  for (const event of ["wheel", "touchmove", "keydown", "pointerdown"])
    window.addEventListener(event, free, { capture: true, passive: true, signal });
  later();
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    listening.abort();
  };
}

// What scrolls the lab: itself, or a page around it.
function scrollerOf(lab) {
  if (lab.matches(".lab-large")) return lab;
  for (let box = lab.parentElement; box; box = box.parentElement)
    if (box.scrollHeight > box.clientHeight && /auto|scroll/.test(getComputedStyle(box).overflowY)) return box;
  return document.scrollingElement;
}
