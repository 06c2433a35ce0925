// What is typed beside a slider, and keys on it.

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
    readout.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 13, bubbles: true }));
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}

// A slider and the number beside it are one stop of Tab: Enter leads from the one to the other.
function leadToNumbers(box) {
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".noUi-handle")) return;
    const slider = event.target.closest(".widget-slider, .widget-hslider");
    const readout = slider?.querySelector(".widget-readout[contenteditable=true]");
    if (!readout) return;
    readout.focus();
    getSelection().selectAllChildren(readout); // what is typed takes its place
    event.preventDefault();
    event.stopPropagation();
  });
}

// A slider takes the nearest number that it can, and of a word none: then say so in its own row. That
// ends when the setting changes, by whatever way, and when something else is done.
function answerTyping(box) {
  const QUIET = ["Tab", "Shift", "Control", "Alt", "Meta"]; // keys that do nothing by themselves
  const note = element("div", { class: "nn-typed", role: "alert" });
  const written = new Set(); // readouts in which something was typed, and not yet obeyed
  const forget = () => {
    note.parentElement?.classList.remove("nn-answered");
    note.remove();
  };
  const moved = new MutationObserver(() => note.isConnected && note.dataset.of !== numberBeside(note) && forget());
  const read = (event) => {
    const readout = event.target.closest?.(".widget-readout[contenteditable=true]");
    const slider = readout?.closest(".widget-slider, .widget-hslider");
    if (!slider || !event.isTrusted || (event.type === "keydown" && event.key !== "Enter")) return;
    if (!written.delete(readout)) return; // the slider itself was moved
    const typed = readout.textContent.trim();
    setTimeout(() => { // ipywidgets has obeyed, as far as it can
      const [wanted, taken] = [typed, readout.textContent].map(Number);
      const obeyed = typed !== "" && Math.abs(wanted - taken) <= 0.006 * Math.abs(taken);
      if (obeyed || typed === readout.textContent.trim()) return;
      const name = slider.querySelector(".widget-label")?.textContent ?? "";
      const short = typed.length > 7 ? `${typed.slice(0, 5).trimEnd()}…` : typed; // two lines have room
      note.textContent = typed !== "" && isFinite(wanted)
        ? `${name} cannot be ${short}: ${readout.textContent} is the nearest.`
        : `“${short}” is no number: ${name} stays ${readout.textContent}.`;
      note.dataset.of = readout.textContent;
      forget();
      slider.classList.add("nn-answered");
      slider.append(note); // over its name and its handle, and nothing else
      note.style.right = `${slider.clientWidth - readout.offsetLeft + 5}px`;
      moved.observe(slider, { subtree: true, childList: true, characterData: true });
    });
  };
  const isReadout = (part) => part.matches(".widget-readout[contenteditable=true]");
  box.addEventListener("focusin", ({ target }) => { // what is typed takes the place of the number
    if (!isReadout(target)) return;
    setTimeout(() => { // whoever has gone on by now, or begun to type, would be called back by it
      if (document.activeElement === target && !written.has(target)) getSelection().selectAllChildren(target);
    });
  });
  box.addEventListener("focusout", ({ target }) => {
    if (isReadout(target) && target.contains(getSelection().anchorNode)) getSelection().removeAllRanges();
  });
  box.addEventListener("input", ({ target }) => written.add(target));
  box.addEventListener("keydown", read, true);
  box.addEventListener("blur", read, true);
  box.addEventListener("keydown", ({ key }) => QUIET.includes(key) || forget(), true);
  box.addEventListener("pointerdown", forget, true);
  box.addEventListener("click", ({ detail }) => detail || forget(), true); // without a pointer
}

// The number of the slider in whose row this note stands.
function numberBeside(note) {
  return note.parentElement.querySelector(".widget-readout").textContent;
}
