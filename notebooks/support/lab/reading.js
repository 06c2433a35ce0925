// What the network makes of the drawing: the image that it sees, its layers, ten probabilities.

// Fill the parts that `find(name)` finds; return what paints them, all or the caption alone.
function makeReading({ model, find, isDrawing }) {
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const row = element("div", { class: "lab-pad-bar", role: "listitem" });
    row.innerHTML = `<span class="lab-pad-mark" aria-hidden="true">▶</span><b>${digit}</b>
      <span class="lab-pad-track"><span class="lab-pad-fill"></span>
      <span class="lab-pad-before" hidden></span></span><span class="lab-pad-value"></span>`;
    find("bars").append(row);
    const part = (name) => row.querySelector(`.lab-pad-${name}`);
    return { row, fill: part("fill"), before: part("before"), value: part("value") };
  });

  find("newest").addEventListener("click", ({ detail }) => { // who looks back may not see the matrix now
    find("newest").closest(".interactive-lab")?.querySelector(".lab-at-matrix .cm-newest").click();
    if (!detail) find("canvas").focus({ preventScroll: true }); // the button goes
  });

  const say = (name, text) => find(name).textContent !== text && (find(name).textContent = text);

  function paintReading() {
    const { seen = [], hidden = [], probabilities: p = [], before = [], truth: label = null } = model.get("reading");
    const winner = p.indexOf(Math.max(...p)); // -1 when there is no reading
    bars.forEach(({ row, fill, before: tick, value }, digit) => {
      row.classList.toggle("lab-pad-winner", digit === winner);
      fill.style.width = `${100 * (p[digit] ?? 0)}%`;
      tick.hidden = !(Math.abs(before[digit] - p[digit]) > 0.005); // also when there is none
      tick.style.left = `${100 * (before[digit] ?? 0)}%`;
      value.textContent = p.length ? percent(p[digit]) : "–";
    });
    const key = bars.every(({ before }) => before.hidden) ? [] : ["upright mark: before the correction"];
    const when = model.get("when") ?? ""; // one looks back
    if (when && key.length) key[0] = "mark: before correction"; // both in two lines
    if (when) key.unshift(`read by the ${when === "newest" ? "newest network: earlier ones are not kept" : `network ${when}`}`);
    find("whose").textContent = key.join(" · ") || "\u00a0"; // there is a line for it in any case
    find("newest").hidden = !when || when === "newest";
    find("key").classList.toggle("lab-pad-then", when !== "");
    paintCaption();
    paintPixels(find("seen"), seen);
    paintLayers(find("layers"), hidden);
    const says = p.length ? `It reads ${winner}` : seen.length ? "No reading: it diverged" : "Empty paper";
    const truth = p.length ? label : null; // of the image that was read, not of one just put there
    say("says", says);
    say("share", p.length ? `, at ${percent(p[winner])}` : "");
    say("truth", truth === null ? "" : `. It is ${article(truth)}.`);
    tellLater(find("verdict").textContent, before.length > 0);
    find("truth").classList.toggle("lab-pad-misread", truth !== winner);
    for (const button of find("labels").children) button.disabled = p.length === 0;
  }

  // What is seen follows the pen; what is heard waits until it rests.
  let telling, told;

  function tellLater(text, isCorrected) {
    if (text === told) return;
    clearTimeout(telling);
    if (isCorrected) return say("told", (told = text) && ""); // the note of the correction says it
    telling = setTimeout(() => say("told", text), told === undefined ? 0 : REST);
    told = text;
  }

  function paintCaption() {
    const small = Boolean(model.get("reading").small) && !isDrawing(); // every stroke begins small
    const text = small ? "Draw larger: for so small a digit the pen is too thick." : "";
    if (find("small").textContent !== text) find("small").textContent = text;
    find("plain").hidden = small;
    adviseLater(text);
  }

  // It is read out when the drawing rests: who draws by keys needs longer from stroke to stroke.
  let advising = null;

  function adviseLater(text) {
    clearTimeout(advising);
    const say = () => find("advice").textContent !== text && (find("advice").textContent = text);
    if (!text) return say();
    const isHere = () => find("canvas") === document.activeElement; // who has left hears of other things
    advising = setTimeout(() => isHere() && !isDrawing() && say(), find("pen").hidden ? 1000 : 4000);
  }

  return { paintReading, paintCaption };
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
    const nothing = active ? "" : ": nothing passes"; // an empty picture has its words
    const text = `hidden layer ${i + 1}: ${active} of ${values.length} active${nothing}`;
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
