// Ways down the page, and Presentation: the lab fills the window, and a speaker has keys.

const WAYS = { // the part that is shown, and the stop in it that gets the focus
  "The matrix": [".lab-at-matrix", ".cm-cell[tabindex='0']"],
  Settings: [".lab-at-settings", ".noUi-handle"],
  "Your own digit": [".lab-at-pad", ".lab-pad-canvas"],
  "Look inside": [".lab-at-inside", ".lab-inside-grid"],
};
// what Space presses anyway: Go on or Pause; Train where there is nothing to go on with
const AT_TRAIN = ".lab-button-pause:not(.nn-off), .lab-buttons:has(.lab-button-pause.nn-off) .lab-button-train";
const TABS = { // of a projector, in the head line; their numbers are keys
  Train: [".lab-stage", AT_TRAIN],
  "Your own digit": WAYS["Your own digit"],
  "Look inside": WAYS["Look inside"],
  Glass: [".lab-at-glass", ".lab-glass-step"],
  Exam: [".lab-at-more", ".lab-exam-ask"],
};
const TOOLTIP = "For a projector: fills the window";
const FIELD = `:is(${WRITTEN}):not(.widget-readout)`; // of a number, Escape leads back to its slider
const TRAINS = ":is(.lab-button-train, .lab-button-step, .lab-button-pause, .lab-button-reset):not(.nn-off)";

function render({ el }) {
  el.classList.add("nn-part");
  const ways = element("nav", { class: "lab-ways", "aria-label": "Further down" });
  ways.append(element("span", {}, "Below:"));
  for (const [text, [part, stop]] of Object.entries(WAYS)) {
    const way = addButton(ways, `${text} ↓`, `Go to ${text}`);
    way.dataset.text = text;
    way.addEventListener("click", () => {
      const to = el.closest(".interactive-lab").querySelector(part);
      to.scrollIntoView({ block: "start", behavior: "smooth" });
      to.querySelector(stop)?.focus({ preventScroll: true });
    });
  }
  const tabs = element("nav", { class: "lab-tabs", "aria-label": "The parts of the lab" });
  Object.keys(TABS).forEach((text, i) => {
    const tab = addButton(tabs, text, `${text} (key ${i + 1})`);
    tab.dataset.text = text;
    tab.addEventListener("click", ({ detail }) => show(el.closest(".interactive-lab"), text, detail === 0));
  });
  const button = element("button", { type: "button", class: "lab-present", title: TOOLTIP,
    "aria-pressed": "false" }, "Presentation");
  const keys = element("span", { class: "lab-keys", "aria-hidden": "true" }); // they are heard
  keys.innerHTML = KEYS;
  el.append(ways, keys, button, tabs);
  let end = null;
  const toggle = (event) => {
    if (end) end = end(event.detail > 0);
    else end = present(el.closest(".interactive-lab"), toggle, event?.isTrusted && event.detail === 0);
    remember(Boolean(end));
    button.setAttribute("aria-pressed", String(Boolean(end)));
  };
  button.addEventListener("click", toggle);
  let timer = wasOn() && setTimeout(begin);
  function begin() {
    if (!el.closest(".interactive-lab")?.querySelector(".cm-cell")) timer = setTimeout(begin, 50);
    else if (!end && !document.querySelector(".lab-large")) toggle(); // of two labs, one has the window
  }
  let leave = null, patience = setTimeout(stay);
  function stay() {
    const lab = el.closest(".interactive-lab");
    if (!lab?.querySelector(".lab-stage")) patience = setTimeout(stay, 50);
    else leave = keepPlace(lab, () => lab.querySelector(TABS[shown(lab)][0]));
  }
  return () => {
    clearTimeout(timer);
    clearTimeout(patience);
    leave?.();
    end?.();
  };
}

// A page that is loaded again in this tab is in Presentation again.
const KEPT = "nn-presentation";
function remember(on) {
  try {
    sessionStorage.setItem(KEPT, on ? "on" : "");
  } catch {
    // a browser that keeps nothing
  }
}
function wasOn() {
  try {
    return sessionStorage.getItem(KEPT) === "on";
  } catch {
    return false;
  }
}

