// The drawing pad in the page. The drawing lives here, the network in Python: strokes go out as a
// small picture, at most 30 times a second, and a reading of it comes back.

const SIZE = 280; // the unit of all coordinates: the width of the paper as it is shown
const SHARP = 2; // pixels of the canvas per unit
const INK_SIDE = 112; // pixels of the picture that is sent
const PEN = 22;
const MOST_STROKES = 200;
const SEND_EVERY = 33; // milliseconds
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const PAGE = `
<section class="lab-pad-draw">
  <h4>Your drawing</h4>
  <div class="lab-pad-paper">
    <canvas class="lab-pad-canvas" width="${SIZE * SHARP}" height="${SIZE * SHARP}" tabindex="0"
      role="application" aria-label="Paper to draw a digit on. Arrow keys move the pen; Space puts it
      down or lifts it; Control Z takes back a stroke; Delete clears the paper."></canvas>
    <div class="lab-pad-hint">draw here</div>
    <div class="lab-pad-pen" hidden></div>
  </div>
  <div class="lab-pad-tools">
    <button class="lab-pad-undo" type="button" title="Ctrl+Z">Undo</button>
    <button class="lab-pad-clear" type="button" title="Delete">Clear</button>
  </div>
  <div class="lab-pad-help">Keyboard: arrows, Space for pen down or up</div>
  <div class="lab-pad-label">Or start from one of these</div>
  <div class="lab-pad-examples" role="group" aria-label="Start from a digit of the data set"></div>
</section>
<section class="lab-pad-way">
  <h4>What the network sees</h4>
  <canvas class="lab-pad-seen" width="28" height="28" role="img"
    aria-label="The drawing, centred, in 28 by 28 pixels"></canvas>
  <div class="lab-pad-caption lab-pad-size"></div>
  <div class="lab-pad-layers"></div>
</section>
<section class="lab-pad-out">
  <h4 class="lab-pad-verdict" role="status"></h4>
  <div class="lab-pad-bars"></div>
  <div class="lab-pad-caption lab-pad-key">upright mark: before the correction</div>
</section>
<section class="lab-pad-correct">
  <span>Wrong? The right digit is</span>
  <span class="lab-pad-labels" role="group" aria-label="The right digit: take one step towards it"
    ></span>
  <label>step at learning rate <select class="lab-pad-rate"></select></label>
  <div class="lab-pad-note" role="status"></div>
</section>`;

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "lab-pad nn-part";
  box.innerHTML = PAGE;
  el.replaceChildren(box);
  const find = (name) => box.querySelector(`.lab-pad-${name}`);
  const canvas = find("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  const small = document.createElement("canvas");
  small.width = small.height = INK_SIDE;
  const smallPaper = small.getContext("2d", { willReadFrequently: true });
  paper.scale(SHARP, SHARP);
  paper.lineCap = paper.lineJoin = "round";

  // ------------------------------------------------------------------------------- strokes
  // A stroke is [[x, y, width], ...]; a number stands for that example, { pixels } for an image
  // that came from elsewhere, null for an empty paper.
  // All three begin anew, so that Undo can take them back like a stroke.

  let stroke = null; // the one being drawn

  function paintPiece(points, i) {
    const [x, y, width] = points[i];
    paper.lineWidth = width;
    paper.beginPath();
    if (i === 0) {
      paper.moveTo(x, y);
    } else {
      const [x1, y1] = points[i - 1];
      const [x0, y0] = points[Math.max(0, i - 2)];
      paper.moveTo((x0 + x1) / 2, (y0 + y1) / 2);
      paper.quadraticCurveTo(x1, y1, (x1 + x) / 2, (y1 + y) / 2);
    }
    paper.lineTo(x + 0.01, y); // a line without length, a tap, would not be drawn
    paper.stroke();
  }

  function paintExample(pixels) {
    const side = SIZE / 28;
    pixels.forEach((value, i) => {
      paper.globalAlpha = value / 255;
      if (value) paper.fillRect((i % 28) * side, Math.floor(i / 28) * side, side, side);
    });
    paper.globalAlpha = 1;
  }

  function paint() {
    const strokes = model.get("strokes");
    const start = strokes.findLastIndex((item) => !Array.isArray(item));
    paper.clearRect(0, 0, SIZE, SIZE);
    const from = strokes[start]; // null or undefined for empty paper
    if (from != null) paintExample(from.pixels ?? model.get("examples")[from].pixels);
    for (const points of strokes.slice(start + 1)) points.forEach((_, i) => paintPiece(points, i));
    if (stroke) stroke.forEach((_, i) => paintPiece(stroke, i));
    find("undo").disabled = strokes.length === 0;
    paintHint();
    paintCaption();
  }

  function isEmpty() {
    const last = model.get("strokes").at(-1);
    return stroke === null && (last === undefined || last === null);
  }

  function paintHint() {
    find("hint").hidden = !isEmpty();
    find("clear").disabled = isEmpty();
  }

  function paintCaption() {
    const small = Boolean(model.get("reading").small) && stroke === null; // every stroke begins small
    find("size").classList.toggle("lab-pad-small", small);
    find("size").textContent = small
      ? "Draw larger: for so small a digit the pen is too thick."
      : "28 × 28 pixels, centred as in MNIST";
  }

  function begin(x, y, width = PEN) {
    finish();
    stroke = [];
    extend(x, y, width);
    paintHint();
  }

  function extend(x, y, width = PEN) {
    const last = stroke.at(-1);
    if (last && Math.hypot(x - last[0], y - last[1]) < 1) return;
    stroke.push([x, y, width].map((value) => Math.round(10 * value) / 10));
    paintPiece(stroke, stroke.length - 1);
    send();
  }

  function finish() {
    if (stroke === null) return;
    const done = stroke;
    stroke = null;
    keep([...model.get("strokes"), done]);
  }

  function keep(strokes) {
    // Undo forgets what is long ago, but nothing that is still to be seen.
    const start = strokes.findLastIndex((item) => !Array.isArray(item));
    const old = Math.max(0, Math.min(start, strokes.length - MOST_STROKES));
    model.set("strokes", strokes.slice(old)); // which paints them
    send();
    // A button that is no longer enabled would lose the focus, and the keys with it.
    if (box.contains(document.activeElement) && document.activeElement.disabled) {
      canvas.focus({ preventScroll: true });
    }
  }

  function undo() {
    finish();
    keep(model.get("strokes").slice(0, -1));
  }

  function clear() {
    finish();
    if (!isEmpty()) keep([...model.get("strokes"), null]);
  }

  // --------------------------------------------------------------------------- to the kernel

  let timer = null;
  let sent = 0;

  function send() {
    if (timer !== null) return;
    timer = setTimeout(sendNow, Math.max(0, sent + SEND_EVERY - performance.now()));
  }

  function sendNow() {
    clearTimeout(timer);
    timer = null;
    sent = performance.now();
    smallPaper.clearRect(0, 0, INK_SIDE, INK_SIDE);
    smallPaper.drawImage(canvas, 0, 0, INK_SIDE, INK_SIDE);
    const rgba = smallPaper.getImageData(0, 0, INK_SIDE, INK_SIDE).data;
    const ink = Uint8Array.from({ length: INK_SIDE ** 2 }, (_, i) => rgba[4 * i + 3]);
    model.set("ink", new DataView(ink.buffer));
    model.save_changes(); // ipywidgets sends one at a time, and then the latest
    return ink.buffer;
  }

  // ------------------------------------------------------------------ mouse, pen and finger

  let pointer = null;

  function place(event) {
    const edge = canvas.getBoundingClientRect();
    const unit = SIZE / edge.width;
    const width = event.pointerType === "pen" ? PEN * (0.5 + event.pressure) : PEN;
    return [(event.clientX - edge.left) * unit, (event.clientY - edge.top) * unit, width];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    canvas.focus({ preventScroll: true });
    pen.down = false;
    find("pen").hidden = true;
    begin(...place(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer || stroke === null) return;
    const passed = event.getCoalescedEvents?.() ?? []; // all places since the last event
    for (const moment of passed.length ? passed : [event]) extend(...place(moment));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      finish();
    });
  }

  // ------------------------------------------------------------------------------- keyboard

  const pen = { x: SIZE / 2, y: SIZE / 4, down: false };
  const pressed = new Set(); // two arrow keys together move the pen aslant

  function showPen() {
    const mark = find("pen");
    mark.hidden = false;
    mark.classList.toggle("lab-pad-pen-down", pen.down);
    mark.style.left = `${(100 * pen.x) / SIZE}%`;
    mark.style.top = `${(100 * pen.y) / SIZE}%`;
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    if (event.key in ARROWS) {
      pressed.add(event.key);
      const step = event.shiftKey ? 2 : 8;
      for (const key of pressed) {
        pen.x = Math.min(SIZE, Math.max(0, pen.x + step * ARROWS[key][0]));
        pen.y = Math.min(SIZE, Math.max(0, pen.y + step * ARROWS[key][1]));
      }
      if (pen.down) extend(pen.x, pen.y);
    } else if (event.key === " ") {
      if (!event.repeat) {
        pen.down = !pen.down;
        if (pen.down) begin(pen.x, pen.y);
        else finish();
      }
    } else if (event.key === "Delete" || event.key === "Backspace") {
      pen.down = false;
      clear();
    } else {
      return;
    }
    showPen();
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener("keyup", (event) => pressed.delete(event.key));
  canvas.addEventListener("blur", () => {
    pressed.clear();
    pen.down = false;
    find("pen").hidden = true;
    if (pointer === null) finish();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    pen.down = false;
    find("pen").classList.remove("lab-pad-pen-down");
    undo();
    event.preventDefault();
    event.stopPropagation();
  });

  // -------------------------------------------------------------------------------- buttons

  find("undo").addEventListener("click", undo);
  find("clear").addEventListener("click", clear);

  model.get("examples").forEach(({ label, pixels }, i) => {
    const button = addButton(find("examples"), "", `Start from this ${label}`);
    const picture = document.createElement("canvas");
    picture.width = picture.height = 28;
    paintPixels(picture, pixels);
    button.append(picture);
    button.addEventListener("click", () => {
      finish();
      keep([...model.get("strokes"), i]);
    });
  });

  for (let label = 0; label < 10; label++) {
    const button = addButton(find("labels"), label, `One step towards ${label}`);
    button.addEventListener("click", () => {
      finish();
      model.send({ correct: label }, undefined, [sendNow()]);
    });
  }

  find("rate").addEventListener("change", (event) => {
    model.set("learning_rate", Number(event.target.value));
    model.save_changes();
  });

  function paintRate() {
    const rate = model.get("learning_rate");
    const rates = [...new Set([0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, rate])];
    const options = rates.sort((a, b) => a - b).map((value) => {
      const text = String(Number(value.toPrecision(3)));
      return new Option(text, value, value === rate, value === rate);
    });
    find("rate").replaceChildren(...options);
  }

  // -------------------------------------------------------------------------------- reading

  const bars = Array.from({ length: 10 }, (_, digit) => {
    const row = document.createElement("div");
    row.className = "lab-pad-bar";
    row.innerHTML = `<span class="lab-pad-mark" aria-hidden="true">▶</span><b>${digit}</b>
      <span class="lab-pad-track"><span class="lab-pad-fill"></span>
      <span class="lab-pad-before" hidden></span></span><span class="lab-pad-value"></span>`;
    find("bars").append(row);
    const part = (name) => row.querySelector(`.lab-pad-${name}`);
    return { row, fill: part("fill"), before: part("before"), value: part("value") };
  });

  function paintReading() {
    const { seen = [], hidden = [], probabilities: p = [], before = [] } = model.get("reading");
    const winner = p.indexOf(Math.max(...p)); // -1 when there is no reading
    bars.forEach(({ row, fill, before: tick, value }, digit) => {
      row.classList.toggle("lab-pad-winner", digit === winner);
      fill.style.width = `${100 * (p[digit] ?? 0)}%`;
      tick.hidden = !(Math.abs(before[digit] - p[digit]) > 0.005); // also when there is none
      tick.style.left = `${100 * (before[digit] ?? 0)}%`;
      value.textContent = p.length ? percent(p[digit]) : "–";
    });
    find("key").style.visibility = bars.every(({ before }) => before.hidden) ? "hidden" : "visible";
    paintCaption();
    paintPixels(find("seen"), seen);
    paintLayers(find("layers"), hidden);
    let verdict = "Empty paper: no reading";
    if (p.length) verdict = `It reads ${winner}, at ${percent(p[winner])}`;
    else if (seen.length) verdict = "No reading: it has diverged";
    if (find("verdict").textContent !== verdict) find("verdict").textContent = verdict;
    for (const button of find("labels").children) button.disabled = p.length === 0;
  }

  const unfollow = follow(model, {
    "change:strokes": paint,
    "change:reading": paintReading,
    "change:learning_rate": paintRate,
    "change:note": () => (find("note").textContent = model.get("note")),
  });
  keepKeys(box);
  // Colours are known as soon as this is a part of the page.
  const resize = new ResizeObserver(paintReading);
  resize.observe(box);
  const theme = new MutationObserver(paintReading);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  return () => {
    if (timer !== null) sendNow();
    resize.disconnect();
    theme.disconnect();
    unfollow();
  };
}

