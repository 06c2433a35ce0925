// Helpers that the scripts of all our widgets share; page.py puts them before each of them.

function element(tag, attributes = {}, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

function addButton(parent, text, title) {
  const button = element("button", { type: "button", title, "aria-label": title }, text);
  parent.append(button);
  return button;
}

// A share as "12.3 %", which is not broken; "–" for one that there is not. "100.0 %" is all, and nothing less: what would
// be rounded to it is "> 99.9 %".
function percent(share, places = 1) {
  if (share < 0 || !isFinite(share)) return "–";
  const text = (100 * share).toFixed(places);
  return share < 1 && Number(text) === 100 ? `>\u00a0${(100 - 0.1 ** places).toFixed(places)}\u00a0%` : `${text}\u00a0%`;
}

// A digit as one speaks of it.
function article(digit) {
  return digit === 8 ? "an 8" : `a ${digit}`;
}

// Bring this part into sight, only as far as is needed, and what was pressed for it, above it. Where there
// is no room for both, they begin at the top.
function showWhole(part, pressed = document.activeElement) {
  const isAbove = part.closest(".interactive-lab:not(.lab-large) [class*=lab-at-]")?.contains(pressed) &&
    pressed.compareDocumentPosition(part) === Node.DOCUMENT_POSITION_FOLLOWING;
  const first = isAbove ? pressed : part, room = roomAround(part);
  const begin = first.getBoundingClientRect().top;
  const fits = part.getBoundingClientRect().bottom - begin < room.height;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const to = fits && begin >= room.top ? part : first;
  to.scrollIntoView({ block: fits ? "nearest" : "start", behavior: isCalm ? "auto" : "smooth" });
}

// Where what scrolls with this part is seen: in JupyterLab that is lower than the window.
function roomAround(part) {
  let room = { top: 0, height: innerHeight };
  for (let box = part.parentElement; box; box = box.parentElement) {
    const { overflowY, scrollPaddingTop } = getComputedStyle(box), padding = parseFloat(scrollPaddingTop) || 0;
    const height = box.clientHeight - padding;
    if (!/auto|scroll/.test(overflowY) || box.scrollHeight <= box.clientHeight || height >= room.height) continue;
    room = { top: box.getBoundingClientRect().top + padding, height };
  }
  return room;
}

// Returns what does a thing that comes late, such as a scroll, unless another part of the lab was asked
// for in Presentation meanwhile.
function unlessGone(part) {
  const lab = part.closest(".interactive-lab"), asked = lab?.dataset.asked;
  return (action) => {
    if (lab?.dataset.asked === asked) action();
  };
}

// Paint 28 x 28 values from 0 (paper) to 255 (ink) on a canvas of that size.
function paintPixels(canvas, values) {
  const image = new ImageData(28, 28);
  for (let i = 0; i < 784; i++) image.data[4 * i + 3] = values[i] ?? 0; // black, more or less opaque
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Whether a screen reader hears of what this part says, which it may in a quiet time (page.js).
function hearable(part, on) {
  if (part.classList.contains("nn-follows") === on) return;
  part.classList.toggle("nn-follows", on);
  part.setAttribute("aria-live", on ? "polite" : "off");
}

// Call each of `painters` now and when its event comes; return what ends that.
function follow(model, painters) {
  for (const [event, painter] of Object.entries(painters)) {
    model.on(event, painter);
    painter();
  }
  return () => {
    for (const [event, painter] of Object.entries(painters)) model.off(event, painter);
  };
}

// Is this key a chord, and so not for a part that keys lead through? Ctrl+Home and Ctrl+End are no such:
// they would throw the whole page.
function isChord({ altKey, metaKey, ctrlKey, key }) {
  return altKey || metaKey || (ctrlKey && key !== "Home" && key !== "End");
}

// The buttons in `group` are one stop of Tab; arrow keys lead from one to the next.
function oneTabStop(group) {
  const all = () => [...group.querySelectorAll("button")];
  const stopAt = (stop) => all().forEach((button) => (button.tabIndex = button === stop ? 0 : -1));
  group.addEventListener("focusin", ({ target }) => stopAt(target));
  group.addEventListener("keydown", (event) => {
    if (isChord(event)) return;
    const buttons = all(), now = buttons.indexOf(event.target), last = buttons.length - 1;
    const inRow = buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length;
    const row = inRow > last ? 1 : inRow; // up and down lead to another row, or to the neighbour where there is one
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, ArrowUp: now - row, ArrowDown: now + row, Home: 0, End: last };
    if (!(event.key in to)) return;
    buttons[to[event.key] < 0 ? now : Math.min(last, to[event.key])].focus();
    event.preventDefault();
    event.stopPropagation();
  });
  stopAt(all()[0]);
  return stopAt;
}

// JupyterLab acts on keys unless what has the focus says no: it does not look around it.
function keepKeys(box) {
  for (const event of ["pointerdown", "focusin"])
    box.addEventListener(event, ({ target }) => {
      if (target instanceof HTMLElement) target.dataset.lmSuppressShortcuts = "true";
    }, true);
}

