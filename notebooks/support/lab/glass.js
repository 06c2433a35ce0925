// One step under the glass. Its model has `step`: `title`, and if all is finite `stages` (texts),
// `pictures` (each with its `stage` and `column`), `labels`, `p`, which images are read `wrong`ly, which
// one is the `worst`, and `loss` (before and after the step, as texts). `sizes` are those of its layers;
// without a step, of the network that waits for one, whose pictures are then the `frames`.

const NEARLY = 0.005; // of a probability: half of one in a hundred
const PACE = 4000; // milliseconds for a stage that plays: time to read its sentences
const PATIENCE = 20_000; // milliseconds for a first step to come; then one can be asked for again

const PAGE = `
<h4 class="lab-glass-title">Step</h4>
<div class="lab-glass-walk">
  <span class="lab-glass-buttons"></span>
  <p class="lab-glass-text nn-follows" role="status"></p>
</div>
<div class="lab-glass-strip" role="group" aria-label="From the images to the loss, and back"></div>`;

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "lab-glass nn-part";
  box.innerHTML = PAGE;
  el.replaceChildren(box);
  const find = (name) => box.querySelector(`.lab-glass-${name}`);
  const back = addButton(find("buttons"), "◂", "One stage back");
  const next = addButton(find("buttons"), "▸", "One stage on");
  const player = addButton(find("buttons"), "▶ Play", "Play the stages, one after the other");
  [back.dataset.key, next.dataset.key, player.dataset.key] = ["ArrowLeft", "ArrowRight", " "];
  let sizes = ""; // of the layers that the frames were made for
  let [stage, chosen, timer, figures] = [0, 0, null, []]; // a new step is seen where the last one was
  let waiting = null; // what was pressed since the first step was asked for, until it is there
  let patience, isFirst; // was this series of clicks begun without a step?
  let asked = null; // has Step been pressed here? Then what it did comes into sight, by this
  const isThere = () => model.get("step").stages !== undefined;
  const last = () => model.get("step").stages.length - 1;

  function stop() {
    clearInterval(timer);
    timer = null;
    player.textContent = "▶ Play";
  }

  const sticks = () => getComputedStyle(find("walk")).position === "sticky";

  // On a telephone the words stick, and what they are about comes into sight below them.
  function lead() {
    if (!sticks()) return showWhole(box);
    const { figure } = figures.find(({ picture }) => picture.stage === stage) ?? {};
    const about = figure?.parentElement ?? find("loss"); // of the last stage: what it has brought
    box.style.setProperty("--lab-glass-words", `${find("walk").offsetHeight}px`); // and there its layer's name stays
    about.style.scrollMarginTop = `${find("walk").offsetHeight + 88}px`; // below the head line, 56, and that name
    showWhole(about, about);
  }

  // Show all that has come up to this stage, and say what it is.
  function walk(to) {
    stage = Math.max(0, Math.min(to, last()));
    for (const { figure, picture } of figures) {
      const isMoved = stage === last() && picture.name.startsWith("dW"); // it moves the weights
      const now = picture.stage === stage || isMoved;
      figure.classList.toggle("lab-glass-now", now);
      figure.classList.toggle("lab-glass-later", picture.stage > stage);
      figure.setAttribute("aria-hidden", picture.stage > stage); // nor is it told before
    }
    box.classList.toggle("lab-glass-read", stage > last() / 2 - 1);
    paint();
    const [before, after] = model.get("step").loss;
    find("loss").textContent = `loss ${before}${stage === last() ? ` → ${after}` : ""}`;
    for (const [button, off] of [[back, stage === 0], [next, stage === last()]])
      button.setAttribute("aria-disabled", off); // it keeps the focus
    const text = `${stage + 1} of ${last() + 1} · ${model.get("step").stages[stage]}`;
    if (find("text").textContent !== text) find("text").textContent = text;
  }

  function walkOn(by) {
    walk(stage + by);
    if (sticks()) lead();
  }

  function play() {
    walkOn(stage < last() ? 1 : -stage);
    player.textContent = "❚❚ Hold";
    timer = setInterval(() => (stage < last() ? walkOn(1) : stop()), PACE);
  }

  // Which images are read wrongly is known when softmax has spoken.
  function paint() {
    const { labels, wrong } = model.get("step");
    const known = box.classList.contains("lab-glass-read") ? wrong : [];
    for (const { figure, picture } of figures)
      paintArray(figure.querySelector("canvas"), picture, chosen, labels, known);
  }

  function choose(image) {
    const { labels, p } = model.get("step");
    chosen = Math.max(0, Math.min(image, labels.length - 1));
    paint();
    const mine = p[chosen][labels[chosen]];
    find("one").textContent =
      `x[${chosen}], ${article(labels[chosen])}, is ${verdict(p[chosen])}. ` +
      `Its right digit gets ${percent(mine)}.`;
    find("bars").innerHTML = p[chosen].map((share, digit) => bar(share, digit, labels[chosen])).join("");
  }

  function build() {
    const step = model.get("step");
    const known = isThere();
    if (sizes !== String(model.get("sizes"))) [figures, sizes] = [[], String(model.get("sizes"))];
    find("title").textContent = step.title ?? find("title").textContent; // a heading has words
    find("title").style.visibility = step.title ? "" : "hidden";
    find("walk").style.visibility = known ? "" : "hidden";
    find("strip").inert = !known;
    if (known || !figures.length) lay(known ? step.pictures : model.get("frames"));
    if (!known) return clear();
    choose(step.worst); // its gradient is the strongest
    walk(stage);
    if (asked) setTimeout(asked, 200, lead); // the hint above it goes first
    asked = null;
    const pressed = waiting;
    stopWaiting();
    pressed?.forEach((act) => act());
  }

  function stopWaiting() {
    clearTimeout(patience);
    box.classList.remove("lab-glass-waits");
    waiting = null;
  }

  // Lay out these pictures, and beside them what is said of an image and of the loss.
  function lay(pictures) {
    figures = [];
    if (!pictures.length) return find("strip").replaceChildren();
    const columns = addColumns(find("strip"), pictures);
    for (const picture of pictures) {
      const figure = addFigure(columns[picture.column], picture);
      figures.push({ figure, picture });
      const canvas = figure.querySelector("canvas");
      addReadout(figure, picture);
      canvas.addEventListener("click", (event) => {
        stop();
        walk(Math.max(stage, picture.stage));
        if (picture.rows === "images" || picture.kind === "ink") choose(imageUnder(event, picture));
      });
      if (picture.kind === "ink") addKeys(canvas);
    }
    columns[0].querySelector(".lab-glass-back").innerHTML = '<p class="lab-glass-one nn-follows" role="status"></p>';
    columns.at(-1).querySelector(".lab-glass-on").append(element("p", { class: "lab-glass-loss" }));
    columns.at(-1).querySelector(".lab-glass-back").innerHTML = '<div class="lab-glass-bars"></div>';
  }

  // No step: frames, empty, that say what each will hold. The next one is told from its beginning.
  function clear() {
    stop();
    stage = 0;
    box.classList.remove("lab-glass-read");
    if (find("bars")) find("bars").innerHTML = Array.from({ length: 10 }, (_, digit) => bar(0, digit)).join("");
    for (const { figure, picture } of figures) {
      paintArray(figure.querySelector("canvas"), picture, -1, []); // as large as it will be
      figure.querySelector(".lab-glass-more span").textContent = picture.holds;
      const canvas = figure.querySelector("canvas");
      canvas.setAttribute("aria-label", canvas.dataset.numbers); // and none of another step
      figure.classList.remove("lab-glass-now");
      figure.classList.add("lab-glass-later");
    }
  }

  function addKeys(canvas) {
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.addEventListener("keydown", (event) => {
      const across = inRow("ink", model.get("step").labels?.length ?? 1);
      const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
      if (!(event.key in steps) || event.altKey || event.metaKey || event.ctrlKey) return;
      choose(chosen + steps[event.key]);
      event.preventDefault();
      event.stopPropagation();
    });
  }

  // What is pressed before the first step is there is done when it is.
  const onPress = (button, act) => button.addEventListener("click", () => (waiting ? waiting.push(act) : act()));
  for (const [button, by] of [[back, -1], [next, 1]])
    onPress(button, () => {
      stop();
      walkOn(by);
    });
  onPress(player, () => (timer ? stop() : play()));
  keepKeys(box);
  find("buttons").addEventListener("focusin", ({ target }) => { // who comes by key sees what they show
    if (target.matches(":focus-visible")) lead();
  });
  const asks = (event) => {
    const step = event.target.closest?.(".lab-glass-step"), { isTrusted, detail } = event;
    if (!step || step.textContent.trim() !== "Step" || !step.closest(".lab-at-glass")?.contains(box)) return;
    if (detail < 2) isFirst = !isThere();
    if (waiting || (detail > 1 && isFirst)) { // twice by mistake: the stages of the first step come first
      event.stopPropagation();
      if (detail) step.closest(".lab-large")?.focus({ preventScroll: true }); // a speaker's keys are free
      return;
    }
    if (isTrusted) asked = unlessGone(box);
    if (isThere() || step.matches(".nn-off") || !box.checkVisibility()) return;
    waiting = [];
    box.classList.add("lab-glass-waits");
    patience = setTimeout(stopWaiting, PATIENCE);
  };
  document.addEventListener("click", asks, true);
  const end = follow(model, { "change:step": build, "change:sizes": build, "change:frames": build });
  return () => {
    stop();
    stopWaiting();
    end();
    document.removeEventListener("click", asks, true);
  };
}

