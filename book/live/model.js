// What the lab's scripts take for a widget of Python's, and the answers that Python gives the pad.

const SIDE = 112; // the pad sends the drawing as SIDE x SIDE pixels

// `saved(names)` is called when a view has changed what has these names, `told(content, buffers)`
// when it has sent a message.
class Model {
  constructor(values) {
    this.values = values;
    this.listeners = new Map();
    this.changed = new Set();
    this.saved = this.told = () => {};
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    this.values[name] = value;
    this.changed.add(name);
    for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
  }

  on(event, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event).add(listener);
  }

  off(event, listener) {
    this.listeners.get(event)?.delete(listener);
  }

  save_changes() {
    const names = this.changed;
    this.changed = new Set();
    this.saved(names);
  }

  send(content, _callbacks, buffers) {
    this.told(content, buffers);
  }
}

// The pad's model, as pad.py answers it. `read(x, p)` is called after each reading, with x empty
// if the paper is, and `corrected()` when a correction has changed the network.
function padModel(network, values, read, corrected) {
  const model = new Model(values);
  let ink = new Uint8Array(SIDE ** 2);
  let before = []; // the probabilities before a correction, to compare with

  function answer() {
    const x = likeMnist(ink, SIDE);
    if (!x.some((value) => value)) {
      model.set("reading", {});
      return read([], []);
    }
    const [, ...hidden] = network.forward(x);
    const p = softmax(hidden.pop());
    const reading = { seen: toBytes(x), hidden: [], probabilities: [], small: isSmall(ink, SIDE) };
    if (p.every(isFinite)) {
      const shares = (a) => a.map((value) => value / Math.max(1e-30, ...a));
      reading.hidden = hidden.map((a) => toBytes(shares(a)));
      reading.probabilities = p;
      reading.before = before;
      reading.truth = model.get("truth");
    }
    model.set("reading", reading);
    read(x, reading.probabilities);
  }

  function correct(label) {
    const x = likeMnist(ink, SIDE);
    if (!x.some((value) => value)) {
      return model.set("note", "The pad is empty: draw a digit first.");
    }
    const rate = model.get("learning_rate");
    const ask = () => softmax(network.forward(x).at(-1));
    before = ask();
    network.step(x, label, rate);
    const after = ask();
    const little = after.indexOf(Math.max(...after)) !== label && after[label] - before[label] < 0.005;
    model.set(
      "note",
      `One step towards ${label}, at learning rate ${rate}. ` +
        `Before: ${inWords(before, label)}. Right after: ${inWords(after, label)}.` +
        (little ? " To see more of it, choose a larger learning rate." : ""),
    );
    answer();
    corrected();
  }

  model.forget = () => {
    network.forget();
    before = [];
    answer();
    corrected();
    model.set("note", "It has forgotten your corrections.");
  };
  model.saved = (names) => {
    if (!names.has("ink")) return;
    const sent = new Uint8Array(model.get("ink").buffer);
    if (sent.every((value, i) => value === ink[i])) return; // as in Python: nothing has changed
    ink = sent;
    before = [];
    model.set("note", "");
    answer();
  };
  model.told = ({ correct: label, photograph: name }, buffers) => {
    if (name !== undefined) {
      const said = `${name}: photographs are read in the lab of lesson 09. Here, draw a digit.`;
      model.set("photograph", { said });
    } else if (label !== undefined) {
      ink = new Uint8Array(buffers[0]);
      correct(label);
    }
  };
  return model;
}

// The winner of the probabilities, and `label`, as "3 at 71.0 %, 5 at 12.3 %".
function inWords(p, label) {
  const digits = [...new Set([p.indexOf(Math.max(...p)), label])];
  return digits.map((digit) => `${digit} at ${inPercent(p[digit])}\u00a0%`).join(", ");
}

// Only all of it is "100.0".
function inPercent(share) {
  const text = (100 * share).toFixed(1);
  return share < 1 && text === "100.0" ? ">\u00a099.9" : text;
}