// Let the lab fill the window, above all else in the page; `toggle` is what Escape does. `byKey` says
// that a key asked for it. Returns what ends that; its argument says whether the reader goes by a pointer.
function present(lab, toggle, byKey) {
  const place = lab.parentElement;
  const from = shown(lab, (text) => !foldOf(lab, text));
  place.style.minHeight = `${lab.offsetHeight}px`; // the page keeps its length, and its place
  if (lab.querySelector(".cm-chosen")) lab.querySelector(".cm-close").click(); // it lies over the curve
  lab.querySelector(".lab-controls .lab-more.mod-active")?.click(); // and they over the matrix
  for (const row of lab.querySelectorAll(".lab-runs [aria-expanded='true']")) row.click();
  lab.classList.add("lab-large");
  lab.popover = "manual";
  lab.role = "group"; // it gets the focus, and has a short name
  lab.ariaLabel = "Presentation";
  lab.ariaDescription = SAID; // heard once
  lab.showPopover?.();
  lab.scrollTop = 0;
  const unmeasure = measureHeading(lab);
  const listening = new AbortController();
  listen(lab, toggle, listening.signal, byKey);
  lab.focus({ preventScroll: true });
  if (from !== "Train") show(lab, from); // it begins with what was seen, and ends so
  markTab(lab);
  return (byPointer) => {
    const last = shown(lab), was = document.activeElement;
    listening.abort();
    unmeasure();
    lab.hidePopover?.();
    for (const name of ["popover", "role", "aria-label", "aria-description"]) lab.removeAttribute(name);
    lab.classList.remove("lab-large");
    place.style.minHeight = "";
    if (shown(lab) !== last) lab.querySelector(last === "Train" ? ".lab-title" : TABS[last][0])?.scrollIntoView();
    const button = lab.querySelector(".lab-present"), isSeen = button.getBoundingClientRect().top >= 0;
    const isThere = lab.querySelector(TABS[last][0]).contains(was) && was.checkVisibility();
    const stop = byPointer ? lab : isThere ? was : lab.querySelector(TABS[last][1]) ?? button; // the pad has a use for Space
    (isSeen ? button : stop).focus({ preventScroll: stop !== was }); // no focus is out of sight
    return null;
  };
}

// The style sheet has to know where the matrix's accuracy ends: "More settings" lie below it.
function measureHeading(lab) {
  const [settings, accuracy] = [".lab-at-settings", ".lab-at-matrix .cm-looking"].map((part) => lab.querySelector(part));
  const measure = new ResizeObserver(() => {
    const over = accuracy.getBoundingClientRect().bottom - settings.getBoundingClientRect().top;
    settings.style.setProperty("--lab-over", `${over / settings.currentCSSZoom}px`);
  });
  for (const part of [settings, accuracy, lab.querySelector(".lab-at-matrix .lab-question")]) measure.observe(part);
  return () => measure.disconnect();
}

// Where the head line of Presentation ends.
function headEnd(lab) {
  return lab.querySelector(".lab-at-top").getBoundingClientRect().bottom;
}

let later; // a scroll that is still to come

// Show the part of this tab, right below the head line; the focus goes there if it was led by keys, and
// never stays on what is no longer shown: the next key would act there, unseen.
function show(lab, text, byKey) {
  const [part, stop] = TABS[text];
  const folded = foldOf(lab, text);
  lab.dataset.asked = Number(lab.dataset.asked ?? 0) + 1; // for `unlessGone`
  const scroll = () => (lab.scrollTop += lab.querySelector(part).getBoundingClientRect().top - headEnd(lab));
  scroll();
  clearTimeout(later);
  folded?.click();
  const isElsewhere = () => tabOf(lab, document.activeElement) !== text;
  const lead = () => (byKey ? lab.querySelector(stop) : isElsewhere() && lab)?.focus?.({ preventScroll: true });
  lead();
  const here = document.activeElement;
  if (folded) later = setTimeout(() => { // what it unfolds is there
    scroll();
    const now = document.activeElement; // where it was, or led to as that went
    if ([here, document.body].includes(now) || (tabOf(lab, now) && isElsewhere())) lead();
  }, 500);
}

// The tab of the part that this is in.
function tabOf(lab, node) {
  return Object.keys(TABS).findLast((text) => lab.querySelector(TABS[text][0]).contains(node));
}

// The button that would unfold this part, while it is folded.
function foldOf(lab, text) {
  return lab.querySelector(`${TABS[text][0]} > * > :is(.lab-glass-ask, .lab-unfold):not(.mod-active)`);
}

// The tab of the part that fills most of the window, of those that count.
function shown(lab, counts = () => true) {
  const top = (text) => lab.querySelector(TABS[text][0])?.getBoundingClientRect().top;
  const isEnd = lab.scrollTop > 0 && lab.scrollTop + lab.clientHeight > lab.scrollHeight - 4;
  const texts = Object.keys(TABS).filter(counts);
  const above = texts.findLastIndex((text) => top(text) < 0.45 * innerHeight);
  return texts[isEnd ? Math.max(above, texts.indexOf("Glass")) : Math.max(0, above)];
}

// Mark the tab of the part that is shown.
function markTab(lab) {
  const now = shown(lab);
  for (const tab of lab.querySelectorAll(".lab-tabs button"))
    tab.setAttribute("aria-current", String(tab.dataset.text === now));
}

