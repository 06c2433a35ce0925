// The view inside in the page: pictures of weights, and what excites the neuron one points at.

const CROSS = PIXELS[128] - 0x00b4b4b4; // dark grey
const TILE = 30; // pixels of a picture with the gap around it

const PAGE = `
<section class="lab-inside-first">
  <h4 class="lab-inside-title"></h4>
  <div class="lab-inside-parts" role="group" aria-label="What the pictures show">
    <button type="button" value="weights">Weights</button>
    <button type="button" value="change">Only what training has changed</button>
  </div>
  <div class="lab-inside-sheet">
    <canvas class="lab-inside-grid" tabindex="0" role="application"></canvas>
    <div class="lab-inside-frame"></div>
  </div>
  <div class="lab-inside-legend">
    <span class="lab-inside-less"></span> <span class="lab-inside-low"></span>
    <canvas class="lab-inside-scale" width="255" height="1" role="img"
      aria-label="Colour scale: orange below zero, white at zero, purple above"></canvas>
    <span class="lab-inside-high"></span> <span class="lab-inside-more"></span>
  </div>
  <p class="lab-inside-caption"></p>
</section>
<section class="lab-inside-one">
  <h4 class="lab-inside-name nn-follows" role="status"></h4>
  <div class="lab-inside-pair">
    <canvas class="lab-inside-large" width="280" height="280" role="img"
      aria-label="The neuron's weights, enlarged"></canvas>
    <div class="lab-inside-means"></div>
  </div>
  <div class="lab-inside-label"></div>
  <div class="lab-inside-top"></div>
</section>
<section class="lab-inside-silent">
  <h4>Silent ReLUs</h4>
  <div class="lab-inside-layers"></div>
</section>`;

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "lab-inside nn-part";
  box.innerHTML = PAGE;
  el.replaceChildren(box);
  const find = (name) => box.querySelector(`.lab-inside-${name}`);
  const grid = find("grid");
  paintScale(find("scale"));

  let gridName = "";
  let pinned = model.get("neuron"); // the one that a click or a key has chosen
  const bytes = () => new Uint8Array(model.get("weights").buffer, model.get("weights").byteOffset);
  const count = () => Math.floor(model.get("weights").byteLength / 784);
  const columns = () => (count() <= 10 ? Math.min(5, count()) : count() <= 32 ? 8 : 16);
  const noun = () => (model.get("about").hidden?.length ? "neuron" : "logit");

  function paintGrid() {
    const about = model.get("about");
    box.classList.toggle("lab-inside-empty", !about.finite);
    if (!about.finite) {
      const diverged = about.finite === false;
      find("title").textContent = diverged
        ? "This network’s numbers are not finite any more: training diverged"
        : "No network yet";
      return;
    }
    const [n, across] = [count(), columns()];
    const [width, height] = [across * TILE, Math.ceil(n / across) * TILE];
    if (grid.width !== width || grid.height !== height) Object.assign(grid, { width, height });
    grid.style.width = `${width * Math.floor(480 / width)}px`;
    const context = grid.getContext("2d");
    context.clearRect(0, 0, width, height);
    const weights = bytes();
    const silent = new Set(about.silent);
    for (let i = 0; i < n; i++) {
      const picture = picturePixels(weights.subarray(784 * i, 784 * (i + 1)), silent.has(i));
      context.putImageData(picture, (i % across) * TILE + 1, Math.floor(i / across) * TILE + 1);
    }
    const what = noun() === "neuron" ? "neurons of the first layer" : "logits";
    const first = about.neurons > n ? `the first ${n} of ` : "";
    const part = about.part ?? "weights"; // which is all that the front page shows
    const changed = part === "change";
    const verb = changed ? "have learned" : "look for";
    const newest = about.when === "newest" && ", newest network: earlier ones are not kept";
    const when = newest || (about.when ? `, ${about.when}: you look back` : "");
    find("title").textContent = `What ${first}${about.neurons} ${what} ${verb}${when}`;
    find("less").textContent = changed ? "ink here counts less" : "ink here silences it";
    find("more").textContent = changed ? "ink here counts more" : "ink here excites it";
    find("low").textContent = about.scale ? `−${inShort(about.scale)}` : "";
    find("high").textContent = about.scale ? `+${inShort(about.scale)}` : "";
    find("legend").style.visibility = about.scale ? "" : "hidden";
    for (const button of find("parts").children) {
      button.setAttribute("aria-pressed", button.value === part);
    }
    const keys = element("span", { class: "lab-inside-keys" }, ", or use the arrow keys,");
    find("caption").replaceChildren(
      `Every picture holds the 784 weights of one ${noun()}, ` +
      (!changed ? "one for each pixel. "
        : about.loaded ? "less those that came from the file. " : "less the random ones that it began with. ") +
      (about.blank ? `All white: none of them has changed${about.loaded ? " since" : ""}. ` : "") +
      (silent.size ? "Crossed out: silent for every image. " : "") +
      (matchMedia("(hover: none)").matches ? "Tap one" : "Point at one (a click keeps it)"), keys, " to see which digits excite it most.");
    gridName = `Weights of ${n} ${what}${about.blank ? ", all white: none has changed" : ""}; the arrow keys choose one`;
    nameGrid();
    paintLayers(find("layers"), about);
    choose(model.get("neuron"), false);
  }

  // Who comes to the pictures hears which is chosen; while one chooses, that is said by itself.
  function nameGrid() {
    const now = find("name").textContent;
    if (grid !== document.activeElement) grid.setAttribute("aria-label", gridName + (now && `. ${now}`));
  }

  function choose(wanted, tell = true) {
    const neuron = Math.max(0, Math.min(wanted, count() - 1)); // this network may have fewer
    const across = columns();
    const rows = Math.ceil(count() / across);
    Object.assign(find("frame").style, {
      left: `${(100 * (neuron % across)) / across}%`,
      top: `${(100 * Math.floor(neuron / across)) / rows}%`,
      width: `${100 / across}%`,
      height: `${100 / rows}%`,
    });
    paintLarge(find("large"), bytes().subarray(784 * neuron, 784 * (neuron + 1)));
    if (tell && neuron !== model.get("neuron")) {
      model.set("neuron", neuron);
      model.save_changes(); // ipywidgets sends one at a time, and then the latest
    }
  }

  function paintDetail() {
    const { neuron, means, top } = model.get("detail");
    if (means === undefined) return;
    const best = means.indexOf(Math.max(...means));
    const silent = noun() === "neuron" && top[0].answer <= 0;
    const text = noun() === "logit"
      ? `Logit ${neuron} is highest for ${best}s, on average`
      : silent
        ? `Neuron ${neuron + 1} is silent for all ${thousands(model.get("about").images)} images`
        : `Neuron ${neuron + 1} answers ${means[best] < 0.005 ? "hardly ever" : `most to ${best}s, on average`}`;
    hearable(find("name"), document.activeElement === grid); // only for who has chosen it
    if (find("name").textContent !== text) find("name").textContent = text;
    find("means").innerHTML = meansSvg(means, silent ? -1 : best);
    nameGrid();
    const label = silent ? "No image excites it" : "The single images that excite it most, and its answer";
    find("label").textContent = label;
    find("top").replaceChildren(...top.filter(({ answer }) => noun() === "logit" || answer > 0).map(topImage));
  }

  // --------------------------------------------------------------------- mouse and keyboard

  function under(event) {
    const edge = grid.getBoundingClientRect();
    const across = columns();
    const rows = Math.ceil(count() / across);
    const column = Math.floor(((event.clientX - edge.left) / edge.width) * across);
    const row = Math.floor(((event.clientY - edge.top) / edge.height) * rows);
    const inside = column >= 0 && column < across && row >= 0;
    const neuron = row * across + column;
    return inside && neuron < count() ? neuron : null;
  }

  for (const button of find("parts").children) {
    button.addEventListener("click", () => {
      model.set("part", button.value);
      model.save_changes();
    });
  }
  grid.addEventListener("blur", nameGrid);
  grid.addEventListener("pointermove", (event) => choose(under(event) ?? pinned));
  grid.addEventListener("pointerleave", () => choose(pinned));
  grid.addEventListener("pointerdown", (event) => {
    pinned = under(event) ?? pinned;
    choose(pinned);
  });
  grid.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() };
    const ends = { Home: 0, End: count() - 1 };
    if (!(event.key in steps || event.key in ends)) return;
    if (isChord(event)) return;
    const now = Math.min(model.get("neuron"), count() - 1);
    const next = ends[event.key] ?? now + steps[event.key];
    if (next >= 0 && next < count()) choose((pinned = next));
    event.preventDefault();
    event.stopPropagation();
  });

  let waiting = false; // weights and statistics come together: paint once

  function paintSoon() {
    if (!waiting) setTimeout(() => ((waiting = false), paintGrid()));
    waiting = true;
  }

  const painters = {
    "change:weights": paintSoon,
    "change:about": paintSoon,
    "change:neuron": () => count() && choose(model.get("neuron"), false),
    "change:detail": paintDetail,
  };
  keepKeys(box);
  return follow(model, painters);
}

