// What is typed beside a slider, and keys on it and elsewhere that would only scroll the page.

const SCROLLS = { " ": "[role=slider], [type=range], [type=radio]:checked", Home: "summary", End: "summary" };

function keepStill(box) {
  box.addEventListener("keydown", (event) => {
    if (!isChord(event) && event.target.matches(SCROLLS[event.key] ?? "none")) event.preventDefault();
  });
}

// A logarithmic slider has fine steps, so that what is typed beside it is obeyed; an arrow key is
// a larger one: by 10^(1/10), or by 2.
function stepByFactors(box) {
  const ways = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
  box.addEventListener("keydown", (event) => {
    const slider = event.target.closest?.(".nn-doubles, .nn-tenths");
    if (!event.target.matches(".noUi-handle") || !slider || !(event.key in ways)) return;
    const factor = slider.classList.contains("nn-doubles") ? 2 : 10 ** 0.1;
    const readout = slider.querySelector(".widget-readout");
    // as if the new number had been typed
    readout.textContent = Number(readout.textContent) * factor ** ways[event.key];
    enter(readout);
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}

// Have ipywidgets obey what is written there; of what is no number it makes the number that it has.
function enter(readout) {
  readout.dispatchEvent(new FocusEvent("blur", { bubbles: true })); // a key would be JupyterLab's, too
}

const READOUT = ".widget-readout[contenteditable=true]";

// A slider and the number beside it are one stop of Tab: Enter leads from the one to the other, and
// Escape back, with the old number. A digit, too, goes into the box, unless it is a key of Presentation.
function leadToNumbers(box) {
  box.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const slider = event.target.closest(".widget-slider, .widget-hslider");
    const [readout, handle] = [READOUT, ".noUi-handle"].map((part) => slider?.querySelector(part));
    const begins = /^[-.\d]$/.test(event.key) && !box.matches(".lab-large");
    if (!readout) return;
    if (event.target === handle && (begins || event.key === "Enter")) {
      readout.focus();
      getSelection().selectAllChildren(readout); // what is typed takes its place
      if (begins) return event.stopPropagation(); // the browser writes it there
    } else if (event.target === readout && event.key === "Escape") {
      readout.textContent = "";
      enter(readout);
      handle.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
}

// A slider takes the nearest number that it can, and of a word none: then say so in its own row. That
// ends when the setting changes, by whatever way, and when something else is done.
function answerTyping(box) {
  const QUIET = ["Tab", "Shift", "Control", "Alt", "Meta"]; // keys that do nothing by themselves
  const note = element("div", { class: "nn-typed" });
  const written = new Map(); // what was typed in a readout, and not yet obeyed
  const forget = () => {
    note.parentElement?.classList.remove("nn-answered");
    note.remove();
  };
  const moved = new MutationObserver(() => note.isConnected && note.dataset.of !== numberBeside(note) && forget());
  const read = (event) => {
    const readout = event.target.closest?.(READOUT);
    const slider = readout?.closest(".widget-slider, .widget-hslider");
    if (!slider || !event.isTrusted || (event.type === "keydown" && event.key !== "Enter")) return;
    const typed = withoutComma(readout.textContent.trim());
    if (!written.delete(readout)) return select(readout); // nothing new
    readout.textContent = isFinite(typed) ? typed : ""; // else 0.02 would be taken of 0.02x
    if (event.type === "blur") enter(readout); // ipywidgets does not hear that it is left
    setTimeout(() => { // ipywidgets has obeyed, as far as it can
      const [wanted, taken] = [typed, readout.textContent].map(Number);
      const obeyed = Math.abs(wanted - taken) <= 0.006 * Math.abs(taken);
      select(readout);
      const name = slider.querySelector(".widget-label")?.textContent ?? "";
      const say = (text) => box.querySelector(".nn-voice")?.replaceChildren(text);
      if (typed === "") return;
      if (obeyed || typed === readout.textContent.trim()) return say(`${name}: ${readout.textContent}`);
      const short = typed.length > 7 ? `${typed.slice(0, 5).trimEnd()}…` : typed; // two lines have room
      note.textContent = isFinite(wanted)
        ? `${name} cannot be ${short}: ${readout.textContent} is the nearest.`
        : `“${short}” is no number: ${name} stays ${readout.textContent}.`;
      note.dataset.of = readout.textContent;
      forget();
      slider.classList.add("nn-answered");
      slider.append(note); // over its name and its handle, and nothing else
      say(note.textContent);
      note.style.right = `${slider.clientWidth - readout.offsetLeft + 5}px`;
      moved.observe(slider, { subtree: true, childList: true, characterData: true });
    });
  };
  const isReadout = (part) => part.matches(READOUT);
  // What is typed takes the place of the number; whoever has gone on, or begun to type, is left alone.
  const select = (readout) => {
    if (document.activeElement === readout && !written.has(readout)) getSelection().selectAllChildren(readout);
  };
  const answered = new MutationObserver(([{ target }]) => { // the kernel writes into a box that has the focus
    const readout = document.activeElement, typed = written.get(readout);
    if (!isReadout(readout) || !readout.contains(target) || typed === readout.textContent) return;
    if (typed === undefined) return select(readout);
    readout.textContent = typed;
    getSelection().selectAllChildren(readout);
    getSelection().collapseToEnd();
  });
  box.addEventListener("focusin", ({ target }) => {
    if (!isReadout(target)) return;
    setTimeout(() => select(target));
    answered.observe(target, { subtree: true, childList: true, characterData: true });
  });
  box.addEventListener("focusout", ({ target }) => {
    if (!isReadout(target)) return;
    answered.disconnect();
    if (target.contains(getSelection().anchorNode)) getSelection().removeAllRanges();
  });
  box.addEventListener("input", ({ target }) => isReadout(target) && written.set(target, target.textContent), true);
  box.addEventListener("keydown", read, true);
  box.addEventListener("blur", read, true);
  box.addEventListener("keydown", ({ key }) => QUIET.includes(key) || forget(), true);
  box.addEventListener("pointerdown", forget, true);
  box.addEventListener("click", ({ detail }) => detail || forget(), true); // without a pointer
}

// The line of settings says that it is wrong, as long as the message below it does, which is in sight.
function answerLine(box) {
  const field = box.querySelector(".lab-line input"), note = box.querySelector(".lab-line-note");
  if (!field || !note) return;
  const isWrong = note.querySelector(".lab-trouble") !== null;
  if (isWrong === field.hasAttribute("aria-invalid")) return;
  note.id ||= `lab-line-note-${Math.random()}`;
  for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", note.id]])
    if (isWrong) field.setAttribute(name, value);
    else field.removeAttribute(name);
  if (isWrong && field === document.activeElement) requestAnimationFrame(() => showWhole(note));
}

// A comma parts thousands, as in 1,024, or else is a point, as in 0,02.
function withoutComma(text) {
  if (/^[1-9]\d{0,2}(,\d{3})+$/.test(text)) return text.replaceAll(",", "");
  return text.replace(/^([-+]?\d*),(\d+)$/, "$1.$2");
}

// The number of the slider in whose row this note stands.
function numberBeside(note) {
  return note.parentElement.querySelector(".widget-readout").textContent;
}
