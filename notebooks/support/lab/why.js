// Why? Over the drawing as the network sees it: where more ink would speak for an answer, and where
// against. Its model has `seen` (28 x 28 values from 0 to 255, or none), `slopes` (of the answer's
// log-probability, one for each pixel), `probabilities`, `answer`, and `picked`, which a button sets.
// `nothing` says why all slopes are 0, if they are; `instead` is said when there is no image.
// `film` is how the image was changed to be read as the answer, [{ step, seen, probabilities }, ...],
// and `made` says how much that is. One draws on the picture as on the paper of the nearest pad.

const SIDE = 308; // pixels of the picture
const CELL = SIDE / 28;
const FRAME = 220; // milliseconds from one picture of the film to the next
const PLACES = ["at the top left", "at the top", "at the top right", "on the left", "in the middle",
  "on the right", "at the bottom left", "at the bottom", "at the bottom right"];

const PAGE = `
<p class="lab-why-text nn-follows" role="status"></p>
<div class="lab-why-sheet">
  <div class="lab-why-paper">
    <canvas class="lab-why-picture" width="${SIDE}" height="${SIDE}" tabindex="0" role="application"></canvas>
    <div class="lab-why-pen lab-pad-pen" hidden></div>
    <div class="lab-why-spoken lab-pad-spoken" role="status"></div>
  </div>
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
  <div class="lab-why-label">Ask for another answer (columns: how probable)</div>
  <div class="lab-why-digits" role="group" aria-label="The answer to ask for"></div>
  <div class="lab-why-legend">
    <div><p class="lab-why-key"><span class="lab-why-for" aria-hidden="true">+</span>
      <b class="lab-why-plus"></b><br>
      <span class="lab-why-against" aria-hidden="true">−</span> <b class="lab-why-minus"></b></p>
      <p class="lab-why-label lab-why-hint"></p></div>
    <p class="lab-why-nothing nn-follows" role="status"></p>
  </div>
  <div class="lab-why-making">
    <button class="lab-why-make" type="button"></button>
    <span class="lab-why-label lab-why-reason"></span>
    <span class="lab-why-film"><button class="lab-why-play" type="button"></button>
      <input class="lab-why-step" type="range" min="0" aria-label="Step of the change"></span>
  </div>
  <p class="lab-why-made" role="status"></p>
</div>`;

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "lab-why nn-part";
  box.innerHTML = PAGE;
  el.replaceChildren(box);
  const find = (name) => box.querySelector(`.lab-why-${name}`);
  const buttons = Array.from({ length: 10 }, (_, digit) => {
    const button = addButton(find("digits"), "", `Why ${digit}, or why not?`);
    button.append(element("span", { class: "lab-why-column" }), element("b", {}, digit));
    button.addEventListener("click", () => {
      model.set("picked", model.get("picked") === digit ? null : digit); // again: what is read
      model.save_changes();
    });
    return button;
  });
  const stopAt = oneTabStop(find("digits"));
  const make = find("make");
  const say = (part, text) => {
    if (part.textContent !== text) part.textContent = text;
  };

  // ------------------------------------------------------------------------------- the film

  let place = null; // of its pictures, the one that is shown
  let timer = null;

  function play() {
    if (place === lastPlace()) place = 0;
    timer = setInterval(() => show(place + 1), FRAME);
    paint();
  }

  function pause() {
    clearInterval(timer);
    timer = null;
  }

  function show(picture) {
    place = picture;
    if (place >= lastPlace()) pause();
    paint();
  }

  const film = () => model.get("why").film ?? [];
  const lastPlace = () => film().length - 1;

  function follows() {
    if (film().length === 0) {
      pause();
      place = null;
    } else if (place === null) { // a new one
      place = lastPlace();
      if (place > 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches) return play();
    }
    paint();
  }

  make.addEventListener("click", () => {
    if (make.getAttribute("aria-disabled") === "true") return;
    model.send(film().length ? { back: true } : { make: model.get("why").answer });
  });
  find("play").addEventListener("click", () => {
    if (timer === null) return play();
    pause();
    paint();
  });
  find("step").addEventListener("input", ({ target }) => {
    pause();
    show(Number(target.value));
  });

  // ------------------------------------------------------------------------------- painting

  function paint() {
    const why = model.get("why"), { answer } = why;
    const picture = film()[place];
    const { seen, probabilities: p } = picture ?? why;
    const empty = seen.length === 0;
    const winner = p.indexOf(Math.max(...p));
    buttons.forEach((button, digit) => {
      button.disabled = empty;
      button.setAttribute("aria-pressed", digit === answer);
      button.classList.toggle("lab-why-winner", digit === winner);
      button.firstChild.style.height = `${100 * (p[digit] ?? 0)}%`;
    });
    if (!empty && !find("digits").contains(document.activeElement)) stopAt(buttons[answer]);
    const reads = `${winner}, at ${percent(p[winner])}`;
    const text = empty
      ? why.instead ?? "Draw a digit first."
      : picture
        ? `${place ? "Changed a little" : "Unchanged"}, it reads ${winner}`
        : answer === winner ? `It reads ${reads}.` : `For ${answer} it has ${percent(p[answer])}; it reads ${winner}.`;
    const atEnd = !picture || place === lastPlace();
    find("text").setAttribute("aria-busy", !atEnd);
    const repeats = !picture && answer === winner; // the pad says the same
    hearable(find("text"), !repeats && box.contains(document.activeElement));
    say(find("text"), text);
    const nothing = (!picture && why.nothing) || "";
    say(find("nothing"), nothing);
    find("legend").classList.toggle("lab-why-blank", nothing !== "");
    say(find("made"), picture && atEnd ? why.made : "");
    say(find("plus"), picture ? "ink was added here" : "more ink here speaks for it");
    say(find("minus"), picture ? "ink was taken away here" : "more ink here speaks against it");
    say(find("hint"), picture
      ? "The drawing on the pad is as it was."
      : `Draw on this picture: add ink there, or take some away (${matchMedia("(hover: none)").matches ? "" : "Shift, or "}the eraser).`);
    const other = !empty && answer !== winner; // another digit than the one that it reads
    say(make, picture ? "Back to the drawing" : `Make it ${other ? `${answer === 8 ? "an" : "a"} ${answer}` : "another digit"}`);
    make.setAttribute("aria-disabled", !picture && !other);
    say(find("reason"), picture || other || empty ? "" : "First ask for another answer, above.");
    paintFilm(picture, reads);
    const { step } = film().at(-1) ?? {};
    const name = picture
      ? `Your drawing, changed towards ${answer}: step ${picture.step} of ${step}`
      : empty ? "Empty paper" : why.nothing?.slice(0, -1) || nameOf(answer, why.slopes);
    find("picture").setAttribute("aria-label", `${name}. Draw on it as on the paper. ${KEYS}`);
    paintPixels(find("drawing"), why.seen);
    paintPixels(find("changed"), seen);
    say(find("reads"), reads);
    find("after").style.visibility = picture ? "visible" : "hidden"; // there is room in any case
    const change = picture && seen.map((value, i) => (value - why.seen[i]) / 255);
    paintSlopes(find("picture"), seen, change ?? why.slopes, getComputedStyle(box), Boolean(picture));
  }

  function paintFilm(picture, reads) {
    find("film").style.visibility = picture ? "visible" : "hidden";
    say(find("play"), timer === null ? "Play" : "Pause");
    if (!picture) return;
    find("step").max = lastPlace();
    find("step").value = place;
    const said = `step ${picture.step} of ${film().at(-1).step}: it reads ${reads}`;
    find("step").setAttribute("aria-valuetext", said);
  }

  // ----------------------------------------------------------------------------- drawing on it

  function paper() {
    let at = box;
    while (at && !at.querySelector(".lab-pad")) at = at.parentElement;
    return at?.querySelector(".lab-pad").paper;
  }

  // Where the picture lies on the paper. If this place of it lies beside the paper, the drawing
  // becomes what the network sees, which Undo takes back.
  function frame(x, y) {
    const on = paper(), { seen } = model.get("why");
    if (!on) return WHOLE;
    const { left, top, scale } = on.frame();
    const beside = [left + scale * x, top + scale * y].some((at) => at < 0 || at > SIZE);
    if (beside && seen.length) on.startFrom({ pixels: seen });
    return on.frame();
  }

  makePen({ canvas: find("picture"), mark: find("pen"), spoken: find("spoken"), paper, frame });
  keepKeys(box);
  const unfollow = follow(model, { "change:why": follows });
  const resize = new ResizeObserver(paint); // as when Presentation begins
  resize.observe(find("picture"));
  return () => {
    pause();
    resize.disconnect();
    unfollow();
  };
}

