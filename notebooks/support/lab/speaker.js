// The keys of a speaker in Presentation: what each of them presses, and when something else has a use for it.

const SAID = "Keys: Space = train, pause or go on (at Exam only pause), at Train → = Step, R = the runs, 1 to 5 = its parts, " +
  "↑ and ↓ or Page up and Page down = the part before and after " +
  "(at Glass, ← and → = its stages, Space = play them, or Step), Escape = close what lies over a part, twice = back to the page";
const KEYS = `<span class="lab-keys-hints">1–5 · <span class="lab-keys-runs">R: runs · </span><span
  class="lab-keys-space"></span><span class="lab-keys-arrows"></span>Esc Esc: back</span><b>${LEAVING}</b>`; // in short, for the eyes
const SPEAKER = { " ": "pause", ArrowRight: "step" };
const STEPS = ["Train", "Glass"]; // the parts in which a step is seen
const OWN = { // keys that what has the focus has a use for
  ".lab-pad-canvas, .lab-why-picture": "arrows, Space: pen · ",
  ".lab-inside-grid": "arrows: neurons · ",
};
// what has a use for both keys; a button only for Space, unless arrows lead from one to the next
const NEEDS =
  "input, select, textarea, summary, a[href], [tabindex='0'], [role=gridcell], [contenteditable='true']";
const WRITTEN = "input:not([type=radio], [type=checkbox], [type=range]), textarea, [contenteditable='true']";
const MOVED = `${NEEDS}, .interactive-lab :is([role=group], [role=toolbar]) button`;
const NEEDS_KEY = { " ": `${NEEDS}, button`, ArrowRight: MOVED, ArrowLeft: MOVED };
const OFF = ".nn-off, [aria-disabled=true]";
const PALE_TRAIN = ".lab-button-train.nn-off"; // who has just pressed it goes on to press Space: to pause
const TURNS = { ArrowDown: 1, PageDown: 1, ArrowUp: -1, PageUp: -1 }; // a remote has keys of pages
const NO_SPACE = "[type=range], [role=slider], [type=radio]:checked"; // it would only scroll the page

// The button that this key presses: of the glass where that is in sight; there Space never trains on, nor
// at the exam: that would examine another network than the one that was spoken of.
function speakersButton(lab, key) {
  const part = lab.querySelector(".lab-tabs [aria-current=true]")?.dataset.text, atGlass = part === "Glass";
  if (key === "ArrowRight" && !STEPS.includes(part)) return null;
  const pause = lab.querySelector(".lab-button-pause");
  const isRunning = !pause.matches(".nn-off") && pause.textContent.includes("Pause");
  if (part === "Exam") return isRunning && key === " " ? pause : null;
  const own = lab.querySelector(`.lab-at-glass [data-key="${key}"]`), step = lab.querySelector(".lab-glass-step");
  const isFor = own?.closest(".lab-glass-waits") || own?.checkVisibility({ visibilityProperty: true });
  if (atGlass && isFor && !(isRunning && key === " ")) return own;
  if (atGlass && (key === " " || (key === "ArrowRight" && !isRunning && step.checkVisibility())))
    return step; // which is Pause while it trains
  const isUntrained = pause.matches(".nn-off") && !lab.querySelector(".lab-button-step.nn-off");
  // with settings that were moved, Go on would change a finished network; Train leaves it its row
  const isMoved = lab.querySelector(".lab-button-stop.nn-off") && lab.querySelector(".lab-controls.lab-moved");
  if ((isUntrained || isMoved) && key === " ") return lab.querySelector(".lab-button-train");
  return key in SPEAKER && lab.querySelector(`.lab-button-${SPEAKER[key]}`);
}

// Has what has the focus a use for this key? A button that is off has none, unless the reader goes from
// stop to stop: it was clicked while it was on.
function takes(lab, target, key, byTab) {
  if (key !== " " && target.closest?.(CARDS)) return true; // it is read: no step may close it
  if (target.matches?.(byTab ? PALE_TRAIN : OFF) || (key === " " && target.matches?.(NO_SPACE))) return false;
  return lab.contains(target.closest?.(NEEDS_KEY[key]) ?? null); // not the cell that it lies in, a stop of Tab, too
}

// Have the hints say, until `signal`, what these keys would do now.
function tellKeys(lab, byTab, signal) {
  const find = (name) => lab.querySelector(`.lab-keys-${name}`);
  const say = (name, text) => find(name).textContent === text || (find(name).textContent = text);
  const tell = () => {
    const isTaken = (key) => takes(lab, document.activeElement, key, byTab());
    const button = speakersButton(lab, " "), step = speakersButton(lab, "ArrowRight");
    const isStage = step?.matches("[data-key]");
    const isOn = (it) => it && !it.matches(OFF); // what a key would not do is not named
    find("runs").hidden = Boolean(isStage); // there is no room
    const presses = isTaken(" ") ? document.activeElement.closest("button") : button;
    const word = isOn(presses) ? presses.textContent.replace(/[^\p{L} ]/gu, "").trim() : "";
    say("space", word && word.length < 14 ? `Space: ${word} · ` : ""); // for more there is no room
    const arrows = isStage ? "← →: stages · " : isOn(step) ? "→: step · " : "";
    const own = Object.keys(OWN).find((part) => document.activeElement.matches(part));
    say("arrows", isTaken("ArrowRight") ? OWN[own] ?? "" : arrows);
  };
  const observer = new MutationObserver(tell);
  const attributeFilter = ["class", "style", "hidden", "aria-current"];
  for (const part of lab.querySelectorAll(".lab-buttons, .lab-controls, .lab-tabs, .lab-at-glass"))
    observer.observe(part, { subtree: true, childList: true, characterData: true, attributeFilter });
  document.addEventListener("focusin", tell, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
  tell();
}

// Turn to the part before or after, as pages are turned; not where a part is longer than the window, or
// something has a use for these keys.
function turn(lab, event) {
  if (event.target.closest?.(`${MOVED}, button, .lab-runs-panel`)) return;
  const texts = Object.keys(TABS), now = texts.indexOf(shown(lab));
  const edges = texts.map((text) => lab.querySelector(TABS[text][0]).getBoundingClientRect());
  const end = edges[now + 1]?.top ?? edges[now].bottom;
  if (end - edges[now].top > innerHeight - headEnd(lab) + 40) return; // it scrolls
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.repeat) return;
  const to = texts[now + TURNS[event.key]] ?? texts[now];
  tell(lab, to);
  show(lab, to);
}
