// The runs as rows that open. A row is painted anew only where it has changed, so that what is
// open stays open, and what has the focus keeps it, while a training goes on.

const ACTIONS = { // what is written on a button, and what else is said of it
  use: ["Use these settings", "move the sliders to those of this run"],
  back: ["Bring back", "make the network that this run left the present one"],
  compare: ["Compare", "show this run beside the present one"],
  pin: ["Pin", "it does not make room for another, and is not cleared"],
};
const ENDS = { // the same for a button that is pressed
  compare: ["End comparing", "all runs are seen again"],
  pin: ["Unpin", "it may make room for another again"],
};
const LABEL = /^(?:(.*?)(layers [-\d]+), )?(.*)$/s; // with the layers of a run that is more than these
const LONG_LABEL = 95; // letters: Presentation writes a longer one smaller, below the curve

function render({ model, el }) {
  el.classList.add("lab-runs-view", "nn-part");
  const common = element("div", { class: "lab-runs-common" });
  const gone = element("div", { class: "lab-runs-common", role: "status" });
  const list = element("ol", { class: "lab-runs-list", "aria-label": "Runs, the newest first" });
  const panel = element("div", { class: "lab-runs-panel", tabindex: "-1", role: "group", "aria-label": "All runs, the newest first" });
  const ask = addButton(el, "", ""); // of Presentation: there the list lies over the matrix
  ask.className = "lab-runs-ask";
  ask.title = "All runs, over the matrix (key R)";
  panel.append(common, list);
  el.append(gone, ask, panel);
  keepKeys(el);
  const made = new Map(); // run -> its row
  const isOpen = () => el.classList.contains("lab-runs-open");
  const open = (on) => {
    if (!on) for (const head of panel.querySelectorAll("[aria-expanded='true']")) head.click(); // the foot is low
    ask.setAttribute("aria-expanded", String(on));
    if (!on && panel.contains(document.activeElement)) el.closest(".lab-large")?.focus({ preventScroll: true });
    el.classList.toggle("lab-runs-open", on);
  };
  open(false);
  // One Tab stop for all rows: that of the present run, or where the arrow keys have led.
  const heads = () => [...list.querySelectorAll(".lab-run-head")];
  const stopAt = (stop) => heads().forEach((head) => (head.tabIndex = head === stop ? 0 : -1));
  const rest = () => stopAt(list.querySelector(".lab-now .lab-run-head") ?? heads()[0]);
  list.addEventListener("focusin", ({ target }) => stopAt(target.closest(".lab-run-row").firstChild));
  list.addEventListener("focusout", ({ relatedTarget }) => list.contains(relatedTarget) || rest());
  panel.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -1e6, End: 1e6 }[event.key];
    if (!step || isChord(event)) return;
    const rows = heads().filter((head) => head.checkVisibility());
    const now = rows.indexOf(event.target.closest(".lab-run-row")?.firstChild);
    const isInside = now >= 0 && event.target !== rows[now]; // in an open row: up leads to its head
    rows[Math.max(0, Math.min(rows.length - 1, now + (isInside && step === -1 ? 0 : step)))]?.focus();
    event.preventDefault(); // nothing else scrolls
    event.stopPropagation();
  });
  ask.addEventListener("click", ({ detail }) => {
    open(!isOpen());
    if (!detail && isOpen()) panel.focus({ preventScroll: true }); // it came by a key
  });
  panel.addEventListener("click", ({ target }) => {
    if (!el.closest(".lab-large")) return; // only there does it lie over the matrix, which answers
    if (target.closest(":is([data-action=back], [data-action=compare]):not(.nn-off)")) open(false);
    else if (target.closest(".lab-run-head") && !isOpen()) open(true);
  });
  let shown; // the newest run and the present one, when Presentation's list was last scrolled
  let compared; // the run that is compared

  function paint() {
    const rows = model.get("rows");
    ask.textContent = `Runs (${rows.length})`;
    ask.setAttribute("aria-label", `${ask.textContent}: all of them, over the matrix`);
    ask.hidden = rows.length === 0;
    for (const [run, row] of made)
      if (!rows.some((each) => each.run === run)) {
        row.li.remove();
        made.delete(run);
      }
    let before = null; // from the last to the first
    for (const data of [...rows].reverse()) {
      if (!made.has(data.run)) made.set(data.run, buildRow(model, data));
      const row = made.get(data.run);
      if (row.li.nextSibling !== before || !row.li.isConnected) list.insertBefore(row.li, before);
      row.paint(data);
      before = row.li;
    }
    if (!list.contains(document.activeElement)) rest();
    const now = rows.find((row) => row.now), here = `${rows[0]?.run} ${now?.run} ${now?.running}`;
    if (here !== shown && now) bring(made.get(now.run).li, panel);
    shown = here;
    const other = rows.find((row) => row.compared)?.run;
    if (other && other !== compared && el.contains(document.activeElement)) showMatrix(el);
    compared = other;
  }

  const unfollow = follow(model, {
    "change:rows": paint,
    "change:common": () => (common.textContent = unbroken(model.get("common"))),
    "change:gone": () => (gone.textContent = model.get("gone")),
  });
  const stop = measureMessage(el);
  return () => {
    stop();
    unfollow();
  };
}