// What the picture of the slopes shows, for those who do not see it.
function nameOf(answer, slopes) {
  const [more, less] = [whereMost(slopes), whereMost(slopes.map((slope) => -slope))];
  return `Where more ink speaks for ${answer}: most ${more}. Against it: most ${less}`;
}

// In which ninth of the picture the values above zero add up to the most.
function whereMost(values) {
  const sums = PLACES.map(() => 0);
  values.forEach((value, i) => {
    const [row, column] = [Math.floor(i / 28), i % 28].map((at) => Math.floor((3 * at) / 28));
    sums[3 * row + column] += Math.max(0, value);
  });
  return PLACES[sums.indexOf(Math.max(...sums))];
}

// The drawing in grey; over it the slopes, as colour and, where they are strong, as a sign. If they
// are a change, then as it is: full colour where a white pixel became black, a sign from 0.1 on, and on a
// projector, which is seen from afar, more colour below that.
function paintSlopes(canvas, seen, slopes, style, isChange) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, SIDE, SIDE);
  const power = Number(style.getPropertyValue("--why-power")); // below 1 what is weak is seen, too
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
    fill(colour, 0.9 * share ** (isChange ? power : 0.8), left, top, CELL, CELL);
    if (share < (isChange ? 0.1 : 0.45)) return;
    const sign = isChange ? colour : "#fff";
    fill(sign, 1, left + CELL / 4, top + CELL / 2 - 1, CELL / 2, 2);
    if (slope > 0) fill(sign, 1, left + CELL / 2 - 1, top + CELL / 4, 2, CELL / 2);
  });
  context.globalAlpha = 1;
}

export default { render };
