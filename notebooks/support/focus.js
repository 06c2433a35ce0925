// The focus is never lost: a keyboard that is thrown to the top of the page has a long way back.

const REACHABLE = "button, input, select, summary, canvas, [tabindex], .noUi-handle";

function canFocus(part) {
  return part.isConnected && !part.disabled && part.checkVisibility({ visibilityProperty: true });
}

// Where what has the focus is removed, hidden or turned off, its like in the same part gets it (the
// same name, as after a redraw), else what stood before it. Returns what ends that.
function keepFocus(box) {
  let last = null, before = [], part = null;
  const name = (part) => part.getAttribute("aria-label") ?? part.textContent;
  const note = ({ target }) => {
    last = target;
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
    const to = [...(name(last) ? likes : []), ...stops].find(canFocus) ?? box;
    to.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(mend);
  const attributeFilter = ["class", "style", "hidden", "disabled"];
  observer.observe(box, { subtree: true, childList: true, attributeFilter });
  box.addEventListener("focusin", note);
  box.addEventListener("focusout", forget);
  return () => {
    observer.disconnect();
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
