// The paper, and the strokes on it. The drawing lives here, the network in Python: strokes go out as
// a small picture, at most 30 times a second. pen.js, which stands before this file, draws on it.

const SHARP = 2; // pixels of the canvas per unit
const INK_SIDE = 112; // pixels of the picture that is sent
const MOST_STROKES = 200;
const SEND_EVERY = 33; // milliseconds

// Bring the paper in `box` to life, whose parts `find(name)` finds; `begun()` is called when another
// drawing begins, `painted()` when strokes are done. Returns what pens and buttons need.
function makePaper({ model, box, find, begun, painted }) {
  const canvas = find("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  const small = document.createElement("canvas");
  small.width = small.height = INK_SIDE;
  const smallPaper = small.getContext("2d", { willReadFrequently: true });
  paper.scale(SHARP, SHARP);
  paper.lineCap = paper.lineJoin = "round";

  // ------------------------------------------------------------------------------- strokes
  // A stroke is [[x, y, width], ...], with a width below zero where it takes ink away; a number
  // stands for that example, { pixels, label } for an image that came from elsewhere, null for an empty
  // paper. These three begin anew, so that Undo can take them back like a stroke.

  let stroke = null; // the one being drawn
  let sign = 1; // of its width

  function paintPiece(points, i) {
    const [x, y, width] = points[i];
    paper.globalCompositeOperation = width < 0 ? "destination-out" : "source-over";
    paper.lineWidth = Math.abs(width);
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
    paper.globalCompositeOperation = "source-over";
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
    const empty = isEmpty();
    find("hint").hidden = !empty;
    find("clear").disabled = find("eraser").disabled = empty;
    if (empty) takeEraser(false); // there is nothing to take away
  }

  const erases = () => find("eraser").getAttribute("aria-pressed") === "true";

  function takeEraser(on) {
    find("eraser").setAttribute("aria-pressed", on && !isEmpty());
  }

  // With `other` a pen takes ink away, and an eraser adds some.
  function begin(x, y, width, other = false) {
    finish();
    begun();
    sign = !isEmpty() && erases() !== other ? -1 : 1;
    stroke = [];
    extend(x, y, width);
    paintHint();
  }

  function extend(x, y, width) {
    const last = stroke?.at(-1);
    if (!stroke || (last && Math.hypot(x - last[0], y - last[1]) < 1)) return;
    stroke.push([x, y, sign * width].map((value) => Math.round(10 * value) / 10));
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
    begun();
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

  // Returns whether there was something to take back.
  function undo() {
    finish();
    const strokes = model.get("strokes");
    keep(strokes.slice(0, -1));
    return strokes.length > 0;
  }

  function clear() {
    finish();
    if (!isEmpty()) keep([...model.get("strokes"), null]);
  }

  // Begin anew with this: the number of an example, or { pixels }.
  function startFrom(item) {
    finish();
    keep([...model.get("strokes"), item]);
  }

  // --------------------------------------------------------------------------- to the kernel

  let timer = null;
  let sent = 0;

  function send() {
    if (timer !== null) return;
    timer = setTimeout(sendNow, Math.max(0, sent + SEND_EVERY - performance.now()));
  }

  function readInk() {
    smallPaper.clearRect(0, 0, INK_SIDE, INK_SIDE);
    smallPaper.drawImage(canvas, 0, 0, INK_SIDE, INK_SIDE);
    const rgba = smallPaper.getImageData(0, 0, INK_SIDE, INK_SIDE).data;
    return Uint8Array.from({ length: INK_SIDE ** 2 }, (_, i) => rgba[4 * i + 3]);
  }

  function sendNow() {
    clearTimeout(timer);
    timer = null;
    sent = performance.now();
    const ink = readInk();
    model.set("ink", new DataView(ink.buffer));
    model.set("truth", truth());
    model.save_changes(); // ipywidgets sends one at a time, and then the latest
    return ink.buffer;
  }

  // The digit that an image of the data set is, as long as nothing has been drawn on it.
  function truth() {
    const last = model.get("strokes").at(-1);
    if (stroke || last == null || Array.isArray(last)) return null;
    return (model.get("examples")[last] ?? last).label ?? null;
  }

  const frame = () => frameOf(readInk());
  const isDrawing = () => stroke !== null;
  const end = () => {
    if (timer !== null) sendNow();
  };
  return {
    paint, begin, extend, finish, undo, clear, startFrom, erases, takeEraser, frame, sendNow, isDrawing, end,
  };
}

// Where on the paper the image lies that like_mnist (centring.py) makes of this ink: its corner, and
// how much larger than it the paper shows things.
function frameOf(ink) {
  const unit = SIZE / INK_SIDE;
  const every = Array.from({ length: INK_SIDE }, (_, i) => i);
  const sums = [(i, j) => INK_SIDE * j + i, (i, j) => INK_SIDE * i + j].map((at) =>
    every.map((i) => every.reduce((sum, j) => sum + ink[at(i, j)], 0)),
  );
  const [first, last] = ["findIndex", "findLastIndex"].map((find) => sums.map((line) => line[find](Boolean)));
  if (first[0] < 0) return WHOLE;
  const lengths = [0, 1].map((axis) => last[axis] - first[axis] + 1);
  const scale = 20 / Math.max(...lengths); // pixels of the image for each of the ink
  const [left, top] = sums.map((line, axis) => {
    const total = line.reduce((a, b) => a + b);
    const middle = line.reduce((sum, value, i) => sum + value * (i - first[axis] + 0.5), 0) / total;
    const move = Math.min(Math.max(Math.round(14.5 - scale * middle), 0), 28 - scale * lengths[axis]);
    return unit * (first[axis] - move / scale);
  });
  return { left, top, scale: (28 * unit) / (SIZE * scale) };
}
