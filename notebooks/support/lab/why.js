// Why? Over the drawing as the network sees it: where more ink would speak for an answer, and where
// against. Its model has `seen` (28 x 28 values from 0 to 255, or none), `slopes` (of the answer's
// log-probability, one for each pixel), `probabilities`, `answer`, and `picked`, which a button sets.
// While the image is changed to be read as the answer, `slopes` are what has changed, `made` says how
// much that is, `going` whether it goes on, and `drawing` what it was before.

const SIDE = 308; // pixels of the picture
const CELL = SIDE / 28;

const PAGE = `
<p class="lab-why-text nn-follows" role="status"></p>
<div class="lab-why-sheet">
  <canvas class="lab-why-picture" width="${SIDE}" height="${SIDE}" role="img"></canvas>
  <div class="lab-why-bare">
    <figure><canvas class="lab-why-drawing" width="28" height="28" role="img"
      aria-label="Your drawing, as the network sees it"></canvas>
      <figcaption>your drawing</figcaption></figure>
    <figure class="lab-why-after"><canvas class="lab-why-changed" width="28" height="28" role="img"
      aria-label="The changed image, without signs"></canvas>
      <figcaption>changed: <span class="lab-why-reads"></span></figcaption></figure>
  </div>
</div>
<div class="lab-why-words">
  <div class="lab-why-label">Ask for another answer</div>
  <div class="lab-why-digits" role="group" aria-label="The answer to ask for"></div>
  <p class="lab-why-key"><span class="lab-why-for" aria-hidden="true">+</span>
    <b class="lab-why-plus"></b><br>
    <span class="lab-why-against" aria-hidden="true">−</span> <b class="lab-why-minus"></b></p>
  <p class="lab-why-label lab-why-hint"></p>
  <button class="lab-why-make" type="button"></button>
  <p class="lab-why-made" role="status"></p>
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

  find("make").addEventListener("click", () => {
    const { answer, made } = model.get("why");
    model.send(made ? { back: true } : { make: answer });
  });
  const say = (name, text) => {
    if (find(name).textContent !== text) find(name).textContent = text;
  };

  function paint() {
    const { seen, slopes, probabilities: p, answer } = model.get("why");
    const { made = "", going = false, drawing = seen } = model.get("why");
    const empty = seen.length === 0;
    buttons.forEach((button, digit) => {
      button.disabled = empty;
      button.setAttribute("aria-pressed", digit === answer);
    });
    const winner = p.indexOf(Math.max(...p));
    const text = empty
      ? "Draw a digit first."
      : answer === winner
        ? `It reads ${answer}, at ${percent(p[answer])}.`
        : `For ${answer} it has ${percent(p[answer])}; it reads ${winner}.`;
    for (const name of ["text", "made"]) find(name).setAttribute("aria-busy", going);
    say("text", text);
    say("made", made);
    say("plus", made ? "ink was added here" : "more ink here speaks for it");
    say("minus", made ? "ink was taken away here" : "more ink here speaks against it");
    say("hint", made ? "The drawing on the pad is as it was." : "Add ink there, or take some away, and see.");
    const other = !empty && answer !== winner; // another digit than the one that it reads
    const digit = other ? `${answer === 8 ? "an" : "a"} ${answer}` : "another digit";
    say("make", made ? "Back to the drawing" : `Make it ${digit}`);
    find("make").disabled = !made && !other;
    const name = made ? `The drawing, changed towards ${answer}` : `Where ink speaks for ${answer}`;
    find("picture").setAttribute("aria-label", empty ? "Empty paper" : name);
    paintPixels(find("drawing"), drawing);
    paintPixels(find("changed"), seen);
    say("reads", `it reads ${winner}`);
    find("after").style.visibility = made ? "visible" : "hidden"; // there is room for it in any case
    paintSlopes(find("picture"), seen, slopes, getComputedStyle(box), Boolean(made));
  }

  oneTabStop(find("digits"));
  keepKeys(box);
  return follow(model, { "change:why": paint });
}

// The drawing in grey; over it the slopes, as colour and, where they are strong, as a sign. If they
// are a change, then as it is: full colour where a white pixel became black, a sign from 0.1 on.
function paintSlopes(canvas, seen, slopes, style, isChange) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, SIDE, SIDE);
  const strongest = isChange ? 1 : Math.max(...slopes.map(Math.abs)) || 1;
  const [better, worse] = ["for", "against"].map((name) => style.getPropertyValue(`--why-${name}`));
  const cell = (i) => [(i % 28) * CELL, Math.floor(i / 28) * CELL];
  const fill = (colour, opacity, ...rectangle) => {
    context.fillStyle = colour;
    context.globalAlpha = opacity;
    context.fillRect(...rectangle);
  };
  slopes.forEach((slope, i) => {
    const [[left, top], share] = [cell(i), Math.abs(slope) / strongest];
    const colour = slope > 0 ? better : worse;
    fill("#000", ((isChange ? 0.7 : 0.45) * seen[i]) / 255, left, top, CELL, CELL);
    fill(colour, 0.9 * share ** 0.8, left, top, CELL, CELL);
    if (share < (isChange ? 0.1 : 0.45)) return;
    const sign = isChange ? colour : "#fff";
    fill(sign, 1, left + CELL / 4, top + CELL / 2 - 1, CELL / 2, 2);
    if (slope > 0) fill(sign, 1, left + CELL / 2 - 1, top + CELL / 4, 2, CELL / 2);
  });
  context.globalAlpha = 1;
}

export default { render };