// 28 x 28 pixels of colour for 784 weights; a cross over those of a silent neuron.
function picturePixels(weights, silent) {
  const image = new ImageData(28, 28);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < 784; i++) pixels[i] = PIXELS[weights[i]];
  for (let i = 0; silent && i < 28; i++) pixels[29 * i] = pixels[27 * (i + 1)] = CROSS;
  return image;
}

function paintScale(canvas) {
  const image = new ImageData(255, 1);
  for (let i = 0; i < 255; i++) image.data.set([...COLOURS[i + 1], 255], 4 * i);
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// The weights large enough for a sign on the strong ones: their colour is not the only signal.
function paintLarge(canvas, weights) {
  const context = canvas.getContext("2d");
  const side = canvas.width / 28;
  weights.forEach((weight, i) => {
    const [left, top] = [(i % 28) * side, Math.floor(i / 28) * side];
    context.fillStyle = `rgb(${COLOURS[weight].map(Math.round)})`;
    context.fillRect(left, top, side, side);
    if (Math.abs(weight - 128) < 76) return;
    context.fillStyle = "#fff";
    context.fillRect(left + side / 4, top + side / 2 - 1, side / 2, 2);
    if (weight > 128) context.fillRect(left + side / 2 - 1, top + side / 4, 2, side / 2);
  });
}

// Ten bars, which may go below zero, with the digit under each and the winner marked.
function meansSvg(means, best) {
  // of a neuron that hardly answers, the bars are small, as the numbers at them say
  const [high, low] = [Math.max(0.1, ...means), Math.min(0, ...means)];
  const unit = (low < 0 ? 92 : 96) / (high - low); // a number below a bar is not close to its digit
  const zero = 36 + high * unit;
  const isTiny = means.some(Boolean) && Math.max(...means.map(Math.abs)) < 0.1; // then there is room for two digits of thousandths
  const bars = means.map((mean, digit) => {
    const x = 13 + 24 * digit;
    const height = Math.abs(mean) * unit;
    const top = mean > 0 ? zero - height : zero;
    const text = mean < 0 ? top + height + 9 : top - 4;
    return `<g class="${digit === best ? "lab-inside-best" : ""}">
      <rect x="${x - 9}" y="${top}" width="18" height="${height}"></rect>
      <text x="${x}" y="${text}" class="lab-inside-number">${isTiny ? inThousandths(mean) : decimal(mean, high - low)}</text>
      <text x="${x}" y="152">${digit}</text>
      ${digit === best ? `<path d="M${x - 5} 163h10l-5 -7z"></path>` : ""}</g>`;
  });
  return `<svg viewBox="0 0 242 168" role="img" aria-label="Mean answer to each digit">
    <text x="0" y="10" class="lab-inside-axis">${isTiny ? "mean answers, in thousandths" : "mean answer to each digit"}</text>
    <line x1="0" x2="242" y1="${zero}" y2="${zero}"></line>${bars.join("")}</svg>`;
}

// A number with as many decimals as the range of its like asks for, and the minus sign of print.
function decimal(value, range) {
  const text = range < 0.1 ? String(Number(value.toPrecision(2))) : range < 100 ? value.toFixed(range < 1 ? 2 : 1)
    : value.toLocaleString("en", { notation: range < 1e15 ? "compact" : "scientific", maximumSignificantDigits: 2 });
  return value === 0 ? "0" : text.replace("-", "−");
}

function inThousandths(value) {
  const size = Math.abs(1000 * value);
  return `${value < 0 ? "−" : ""}${Number(size < 1 ? size.toFixed(2) : size.toPrecision(2))}`;
}

// A number beyond all bounds is written as 1.2·10⁴: there is no room for its zeros.
function inShort(number) {
  if (number < 9950) return number.toLocaleString("en", { maximumSignificantDigits: 2 });
  const [digits, power] = number.toExponential(number < 1e10 ? 1 : 0).split("e+");
  return `${digits}·10${[...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`;
}

function thousands(count) {
  return count.toLocaleString("en");
}

function topImage({ label, answer, pixels }) {
  const figure = document.createElement("figure");
  figure.innerHTML = `<canvas width="28" height="28" role="img" aria-label="${article(label)}"></canvas>
    <figcaption>${decimal(answer, Math.abs(answer))}</figcaption>`;
  paintPixels(figure.querySelector("canvas"), pixels);
  return figure;
}

function paintLayers(box, { hidden, images }) {
  const rows = hidden.map(({ neurons, zeros, silent }, i) => {
    const share = `${(100 * zeros).toFixed(0)}\u00a0%`;
    const dead = `${silent} of ${neurons} neurons are silent for all ${thousands(images)} images`;
    return `<div class="lab-inside-layer"><span>hidden layer ${i + 1}</span>
      <span class="lab-inside-track"><span style="width:${100 * zeros}%"></span></span>
      <span><b>${share}</b> of its outputs are 0; ${dead}</span></div>`;
  });
  box.innerHTML = rows.join("") || "No hidden layer, no ReLU: nothing can fall silent.";
}

export default { render };
