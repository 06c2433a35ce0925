// Why? Over the drawing as the network sees it: where more ink would speak for an answer, and where
// against. Its model has `seen` (28 x 28 values from 0 to 255, or none), `slopes` (of the answer's
// log-probability, one for each pixel), `probabilities`, `answer`, and `picked`, which a button sets.
// `nothing` says why all slopes are 0, if they are; `instead` is said when there is no image.
// `film` is how the image was changed to be read as the answer, [{ step, seen, probabilities }, ...],
// and `made` says how much that is. One draws on the picture as on the paper of the nearest pad. What the slopes
// look like, and mean, is in slopes.js, which stands before this file, as pen.js does.

const FRAME = 220; // milliseconds from one picture of the film to the next

const PAGE = `
<p class="lab-why-text"></p>
<div class="lab-why-told lab-pad-spoken nn-follows" role="status"></div>
<div class="lab-why-sheet">
  <div class="lab-why-paper">
    <canvas class="lab-why-picture" width="${SIDE}" height="${SIDE}" tabindex="0" role="application"></canvas>
    <div class="lab-why-pen lab-pad-pen" hidden></div>
    <div class="lab-why-spoken lab-pad-spoken" role="status"></div>
  </div>
  <div class="lab-why-bare">
    <figure><canvas class="lab-why-drawing" width="28" height="28" role="img"
      aria-label="The image, as the network sees it"></canvas>
      <figcaption>the image</figcaption></figure>
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
  <div class="lab-why-last"><p class="lab-why-sense"></p>
    <p class="lab-why-made"></p></div>
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
      model.set("picked", digit);
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
    const changeOf = (image) => image.map((value, i) => (value - why.seen[i]) / 255);
    const most = picture && Math.max(...changeOf(film().at(-1).seen).map(Math.abs)); // of a pixel, at the end
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
        ? `${place ? "Changed," : "At first"} it reads ${reads}.`
        : answer === winner ? `It reads ${reads}.` : `For ${answer} it has ${percent(p[answer])}; it reads ${winner}.`;
    box.classList.toggle("lab-why-filmed", Boolean(picture)); // what it is read as is the headline
    const atEnd = !picture || place === lastPlace();
    say(find("text"), text);
    const made = picture && atEnd ? why.made : "";
    say(find("made"), made);
    const repeats = !picture && answer === winner; // the pad says the same
    hearable(find("told"), !repeats && box.contains(document.activeElement));
    // The film is heard when it rests; its slider has a value, which is heard, too.
    if (timer !== null) say(find("told"), "");
    else if (document.activeElement !== find("step")) say(find("told"), `${text} ${made}`.trim());
    const nothing = (!picture && why.nothing) || "";
    say(find("nothing"), nothing);
    find("legend").classList.toggle("lab-why-blank", nothing !== "");
    say(find("sense"), picture || empty || nothing ? "" : inOneSentence(why.slopes, seen, answer, p));
    say(find("plus"), picture ? "ink was added here" : "more ink here speaks for it");
    say(find("minus"), picture ? "ink was taken away here" : "more ink here speaks against it");
    say(find("hint"), picture
      ? `Full colour: a change by ${percent(most, 0)} of black. The paper has not changed.`
      : `${largestOf(why.slopes) ? "Full colour: where ink counts most. " : ""}${matchMedia("(hover: none)").matches
          ? "Tap it to draw on it: add ink, or erase it (Eraser, at the paper)"
          : "Draw here: add ink, or erase it (Shift)"}.`);
    find("hint").title = picture ? "" : fullColour(why.slopes);
    const other = !empty && answer !== winner; // another digit than the one that it reads
    say(make, picture ? "Back to the image" : `Make it ${other ? article(answer) : "another digit"}`);
    make.setAttribute("aria-disabled", !picture && (!other || nothing !== "")); // no slope, no step
    say(find("reason"), picture || other || empty ? "" : "First ask for another answer, above.");
    make.title = find("reason").textContent; // heard, too
    paintFilm(picture, reads);
    const { step } = film().at(-1) ?? {};
    const name = picture
      ? `The image, changed towards ${answer}: step ${picture.step} of ${step}`
      : empty ? "Empty paper" : why.nothing?.slice(0, -1) || nameOf(answer, why.slopes);
    find("picture").setAttribute("aria-label", `${name}. Draw on it as on the paper. ${KEYS}`);
    paintPixels(find("drawing"), why.seen);
    paintPixels(find("changed"), seen);
    say(find("reads"), reads);
    find("after").style.visibility = picture ? "visible" : "hidden"; // there is room in any case
    paintSlopes(find("picture"), seen, picture ? changeOf(seen) : why.slopes, getComputedStyle(box), most);
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

  makePen({ canvas: find("picture"), mark: find("pen"), spoken: find("spoken"), paper, frame,
    isReady: () => document.activeElement === find("picture") }); // after a tap, which gives it the focus
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

export default { render };
