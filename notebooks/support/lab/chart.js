// The curves in the page, and the numbers at the place that pointer or keyboard points at.

const [WIDTH, FRAME_LEFT, FRAME_RIGHT] = [460, 62, 430]; // units of the drawing
const LONG_KEY = 116; // letters: Presentation writes a longer one smaller
const NOTE_GAP = 6; // pixels from the line to the numbers (chart.css)
const FAR = 10; // recorded points that a key goes with Shift
const BY = {
  ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -FAR, PageUp: FAR, Home: -1e6, End: 1e6,
};
const CHOICES = {
  quantity: { loss: "loss", accuracy: "read rightly" },
  scale: { logarithmic: "logarithmic", linear: "linear" },
  unit: { epoch: "epochs", step: "steps", second: "seconds", "so far": "steps so far" },
};

function render({ model, el }) {
  el.classList.add("lab-chart-view", "nn-part");
  const sheet = element("div", {
    class: "lab-chart-sheet", tabindex: 0, role: "slider", "aria-label": "Numbers on the curves",
    "aria-valuemin": FRAME_LEFT, "aria-valuemax": FRAME_RIGHT,
  });
  const drawing = element("div", { class: "lab-chart-drawing" });
  const mark = element("div", { class: "lab-chart-mark", hidden: "" });
  const note = element("div", { class: "lab-chart-note", hidden: "" });
  const back = element("div", { class: "lab-chart-back", hidden: "" }); // where one looks back to
  const key = element("div", { class: "lab-key lab-chart-key" });
  sheet.append(drawing, back, mark, note);
  el.append(sheet, buildChoices(model), key);
  keepKeys(el);

  const point = (x) => {
    model.set("pointed", x);
    model.save_changes(); // ipywidgets sends one at a time, and then the latest
  };
  const under = (event) => {
    const edge = drawing.getBoundingClientRect();
    return Math.max(FRAME_LEFT, Math.min(FRAME_RIGHT, ((event.clientX - edge.left) / edge.width) * WIDTH));
  };
  sheet.addEventListener("pointermove", (event) => point(under(event)));
  sheet.addEventListener("pointerdown", (event) => point(under(event)));
  sheet.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && document.activeElement !== sheet) point(-1);
  });
  sheet.addEventListener("blur", () => point(-1));
  sheet.addEventListener("keydown", (event) => {
    if (isChord(event)) return;
    const by = BY[event.key] * (event.shiftKey ? FAR : 1);
    if (event.key === "Escape" && model.get("pointed") >= 0) point(-1);
    else if (event.key in BY) model.send({ by }); // the kernel knows the points
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // The numbers stand beside the line, where there is more room, and all of them on the sheet.
  const place = (x) => {
    const width = (100 * (note.offsetWidth + 2 * NOTE_GAP)) / sheet.clientWidth, at = (100 * x) / WIDTH;
    note.style.left = `${Math.max(0, Math.min(100 - width, x < WIDTH / 2 ? at : at - width))}%`;
  };
  const say = () => {
    const { x, title, end, rows = [], moves = [] } = model.get("said");
    mark.hidden = note.hidden = title === undefined;
    if (title === undefined) { // a slider has a value, also before it is moved
      sheet.setAttribute("aria-valuenow", FRAME_RIGHT);
      return sheet.setAttribute("aria-valuetext", "nothing is pointed at yet: press an arrow key");
    }
    mark.style.left = `${(100 * x) / WIDTH}%`;
    note.replaceChildren(element("b", {}, title));
    for (const row of rows) {
      const line = element("div", {}, ` ${row.run}: ${row.text}`);
      line.prepend(element("i", { style: `background: ${row.colour}` }));
      note.append(line);
    }
    for (const words of moves) note.append(element("div", { class: "lab-chart-moved" }, `◇ ${words}`));
    place(x);
    sheet.setAttribute("aria-valuenow", Math.round(x));
    const spoken = rows.map(({ run, text }) => `run ${run}: ${text}`);
    sheet.setAttribute("aria-valuetext", [title, end, ...moves, ...spoken].filter(Boolean).join("; "));
  };
  const lookBack = () => {
    const { x, text = "" } = model.get("back");
    back.hidden = text === "";
    back.style.left = `${(100 * x) / WIDTH}%`;
    back.classList.toggle("lab-leftward", x > (FRAME_LEFT + FRAME_RIGHT) / 2);
    back.replaceChildren(element("span", {}, text));
    keepOff();
  };
  // What is said there stays on the sheet, as low as it can without lying over the number of a run.
  const keepOff = () => {
    if (back.hidden) return;
    const text = back.firstChild, boxOf = (part) => part.getBoundingClientRect();
    const numbers = [...drawing.querySelectorAll("text[font-weight]")].map(boxOf);
    const covers = (own) => numbers.some((it) =>
      it.left < own.right && it.right > own.left && it.top < own.bottom && it.bottom > own.top);
    text.style.translate = "";
    const own = boxOf(text), room = boxOf(sheet); // a narrow page has no room for long words beside the line
    text.style.translate = `${Math.max(0, room.left - own.left) + Math.min(0, room.right - own.right)}px`;
    for (let low = 2; low < 150; low += 12) {
      text.style.bottom = `${low}px`;
      if (!covers(boxOf(text))) return;
    }
  };
  const resized = new ResizeObserver(keepOff);
  resized.observe(sheet);
  const unfollow = follow(model, {
    "change:back": lookBack,
    "change:svg": () => {
      drawing.innerHTML = model.get("svg");
      keepOff();
    },
    "change:key": () => {
      key.textContent = model.get("key");
      key.classList.toggle("lab-long", key.textContent.length > LONG_KEY);
    },
    "change:said": say,
  });
  return () => {
    resized.disconnect();
    unfollow();
  };
}

function buildChoices(model) {
  const box = element("details", { class: "lab-chart-axes" });
  box.append(element("summary", {}, "Axes"));
  box.addEventListener("focusout", ({ relatedTarget }) => {
    if (document.hasFocus() && !box.contains(relatedTarget)) box.open = false;
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    box.open = false;
    box.firstChild.focus();
    event.preventDefault();
  });
  for (const [name, words] of Object.entries(CHOICES)) {
    const names = { quantity: "What is drawn", scale: "Scale", unit: "Along" };
    const select = element("select", { "aria-label": names[name], class: `lab-chart-${name}` });
    for (const [value, word] of Object.entries(words)) select.append(new Option(word, value));
    select.addEventListener("change", () => {
      model.set(name, select.value);
      model.save_changes();
    });
    const show = () => (select.value = model.get(name));
    model.on(`change:${name}`, show);
    show();
    box.append(select);
  }
  return box;
}

export default { render };
