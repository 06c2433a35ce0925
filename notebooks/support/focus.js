// The focus is never lost: a keyboard that is thrown to the top of the page has a long way back.

const SETTLED = 300; // milliseconds until what the kernel sent is drawn
const REACHABLE = "button, input, select, summary, canvas, [tabindex], .noUi-handle";

// What comes in the place of what, where that is not what stood before it: a key pressed twice does
// nothing there.
const HEIRS = { ".lab-undo-line": ".lab-pad-rate, .lab-pad-canvas" };

function canFocus(part) {
  return part.isConnected && !part.disabled && part.checkVisibility({ visibilityProperty: true });
}

// Where what has the focus is removed, hidden or turned off, its like in the same part gets it (the
// same name, as after a redraw), else its heir or what stood before it. Whoever has pressed a key on it
// looks there, and sees where it went. Returns what ends that.
function keepFocus(box) {
  let last = null, before = [], part = null, looksThere = false;
  const name = (part) => part.getAttribute("aria-label") ?? part.textContent;
  const note = ({ target }) => {
    last = target;
    looksThere = false;
    part = target.closest("[class*=lab-at-]") ?? box;
    const all = [...box.querySelectorAll(REACHABLE)];
    before = all.slice(0, all.indexOf(target)).reverse();
  };
  const forget = ({ relatedTarget }) => {
    if (relatedTarget && !box.contains(relatedTarget)) last = null;
    setTimeout(() => { // a click beside everything: the reader wants no focus
      if (last && document.activeElement === document.body && canFocus(last)) last = null;
    });
  };
  const mend = () => {
    const now = document.activeElement;
    if (!last || (now !== last && now !== document.body) || canFocus(last)) return;
    const likes = [...part.querySelectorAll(last.localName)].filter((like) => name(like) === name(last));
    const stops = before.filter((stop) => stop.tabIndex >= 0);
    const heirs = Object.keys(HEIRS).filter((of) => last.closest(of)).flatMap((of) => [...box.querySelectorAll(HEIRS[of])]);
    const to = [...(name(last) ? likes : []), ...heirs.reverse(), ...stops].find(canFocus) ?? box;
    const follows = looksThere;
    to.focus({ preventScroll: true });
    if (follows && to !== box) setTimeout(() => { // the page has its new height
      if (document.activeElement === to) to.scrollIntoView({ block: "nearest" });
    }, SETTLED);
  };
  const press = ({ key }) => (looksThere = ["Enter", " "].includes(key));
  const scroll = () => (looksThere = false);
  const observer = new MutationObserver(mend);
  const attributeFilter = ["class", "style", "hidden", "disabled"];
  observer.observe(box, { subtree: true, childList: true, attributeFilter });
  box.addEventListener("focusin", note);
  box.addEventListener("focusout", forget);
  box.addEventListener("keydown", press, true);
  window.addEventListener("wheel", scroll, { passive: true });
  return () => {
    observer.disconnect();
    box.removeEventListener("keydown", press, true);
    window.removeEventListener("wheel", scroll);
    box.removeEventListener("focusin", note);
    box.removeEventListener("focusout", forget);
  };
}

// Lead the focus to what `selector` finds in the box, as soon as it is there to be seen.
function lead(box, selector, patience = 100) {
  const to = [...box.querySelectorAll(selector)].find(canFocus);
  if (!to) return patience > 0 && setTimeout(() => lead(box, selector, patience - 1), 50);
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" }); // what is in sight stays where it is
}