// A column for the images, for each layer, and for the loss: above the way on, below the way back.
function addColumns(strip, pictures) {
  const count = Math.max(...pictures.map(({ column }) => column)) + 1;
  const columns = Array.from({ length: count }, (_, i) => {
    const column = element("section", { class: "lab-glass-column" });
    const name = i === 0 ? "images" : i === count - 1 ? "softmax and loss" : `layer ${i}`;
    column.append(element("h5", {}, name));
    column.append(element("div", { class: "lab-glass-on" }), element("div", { class: "lab-glass-back" }));
    return column;
  });
  strip.replaceChildren(...columns);
  return columns;
}

function addFigure(column, picture) {
  const { name, shape, scale, rows, kind, said } = picture;
  picture.last = Math.max(0, 2 - Math.round(Math.log10(scale))); // decimals of its numbers
  const figure = element("figure");
  const size = shape.map((n) => n.toLocaleString("en")).join("\u2009×\u2009"); // thin: captions are neighbours
  const canvas = element("canvas", { role: "img" });
  const caption = element("figcaption");
  const isGradient = name.startsWith("d");
  const more = element("span", { class: "lab-glass-more" });
  more.append(element("span", {}, said));
  caption.append(element("b", {}, name), element("span", { class: "lab-glass-size" }, ` ${size}`), more);
  const numbers = kind === "ink" ? "The images; the arrow keys choose one" : `${name}, ${size} numbers`;
  canvas.dataset.numbers = numbers;
  canvas.setAttribute("aria-label", kind === "ink" || !said ? numbers : `${numbers}, ${said.replace("\n", "; ")}`);
  figure.append(canvas, caption);
  figure.classList.add(`lab-glass-of-${rows}`);
  column.querySelector(isGradient ? ".lab-glass-back" : ".lab-glass-on").append(figure);
  return figure;
}