// The keys of a speaker. Whatever a pointer has done, the focus is free for them again after it.
function listen(lab, toggle, signal, byKey) {
  const rest = () => lab.focus({ preventScroll: true });
  let byPointer = false;
  let byTab = byKey; // does the reader go from stop to stop? A speaker's keys need no focus
  const [askToLeave, stay] = makeLeaving(lab, () => toggle({ detail: byTab ? 0 : 1 }));
  signal.addEventListener("abort", stay);
  let tabs = false; // has it just been pressed?
  let walks = false; // or by arrows through the matrix?
  const on = (target, event, action, capture = false) =>
    target.addEventListener(event, action, { capture, signal });
  const runsKey = makeRunsKey(lab, () => byTab, signal);
  on(window, "pointerdown", () => {
    [byPointer, byTab, walks] = [true, false, false];
    stay();
  }, true);
  on(window, "keydown", (event) => {
    const begins = event.key === "Tab" && !event.shiftKey && event.target === lab && !byPointer;
    if (begins) { // it is the whole page, and unseen: the first stop is the first of the head line
      event.preventDefault();
      lab.querySelector(".lab-button-train").focus({ preventScroll: true });
    }
    byPointer = false;
    if (event.key !== "Escape") stay();
    tabs = event.key === "Tab";
    byTab ||= tabs;
    walks ||= event.key.startsWith("Arrow") && Boolean(event.target.matches?.(".cm-cell"));
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const tab = Object.keys(TABS)[event.key - 1];
    if (tab && !event.target.closest?.(WRITTEN)) {
      event.preventDefault(); // a menu would choose what begins with this number
      event.stopImmediatePropagation(); // the paper comes into sight at each key that it hears
      tell(lab, tab);
      return show(lab, tab, byTab);
    }
    const runs = event.key.toLowerCase() === "r" && lab.querySelector(".lab-runs-ask");
    if (runs && !runs.hidden && !event.target.closest?.(WRITTEN)) return runsKey.press(event);
    if (event.key in TURNS) return turn(lab, event);
    const button = speakersButton(lab, event.key);
    const isSpace = event.key === " "; // it never scrolls
    if ((!button && !isSpace) || takes(lab, event.target, event.key, byTab)) return;
    if (!byTab && event.target.matches?.(OFF)) rest(); // soon it is on again
    event.preventDefault();
    event.stopImmediatePropagation(); // the window comes first: JupyterLab never hears of it
    if (!event.repeat) button?.click();
  }, true);
  on(window, "keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.repeat) return;
    const wasAtRuns = byTab && document.activeElement.closest(".lab-runs-panel"), wasOpen = runsKey.isOpen();
    if (!closeNearest(lab, headEnd(lab))) askToLeave();
    else {
      stay();
      if (!byTab && !walks) rest(); // Space would open it again
    }
    runsKey.closed(wasOpen, wasAtRuns);
  });
  on(window, "keydown", (event) => { // a field would keep Escape for itself
    if (event.key !== "Escape" || !lab.contains(event.target) || !event.target.matches(FIELD)) return;
    event.stopImmediatePropagation();
    closeNearest(lab, headEnd(lab));
    if (!byTab || document.activeElement === event.target) rest(); // else it is where that was opened
  }, true);
  on(lab, "scroll", () => markTab(lab));
  on(lab, "focusout", ({ target }) => target === lab && lab.removeAttribute("aria-description"));
  // of a double click the lab may never hear the second half
  on(window, "click", ({ target, detail }) => detail > 1 && lab.contains(target.closest("button")) && rest(), true);
  on(lab, "click", ({ target, detail }) => {
    const before = document.activeElement;
    if (target.closest(TRAINS)) closeAll(lab, COVERS.join()); // now there is something to be seen
    if (!byTab && document.activeElement !== before) rest(); // a speaker's next key is for none of their buttons
    closeOthers(lab, target);
    const pressed = target.closest("button, .lab-question summary, .lab-glass canvas");
    if (target.closest(".cm-image")) { // it is put onto the pad
      target.closest(".cm-behind").querySelector(".cm-close").click(); // they would lie over the curve, lessons later
      show(lab, "Your own digit", !detail);
    }
    if (detail && pressed && !document.activeElement.matches(WRITTEN)) rest(); // wherever that led it
  });
  on(lab, "change", ({ target }) => {
    if (byPointer && target.matches("select, [type=radio], [type=checkbox]")) rest();
  });
  on(document, "focusin", ({ target }) => lab.contains(target) || rest());
  on(lab, "focusin", ({ target }) => { // who comes to another part by Tab sees all of it
    const part = tabs && tabOf(lab, target);
    tabs = false; // where the focus goes besides was not asked for
    const isFold = part && target === foldOf(lab, part); // which goes as it unfolds
    if (isFold || (part && part !== shown(lab))) show(lab, part, isFold);
  });
  tellKeys(lab, () => byTab, signal);
}

export default { render };
