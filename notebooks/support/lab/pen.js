// The paper, and what draws on it: mouse, pen, finger and keys. The drawing lives here, the network
// in Python: strokes go out as a small picture, at most 30 times a second.

const SIZE = 280; // the unit of all coordinates: the width of the paper as it is shown
const SHARP = 2; // pixels of the canvas per unit
const INK_SIDE = 112; // pixels of the picture that is sent
const PEN = 22;
const MOST_STROKES = 200;
const SEND_EVERY = 33; // milliseconds
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Bring the paper in `box` to life, whose parts `find(name)` finds; `painted()` is called when
// strokes are done. Returns what the buttons beside it need.
function makePaper({ model, box, find, painted }) {
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
    painted();
  }

  function isEmpty() {
    const last = model.get("strokes").at(-1);
    return stroke === null && (last === undefined || last === null);
  }

  function paintHint() {
    find("hint").hidden = !isEmpty();
    find("clear").disabled = isEmpty();
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

  // To a screen reader: where the pen is when it rests, in pixels of the 28 x 28; and if it is down.
  let speaking = null;

  function sayPen(wait) {
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      const [x, y] = [pen.x, pen.y].map((value) => Math.round((28 * value) / SIZE));
      find("spoken").textContent = `Pen ${pen.down ? "down" : "up"}, ${x} across, ${y} down`;
    }, wait);
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
    sayPen(event.key in ARROWS ? 400 : 0);
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

  // Begin anew with this: the number of an example, or { pixels }.
  const startFrom = (item) => {
    finish();
    keep([...model.get("strokes"), item]);
  };
  const isDrawing = () => stroke !== null;
  const end = () => {
    if (timer !== null) sendNow();
  };
  return { paint, undo, clear, finish, startFrom, sendNow, isDrawing, end };
}
