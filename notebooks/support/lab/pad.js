// The drawing pad in the page: its parts, and its buttons. pen.js draws on the paper of paper.js,
// photograph.js takes a picture, reading.js shows what is read; they stand before this file.

const PAGE = `
<section class="lab-pad-draw">
  <h4>On the paper</h4>
  <div class="lab-pad-paper">
    <canvas class="lab-pad-canvas" width="${SIZE * SHARP}" height="${SIZE * SHARP}" tabindex="0"
      role="application" aria-label="Paper to draw a digit on. ${KEYS}"></canvas>
    <div class="lab-pad-hint">draw here</div>
    <div class="lab-pad-pen" hidden></div>
    <div class="lab-pad-spoken" role="status"></div>
  </div>
  <div class="lab-pad-tools">
    <button class="lab-pad-undo" type="button" title="Ctrl+Z">Undo</button>
    <button class="lab-pad-clear" type="button" title="Delete">Clear</button>
    <button class="lab-pad-eraser" type="button" aria-pressed="false"
      title="E; or hold Shift while you draw">Eraser</button>
    <button class="lab-pad-choose" type="button"
      title="Put a photograph or scan of a digit onto the paper; or drop one here">A photo …</button>
  </div>
  <div class="lab-pad-photograph" role="group" aria-label="Your photograph"></div>
  <details class="lab-pad-help"><summary><span>Draw with the keyboard</span
    ><span class="lab-pad-keys" aria-hidden="true">Space: pen down or up · arrows: move it<br>Shift: farther · E: eraser · Delete: clear</span></summary>${KEYS}</details>
  <div class="lab-pad-label">Or start from one of these</div>
  <div class="lab-pad-examples" role="group" aria-label="Start from a digit of the data set"></div>
</section>
<section class="lab-pad-way">
  <h4>What the network sees</h4>
  <canvas class="lab-pad-seen" width="28" height="28" role="img"
    aria-label="The image, centred, in 28 by 28 pixels"></canvas>
  <div class="lab-pad-caption lab-pad-size"><span class="lab-pad-small"></span>
    <span class="lab-pad-spoken lab-pad-advice" role="status"></span>
    <span class="lab-pad-plain">28 × 28 pixels, centred as in MNIST</span></div>
  <div class="lab-pad-layers"></div>
</section>
<section class="lab-pad-out">
  <h4 class="lab-pad-verdict"><span class="lab-pad-says"></span
    ><span class="lab-pad-share"></span><span class="lab-pad-truth"></span></h4>
  <div class="lab-pad-spoken lab-pad-told nn-follows" role="status"></div>
  <div class="lab-pad-bars" role="list" aria-label="How probable it is, of each digit"></div>
  <div class="lab-pad-caption lab-pad-key"><span class="lab-pad-whose"></span>
    <button type="button" class="lab-pad-newest" title="Back to the newest network" hidden>newest</button></div>
</section>
<section class="lab-pad-steps" aria-label="Your photograph, step by step"></section>
<section class="lab-pad-correct nn-part">
  <div class="lab-pad-asked"><span>Wrong? The right digit is</span>
  <span class="lab-pad-labels" role="group" aria-label="The right digit: take one step towards it"
    ></span>
  <label>step at learning rate <select class="lab-pad-rate"></select></label></div>
  <div class="lab-pad-note" role="status"></div>
</section>`;

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "lab-pad nn-part";
  box.innerHTML = PAGE;
  el.replaceChildren(box);
  const correct = box.querySelector(".lab-pad-correct");
  const find = (name) => box.querySelector(`.lab-pad-${name}`) ?? correct.querySelector(`.lab-pad-${name}`);
  let corrects = null; // has the reader asked for a correction? Then it comes into sight, by this
  const paper = makePaper({ model, box, find, begun: () => forget(), painted: () => paintCaption() });
  const pen = { canvas: find("canvas"), mark: find("pen"), spoken: find("spoken"), paper: () => paper };
  box.paper = paper; // for another pen: that of Why?
  const { paintReading, paintCaption } = makeReading({ model, find, isDrawing: paper.isDrawing });

  find("undo").addEventListener("click", paper.undo);
  find("clear").addEventListener("click", paper.clear);
  find("eraser").addEventListener("click", () => paper.takeEraser(!paper.erases()));

  model.get("examples").forEach(({ label, pixels }, i) => {
    const button = addButton(find("examples"), "", `Start from this ${label}`);
    const picture = document.createElement("canvas");
    picture.width = picture.height = 28;
    paintPixels(picture, pixels);
    button.append(picture);
    button.addEventListener("click", () => paper.startFrom(i));
  });

  for (let label = 0; label < 10; label++) {
    const button = addButton(find("labels"), label, `One step towards ${label}`);
    button.addEventListener("click", ({ detail }) => {
      if (detail > 1) return; // a double click is one correction
      paper.finish();
      corrects = unlessGone(box);
      model.send({ correct: label }, undefined, [paper.sendNow()]);
    });
  }

  find("rate").addEventListener("change", (event) => {
    model.set("learning_rate", Number(event.target.value));
    model.save_changes();
  });

  function paintRate() {
    const rate = model.get("learning_rate");
    const rates = [...new Set([0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, rate])];
    const options = rates.sort((a, b) => a - b).map((value) => {
      const text = String(Number(value.toPrecision(3)));
      return new Option(text, value, value === rate, value === rate);
    });
    find("rate").replaceChildren(...options);
  }

  const [forget, unfollowFiles] = takePhotographs({ model, box, find, paper });
  makePen(pen);
  onUndo(box, paper.undo);
  const unfollow = follow(model, {
    "change:strokes": paper.paint,
    "change:reading": paintReading,
    "change:when": paintReading,
    "change:learning_rate": paintRate,
    "change:note": () => {
      find("note").textContent = model.get("note");
      if (!model.get("note")) corrects = null;
      corrects?.(() => showEnd(find("note")));
    },
  });
  for (const group of ["examples", "labels"]) oneTabStop(find(group));
  keepKeys(box);
  // Colours are known as soon as this is a part of the page.
  const resize = new ResizeObserver(paintReading);
  resize.observe(find("bars"));
  const theme = new MutationObserver(paintReading);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  const stay = followWhy(el, correct);
  return () => {
    stay();
    paper.end();
    resize.disconnect();
    theme.disconnect();
    unfollow();
    unfollowFiles();
  };
}

// Tab follows the eye: beside Why? what asks for a correction comes after it, as it stands below it.
// Returns what ends that.
function followWhy(el, correct) {
  let timer = setTimeout(move);
  function move() {
    const why = el.closest(".lab-pad-and-why")?.querySelector(".lab-why-view");
    if (why) why.parentElement.after(correct);
    else if (!el.isConnected || el.closest(".lab-pad-and-why")) timer = setTimeout(move, 50);
  }
  return () => {
    clearTimeout(timer);
    correct.remove();
  };
}

// Bring what a correction did, and the way to take it back, into sight.
function showEnd(note) {
  const undo = note.closest(".lab-pad-and-why")?.querySelector(".lab-undo-line");
  const end = (part) => part?.getBoundingClientRect().bottom ?? 0;
  showWhole(end(undo) > end(note) ? undo : note); // which may stand side by side
}

export default { render };