// The style sheet keeps the room of a message: it has to know how high the present one is.
function measureMessage(el) {
  let timer = setTimeout(begin);
  const measure = new ResizeObserver(([{ target }]) =>
    target.parentElement?.style.setProperty("--lab-said", `${target.getBoundingClientRect().height}px`),
  );
  function begin() {
    const message = el.parentElement?.querySelector(".lab-message");
    if (message) measure.observe(message);
    else timer = setTimeout(begin, 50);
  }
  return () => {
    clearTimeout(timer);
    measure.disconnect();
  };
}

function buildRow(model, { run }) {
  const li = element("li", { class: "lab-run-row" });
  const head = element("button", { type: "button", class: "lab-run-head", "aria-expanded": "false" });
  const parts = ["number", "sample", "label", "ending"].map((name) =>
    element("span", { class: `lab-run-${name}` }),
  );
  const body = element("div", { class: "lab-run-body", hidden: "" });
  const full = element("div", { class: "lab-run-full" });
  const buttons = element("div", { class: "lab-run-actions" });
  for (const [action, [text, title]] of Object.entries(ACTIONS)) {
    const button = addButton(buttons, text, nameOf(text, run, title));
    button.dataset.action = action;
    button.addEventListener("click", () => model.send({ action, run }));
  }
  const waits = element("div", { class: "lab-run-waits" });
  body.append(full, buttons, waits);
  head.append(...parts);
  head.addEventListener("click", () => {
    body.hidden = !body.hidden;
    head.setAttribute("aria-expanded", String(!body.hidden));
    if (body.hidden) return;
    if (li.closest(".lab-large")) bring(li, li.closest(".lab-runs-panel"));
    else showWhole(li);
  });
  li.append(head, body);
  let shown = "";

  return {
    li,
    paint(data) {
      if (JSON.stringify(data) === shown) return;
      shown = JSON.stringify(data);
      li.classList.toggle("lab-now", data.now);
      li.classList.toggle("lab-long", data.label.length - data.moment.length > LONG_LABEL);
      parts[0].textContent = run;
      const line = `<path d="M0 5H34" stroke="${data.colour}" stroke-width="2.5" stroke-dasharray="${data.dash}"/>`;
      parts[1].innerHTML = `<svg width="34" height="10" aria-hidden="true">${data.colour && line}</svg>`;
      const apart = data.now && data.moment ? `; ${data.moment}` : ""; // a line of its own
      const [, before = "", layers = "", after] = data.label.replace(apart, "").match(LABEL);
      const name = (end, text) => element("span", { class: `lab-run-layers-${end}` }, layers && unbroken(text));
      parts[2].replaceChildren(unbroken(before), name("first", `${layers}, `), unbroken(after), name("last", `, ${layers}`));
      if (data.compared) parts[2].prepend(element("span", { class: "lab-run-compared" }, "compared"), " ");
      const moment = { class: "lab-run-moment", "data-when": data.when };
      if (data.now) parts[2].append(element("span", moment, unbroken(apart.slice(2))));
      parts[3].textContent = data.ending;
      head.setAttribute("aria-label", [`Run ${run}: ${data.label}`, data.ending, data.compared && "compared"].filter(Boolean).join(", "));
      const lines = [data.full, data.file && `file: ${data.file}`, ...data.changes, data.time].filter(Boolean);
      head.title = lines.slice(0, data.time ? -1 : undefined).join("\n");
      full.replaceChildren(...lines.map((line) => element("div", {}, unbroken(line))));
      waits.style.visibility = data.waits.length ? "" : "hidden"; // its room is kept: nothing moves
      waits.textContent = data.until;
      for (const button of buttons.children) {
        button.hidden = !data.actions.includes(button.dataset.action);
        const off = data.waits.includes(button.dataset.action);
        button.classList.toggle("nn-off", off);
        button.setAttribute("aria-disabled", off);
        const end = ENDS[button.dataset.action];
        if (!end) continue;
        const isOn = { compare: data.compared, pin: data.pinned }[button.dataset.action];
        const [text, title] = isOn ? end : ACTIONS[button.dataset.action];
        button.textContent = text;
        button.title = nameOf(text, run, title);
        button.setAttribute("aria-label", button.title);
        button.setAttribute("aria-pressed", String(isOn));
      }
    },
  };
}

// The answer of Compare is beside the list, or a screen away.
function showMatrix(el) {
  const matrix = el.closest(".interactive-lab")?.querySelector(".lab-at-matrix");
  if (document.activeElement.matches(":focus-visible")) // who came by a key goes on there
    matrix?.querySelector(".cm-cell[tabindex='0']").focus({ preventScroll: true });
  matrix?.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

// Scroll the list of Presentation, and nothing else, so that as much of a row is seen as fits, its
// beginning first.
function bring(row, list) {
  const [{ top, bottom }, room] = [row, list].map((part) => part.getBoundingClientRect());
  if (top < room.top) list.scrollTop += top - room.top;
  else if (bottom > room.bottom) list.scrollTop += Math.min(bottom - room.bottom, top - room.top);
}

// The name of a button begins with what is written on it: one can say it, and a helper reads it out.
function nameOf(text, run, more) {
  return `${text}, run ${run}: ${more}`;
}

// The hyphens of 784-128-64-10 are no place to break a line.
function unbroken(text) {
  return text.replaceAll("-", "\u2011");
}

export default { render };
