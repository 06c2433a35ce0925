// What draws on a paper, on the pad's own or on the picture of Why?: mouse, pen, finger and keys.

const SIZE = 280; // the unit of all coordinates: the width of what is drawn on
const PEN = 22;
const [FIRST, LAST] = [PEN / 2, SIZE - PEN / 2]; // of the keyboard's pen: a stroke at the edge is whole
const STEP = 8; // of an arrow key
const FAR = 32; // of an arrow key with Shift
const REST = 600; // milliseconds without a change, until what there is is said to a screen reader
const WHOLE = { left: 0, top: 0, scale: 1 };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEYS = "Keys: arrows move the pen (Shift: farther), Space: pen down or up, E: eraser, Home: middle, Delete: clear, Ctrl+Z: undo";

// Let `canvas` be drawn on. It shows the paper that `paper()` finds, if there is one, or a part of
// it: as each stroke begins, at x, y, `frame(x, y)` says which. `mark` and `spoken` show and say where the pen
// of the keyboard is.
// A finger draws only where `isReady()`; else it scrolls.
function makePen({ canvas, mark, spoken, paper, frame = () => WHOLE, isReady = () => true }) {
  let part = WHOLE;
  const onPaper = (x, y, width) => [part.left + part.scale * x, part.top + part.scale * y, part.scale * width];

  function begin(x, y, width, other) {
    part = frame(x, y);
    paper()?.begin(...onPaper(x, y, width), other);
  }
  const extend = (x, y, width) => paper()?.extend(...onPaper(x, y, width));
  const finish = () => paper()?.finish();

  // ------------------------------------------------------------------ mouse, pen and finger

  let pointer = null;

  function place(event) {
    const edge = canvas.getBoundingClientRect();
    const unit = SIZE / edge.width;
    const width = event.pointerType === "pen" ? PEN * (0.5 + event.pressure) : PEN;
    return [(event.clientX - edge.left) * unit, (event.clientY - edge.top) * unit, width];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0 || (event.pointerType === "touch" && !isReady())) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    canvas.focus({ preventScroll: true });
    pen.down = false;
    mark.hidden = true;
    begin(...place(event), event.shiftKey);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
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
    mark.hidden = false;
    mark.classList.toggle("lab-pad-pen-down", pen.down);
    mark.style.left = `${(100 * pen.x) / SIZE}%`;
    mark.style.top = `${(100 * pen.y) / SIZE}%`;
  }

  // To a screen reader: where the pen is when it rests, in pixels of the 28 x 28; and if it is down.
  let speaking = null;

  function sayPen(wait, first = "") {
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      const [x, y] = [pen.x, pen.y].map((value) => Math.round((28 * value) / SIZE));
      const name = paper()?.erases() ? "Eraser" : "Pen";
      spoken.textContent = `${first}${name} ${pen.down ? "down" : "up"}, ${x} across, ${y} down${edge()}`;
    }, wait);
  }

  function edge() {
    const [x, y] = [["left", "right"][[FIRST, LAST].indexOf(pen.x)], ["top", "bottom"][[FIRST, LAST].indexOf(pen.y)]];
    return x && y ? `, in the ${y} ${x} corner` : x || y ? `, at the ${x ?? y} edge` : "";
  }

  function lift() {
    if (pen.down) finish();
    pen.down = false;
  }

  function move(to) {
    [pen.x, pen.y] = to.map((value) => Math.min(LAST, Math.max(FIRST, value)));
    if (pen.down) extend(pen.x, pen.y, PEN);
  }

  const actions = {
    " "() {
      if (pen.down) return lift();
      begin(pen.x, pen.y, PEN);
      pen.down = true;
    },
    e() {
      lift();
      const wanted = !paper()?.erases();
      paper()?.takeEraser(wanted);
      if (wanted && !paper()?.erases()) return "The paper is empty: there is nothing to erase. ";
    },
    Home() {
      lift();
      move([SIZE / 2, SIZE / 2]);
    },
    End() {}, // nor does this scroll the page
    Delete() {
      pen.down = false;
      paper()?.clear();
    },
  };
  actions.Backspace = actions.Delete;

  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const key = event.key === "E" ? "e" : event.key;
    canvas.scrollIntoView({ block: "nearest" }); // nobody draws out of sight
    let first; // to be said
    if (key in ARROWS) {
      pressed.add(key);
      const step = event.shiftKey ? FAR : STEP;
      for (const [x, y] of [...pressed].map((name) => ARROWS[name])) move([pen.x + step * x, pen.y + step * y]);
    } else if (!(key in actions)) {
      return;
    } else if (!event.repeat) {
      first = actions[key]();
    }
    showPen();
    sayPen(key in ARROWS ? REST : 0, first);
    event.preventDefault();
    event.stopPropagation();
  });
  onUndo(canvas, () => {
    lift();
    mark.classList.remove("lab-pad-pen-down");
    sayPen(0, paper()?.undo() ? "Taken back. " : "Nothing to take back. ");
  });
  canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && showPen());
  canvas.addEventListener("keyup", (event) => pressed.delete(event.key));
  canvas.addEventListener("blur", () => {
    pressed.clear();
    lift();
    mark.hidden = true;
    clearTimeout(speaking);
    spoken.textContent = ""; // it would be read later, when it is no longer so
  });
}

// Have Ctrl+Z in this part call `undo()`.
function onUndo(part, undo) {
  part.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    undo();
    event.preventDefault();
    event.stopPropagation();
  });
}
