// Why? Over the drawing as the network sees it: where more ink would speak for an answer, and where
// against. Its model has `seen` (28 x 28 values from 0 to 255, or none), `slopes` (of the answer's
// log-probability, one for each pixel), `probabilities`, `answer`, and `picked`, which a button sets.

const SIDE = 308; // pixels of the picture
const CELL = SIDE / 28;

const PAGE = `
<div class="lab-why-sheet">
  <canvas class="lab-why-picture" width="${SIDE}" height="${SIDE}" role="img"></canvas>
</div>
<div class="lab-why-words">
  <div class="lab-why-label">Ask for another answer</div>
  <div class="lab-why-digits" role="group" aria-label="The answer to ask for"></div>
  <p class="lab-why-text" role="status"></p>
  <button class="lab-why-make" type="button" hidden></button>
  <p class="lab-why-key"><span class="lab-why-for">+</span> more ink here speaks for it<br>
    <span class="lab-why-against">−</span> more ink here speaks against it</p>
  <p class="lab-why-label">Add ink there, or take some away, and see.</p>
</div>`;

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "lab-why nn-part";
  box.innerHTML = PAGE;
  el.replaceChildren(box);
  const find = (name) => box.querySelector(`.lab-why-${name}`);
  const buttons = Array.from({ length: 10 }, (_, digit) => {
    const button = addButton(find("digits"), digit, `Why ${digit}, or why not?`);
    button.addEventListener("click", () => {
      model.set("picked", model.get("picked") === digit ? null : digit); // again: what is read
      model.save_changes();
    });
    return button;
  });

  const make = find("make");
  make.addEventListener("click", () => model.send({ make: true }));

  function paint() {
    const { seen, slopes, probabilities: p, answer, said } = model.get("why");
    const empty = seen.length === 0;
    buttons.forEach((button, digit) => {
      button.disabled = empty;
      button.setAttribute("aria-pressed", digit === answer);
    });
    const winner = p.indexOf(Math.max(...p));
    const held = document.activeElement === make;
    make.hidden = !model.get("makes") || empty || answer === winner;
    make.textContent = `Make it a ${answer}`;
    if (held && make.hidden) buttons[answer]?.focus({ preventScroll: true }); // the keys stay here
    const text = said || (empty
      ? "Draw a digit first."
      : answer === winner
        ? `It reads ${answer}, at ${percent(p[answer])}.`
        : `For ${answer} it has ${percent(p[answer])}; it reads ${winner}.`);
    if (find("text").textContent !== text) find("text").textContent = text;
    find("picture").setAttribute("aria-label", empty ? "Empty paper" : `Where ink speaks for ${answer}`);
    paintSlopes(find("picture"), seen, slopes, getComputedStyle(box));
  }

  keepKeys(box);
  return follow(model, { "change:why": paint });
}

// The drawing in grey; over it the slopes, as colour and, where they are strong, as a sign.
function paintSlopes(canvas, seen, slopes, style) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, SIDE, SIDE);
  const strongest = Math.max(...slopes.map(Math.abs)) || 1;
  const [better, worse] = ["for", "against"].map((name) => style.getPropertyValue(`--why-${name}`));
  const cell = (i) => [(i % 28) * CELL, Math.floor(i / 28) * CELL];
  const fill = (colour, opacity, ...rectangle) => {
    context.fillStyle = colour;
    context.globalAlpha = opacity;
    context.fillRect(...rectangle);
  };
  slopes.forEach((slope, i) => {
    const [[left, top], share] = [cell(i), Math.abs(slope) / strongest];
    fill("#000", (0.45 * seen[i]) / 255, left, top, CELL, CELL);
    fill(slope > 0 ? better : worse, 0.9 * share ** 0.8, left, top, CELL, CELL);
    if (share < 0.45) return;
    fill("#fff", 1, left + CELL / 4, top + CELL / 2 - 1, CELL / 2, 2);
    if (slope > 0) fill("#fff", 1, left + CELL / 2 - 1, top + CELL / 4, 2, CELL / 2);
  });
  context.globalAlpha = 1;
}

export default { render };