// The number under the pointer, below the caption's first line, named as NumPy would name it; in two
// lines where the caption has three: a column of small pictures is narrow.
function addReadout(figure, picture) {
  const [canvas, line] = [figure.querySelector("canvas"), figure.querySelector(".lab-glass-more span")];
  const text = line.textContent;
  const broken = text.includes("\n") ? "\n" : " ";
  canvas.addEventListener("pointermove", (event) => {
    line.textContent = readNumber(event, picture).replace(/ (?=[≈≤≥])/, broken) || text;
  });
  canvas.addEventListener("pointerleave", () => (line.textContent = text));
}

function bar(share, digit, label) {
  const mark = digit === label ? " class='lab-glass-right'" : "";
  return `<span${mark}>${digit}</span><span class="lab-glass-track">
    <span style="width:${100 * share}%"></span></span><span>${percent(share)}</span>`;
}

// As what an image is read, from its ten probabilities: what is nearly as probable is named, too.
function verdict(p) {
  const best = Math.max(...p);
  const first = [...p.keys()].filter((digit) => p[digit] > best - NEARLY);
  if (first.length === 1) return `read as ${first[0]}`;
  const which = first.length === 10 ? "all ten digits" : `${first.slice(0, -1).join(", ")} and ${first.at(-1)}`;
  return `(nearly) a tie of ${which}`;
}

export default { render };
