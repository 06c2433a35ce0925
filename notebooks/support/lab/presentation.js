// Ways down the page, and Presentation: the lab fills the window, and a speaker has keys.

const WAYS = { // the part that is shown, and the stop in it that gets the focus
  "The matrix": [".lab-at-matrix", ".cm-cell[tabindex='0']"],
  "Your own digit": [".lab-at-pad", ".lab-pad-canvas"],
  "Look inside": [".lab-at-inside", ".lab-inside-grid"],
};
const TOOLTIP =
  "For a projector: fills the window. Keys: Space = pause or go on, → = Step, Escape = end";
const SPEAKER = { " ": "pause", ArrowRight: "step" };
// what has a use for both keys; a button only for Space, unless arrows lead from one to the next
const NEEDS =
  "input, select, textarea, summary, a[href], [tabindex='0'], [role=gridcell], [contenteditable='true']";
const NEEDS_KEY = {
  " ": `${NEEDS}, button`,
  ArrowRight: `${NEEDS}, [role=group] button, [role=toolbar] button`,
};

function render({ el }) {
  el.classList.add("nn-part");
  const ways = element("nav", { class: "lab-ways", "aria-label": "Further down" }, "Below:");
  for (const [text, [part, stop]] of Object.entries(WAYS)) {
    const way = addButton(ways, `${text} ↓`, `Go to ${text}`);
    way.addEventListener("click", () => {
      const to = el.closest(".interactive-lab").querySelector(part);
      to.scrollIntoView({ block: "start", behavior: "smooth" });
      to.querySelector(stop)?.focus({ preventScroll: true });
    });
  }
  const button = element("button", { type: "button", class: "lab-present", title: TOOLTIP,
    "aria-pressed": "false" }, "Presentation");
  el.append(ways, button);
  let end = null;
  const toggle = () => {
    if (end) end = end();
    else end = present(el.closest(".interactive-lab"), toggle);
    button.setAttribute("aria-pressed", String(Boolean(end)));
    if (!end) button.focus({ preventScroll: true });
  };
  button.addEventListener("click", toggle);
  return () => end?.();
}

// Let the lab fill the window, above all else in the page; `toggle` is what Escape does.
// Returns what ends that.
function present(lab, toggle) {
  const place = lab.parentElement;
  place.style.minHeight = `${lab.offsetHeight}px`; // the page keeps its length, and its place
  lab.classList.add("lab-large");
  lab.popover = "manual";
  lab.showPopover?.();
  const listening = new AbortController();
  listen(lab, toggle, listening.signal);
  lab.focus({ preventScroll: true });
  return () => {
    listening.abort();
    lab.hidePopover?.();
    lab.removeAttribute("popover");
    lab.classList.remove("lab-large");
    place.style.minHeight = "";
    return null;
  };
}

// The keys of a speaker. Whatever a pointer has done, the focus is free for them again after it.
function listen(lab, toggle, signal) {
  const rest = () => lab.focus({ preventScroll: true });
  let byPointer = false;
  const on = (target, event, action, capture = false) =>
    target.addEventListener(event, action, { capture, signal });
  on(window, "pointerdown", () => (byPointer = true), true);
  on(window, "keydown", (event) => {
    byPointer = false;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.key in SPEAKER) || event.target.closest?.(NEEDS_KEY[event.key])) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the window comes first: JupyterLab never hears of it
    if (!event.repeat) lab.querySelector(`.lab-button-${SPEAKER[event.key]}`).click();
  }, true);
  on(window, "keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) toggle();
  });
  on(lab, "click", ({ target, detail }) => {
    const pressed = target.closest("button, .lab-question summary");
    if (detail && pressed === document.activeElement) rest();
  });
  on(lab, "change", ({ target }) => {
    if (byPointer && target.matches("select, [type=radio], [type=checkbox]")) rest();
  });
  on(document, "focusin", ({ target }) => lab.contains(target) || rest());
}

export default { render };