// A row of squares for every hidden layer; the area of a square is the neuron's activation.
function paintLayers(box, hidden) {
  while (box.children.length > hidden.length) box.lastChild.remove();
  hidden.forEach((values, i) => {
    if (box.children.length === i) {
      const layer = document.createElement("div");
      layer.className = "lab-pad-layer";
      layer.innerHTML = `<canvas role="img"></canvas><div class="lab-pad-caption"></div>`;
      box.append(layer);
    }
    const [canvas, caption] = box.children[i].children;
    const active = values.filter((value) => value > 0).length;
    const text = `hidden layer ${i + 1}: ${active} of ${values.length} active`;
    caption.textContent = text;
    canvas.setAttribute("aria-label", text);
    paintSquares(canvas, values);
  });
}

function paintSquares(canvas, values) {
  const columns = values.length <= 64 ? 16 : values.length <= 512 ? 32 : 64;
  const cell = 512 / columns;
  const height = cell * Math.ceil(values.length / columns);
  if (canvas.width !== 512 || canvas.height !== height) {
    canvas.width = 512;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, 512, height);
  const style = getComputedStyle(canvas);
  const colours = ["--nn-faint", "--nn-accent"].map((name) => style.getPropertyValue(name));
  values.forEach((value, i) => {
    const side = value ? Math.max(3, 0.9 * cell * Math.sqrt(value / 255)) : 2;
    context.fillStyle = colours[value ? 1 : 0];
    const left = (i % columns) * cell + (cell - side) / 2;
    context.fillRect(left, Math.floor(i / columns) * cell + (cell - side) / 2, side, side);
  });
}

export default { render };
