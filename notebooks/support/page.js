// Looks after the widget that this invisible part is in: its keys, its buttons, what it is called.

const SAY_EVERY = 5000; // milliseconds between two words to the kernel, while it listens
const WAITS = "waits for the next training"; // what an orange dot says to eyes
const PATIENCE = 20000; // milliseconds without an answer until the reader is told

function render({ model, el }) {
  const page = String(Math.random()); // the same widget may be shown on several pages
  const ends = [];
  let timer = setTimeout(attach, 0);

  function attach() {
    const box = el.closest(".nn-widget");
    if (!el.isConnected || !box) return (timer = setTimeout(attach, 50));
    keepKeys(box);
    box.tabIndex = -1; // a click on a picture or a text is for this widget, too, and so its keys
    box.dataset.lmSuppressShortcuts = "true";
    passChords(box);
    pressOnce(box);
    stepByFactors(box);
    leadToNumbers(box);
    keepStill(box);
    answerTyping(box);
    scrollOverSliders(box);
    showUnfolded(box);
    leadOn(box);
    declineByEscape(box);
    ends.push(keepFocus(box), describe(model, box), speak(model, box), talk(model, page, box), keep(model));
  }

  return () => {
    clearTimeout(timer);
    for (const end of ends) end();
  };
}

// Ctrl+S and its like are for JupyterLab. It gets them as if they came from around the notebook, whose
// own chords run, cut or merge cells.
function passChords(box) {
  box.addEventListener("keydown", (event) => {
    const around = box.closest(".jp-NotebookPanel");
    if (!around || event.defaultPrevented || !(event.ctrlKey || event.metaKey)) return;
    if (!around.dispatchEvent(new KeyboardEvent("keydown", event))) event.preventDefault();
  });
}

// What a button unfolds may lie below the window's edge: bring as much of it into sight as fits.
function showUnfolded(box) {
  const SEEN = ".lab-at-more, .lab-at-pad, .lab-at-inside";
  box.addEventListener("click", ({ target, isTrusted }) => {
    if (!isTrusted) return; // whose doing it is shows what it wants
    const button = target.closest?.(".nn-unfolds, .lab-exam button");
    const part = button?.closest(SEEN);
    const opened = () => part.querySelector(".lab-why-digits, .lab-glass") ?? part;
    if (part) setTimeout(unlessGone(part), 400, () => showWhole(opened()));
  });
}

// A button may say where it leads: the focus goes there, and the page back to the widget's top.
function leadOn(box) {
  box.addEventListener("click", ({ target }) => {
    const to = target.closest?.("[data-leads-to]")?.dataset.leadsTo;
    if (!to) return;
    box.querySelector(to).focus({ preventScroll: true });
    box.scrollIntoView({ block: "start", behavior: "smooth" });
  });
}

// Escape in a question is the answer that loses nothing.
function declineByEscape(box) {
  box.addEventListener("keydown", (event) => {
    const no = event.key === "Escape" && event.target.closest?.(".lab-exam-answer")?.querySelector(".lab-exam-no");
    if (!no) return;
    no.click();
    event.preventDefault();
    event.stopPropagation();
  });
}

// A double click is one click, and so is a key held down, on buttons that begin or end something.
function pressOnce(box) {
  const once = (target) => target.closest?.("button.jupyter-button:not(.nn-often)");
  const swallow = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  box.addEventListener("click", (event) => {
    if (event.detail > 1 && once(event.target)) swallow(event);
  }, true);
  box.addEventListener("keydown", (event) => {
    if (event.repeat && (event.key === "Enter" || event.key === " ") && once(event.target))
      swallow(event);
  }, true);
}

// Names and values for a screen reader, and no cursor where typing would be ignored.
function describe(model, box) {
  const groups = new Map(); // what makes one stop of Tab of some buttons
  const look = () => {
    for (const group of box.querySelectorAll(".nn-one-stop")) {
      put(group, "role", "group");
      if (group.matches(".lab-presets")) put(group, "aria-label", "Presets; the arrow keys lead from one to the next");
      if (!groups.has(group)) groups.set(group, oneTabStop(group));
      const buttons = [...group.querySelectorAll("button")];
      if (buttons.filter(({ tabIndex }) => tabIndex === 0).length > 1) groups.get(group)(buttons[0]);
    }
    if (document.body.dataset.voila) // a page without any other title
      for (const title of box.querySelectorAll(".lab-title")) put(title, "aria-level", "1");
    for (const part of box.querySelectorAll("[title=null]"))
      part.removeAttribute("title"); // ipywidgets writes out that there is none
    for (const slider of box.querySelectorAll(".widget-hslider, .widget-slider")) {
      const handle = slider.querySelector(".noUi-handle");
      const readout = slider.querySelector(".widget-readout");
      if (!handle || !readout) continue;
      const label = slider.querySelector(".widget-label")?.textContent ?? "";
      put(handle, "aria-label", label);
      put(handle, "aria-valuetext", readout.textContent);
      put(readout, "aria-label", label);
      put(readout, "role", "textbox");
      put(readout, "tabindex", "-1");
      put(handle, "aria-description", `Enter: type the number${slider.closest(".lab-waits") ? `; ${WAITS}` : ""}`);
      if (slider.classList.contains("nn-no-typing")) {
        put(readout, "contenteditable", "false");
        put(readout, "role", "status");
        handle.removeAttribute("aria-description");
      }
    }
    for (const select of box.querySelectorAll(".widget-dropdown select"))
      if (!select.labels.length || !select.labels[0].textContent)
        put(select, "aria-label", select.title || select.parentElement.title);
    for (const control of box.querySelectorAll(".widget-dropdown select, .widget-checkbox input, .lab-more"))
      if (control.closest(".lab-waits")) put(control, "aria-description", WAITS);
      else control.removeAttribute("aria-description");
    for (const bar of box.querySelectorAll(".progress")) {
      put(bar, "role", "progressbar");
      const said = bar.parentElement.querySelector("[title]")?.title ?? "";
      put(bar, "aria-label", said ? "Training" : "Progress");
      put(bar, "aria-valuetext", said || bar.firstElementChild.style.width);
      put(bar, "aria-valuenow", String(Math.round(parseFloat(bar.firstElementChild.style.width) || 0)));
    }
    for (const button of box.querySelectorAll(".jupyter-button.widget-toggle-button")) {
      const state = button.classList.contains("nn-unfolds") ? "aria-expanded" : "aria-pressed";
      put(button, state, String(button.classList.contains("mod-active")));
    }
    for (const button of box.querySelectorAll(".lab-glass-line > :is(.lab-glass-step, .lab-glass-reset)"))
      put(button, "aria-label", `${button.textContent.trim()}, under the glass`); // there is another one above
    answerLine(box);
    // what follows a training is not read out at each of its steps
    for (const part of box.querySelectorAll(".nn-follows"))
      put(part, "aria-live", model.get("watched") ? "off" : "polite");
    for (const button of box.querySelectorAll("button.jupyter-button"))
      put(button, "aria-disabled", String(button.classList.contains("nn-off")));
  };
  const observer = new MutationObserver(look);
  const attributes = ["class", "title", "aria-valuetext", "contenteditable"];
  observer.observe(box, { subtree: true, childList: true, characterData: true, attributeFilter: attributes });
  model.on("change:watched", look);
  look();
  return () => {
    observer.disconnect();
    model.off("change:watched", look);
  };
}

function put(part, name, value) {
  if (part.getAttribute(name) !== value) part.setAttribute(name, value);
}

// Say what the kernel has to say; lead where it wants; ask before work is lost on a page whose
// kernel goes with it.
function speak(model, box) {
  const voice = element("div", { class: "nn-voice", role: "status" });
  box.append(voice);
  const say = () => voice.replaceChildren(model.get("said")); // new, also where it is the same again
  let sinceClick = unlessGone(box); // a click asks for what the kernel leads to
  const note = ({ isTrusted }) => isTrusted && (sinceClick = unlessGone(box));
  const hear = (message) => {
    const now = document.activeElement;
    const isHere = now === document.body || box.contains(now);
    if (message?.lead && isHere) sinceClick(() => lead(box, message.lead));
  };
  const ask = (event) => {
    if (model.get("precious") && document.body.dataset.voila) event.preventDefault();
  };
  model.on("change:times", say);
  model.on("msg:custom", hear);
  window.addEventListener("beforeunload", ask);
  box.addEventListener("click", note, true);
  return () => {
    box.removeEventListener("click", note, true);
    model.off("change:times", say);
    model.off("msg:custom", hear);
    window.removeEventListener("beforeunload", ask);
    voice.remove();
  };
}

// Keep texts for a page that is loaded again in this tab, whose kernel may be another.
function keep(model) {
  const name = `nn-${model.get("memory")}`;
  const write = () => sessionStorage.setItem(name, JSON.stringify(model.get("kept")));
  try {
    const found = JSON.parse(sessionStorage.getItem(name) ?? "[]");
    if (model.get("memory") && found.length && !model.get("kept").length) {
      model.set("kept", found);
      model.save_changes();
    }
  } catch {
    return () => {}; // a browser that keeps nothing
  }
  if (model.get("memory")) model.on("change:kept", write);
  return () => model.off("change:kept", write);
}

// Tell the kernel that the page is here, and that it is left; tell the reader if nobody answers.
function talk(model, page, box) {
  const warning = element("div", { class: "nn-silent", role: "alert" });
  let unanswered = null, said = 0;
  const say = () => {
    said = performance.now();
    unanswered ??= said;
    model.send({ here: true, page });
  };
  const touched = () => {
    if (performance.now() - said > SAY_EVERY) say(); // whoever does something wants an answer
  };
  const hear = (message) => {
    if (message?.drawn) requestAnimationFrame(() => setTimeout(() => model.send({ drawn: true, page })));
    if (message?.heard !== page) return;
    unanswered = null;
    warning.remove();
  };
  const leave = () => model.send({ page });
  const timer = setInterval(() => {
    const seconds = unanswered === null ? 0 : (performance.now() - unanswered) / 1000;
    if (1000 * seconds > PATIENCE && !box.classList.contains("jupyter-widgets-disconnected")) {
      warning.textContent =
        `No answer from the kernel for ${seconds.toFixed(0)} seconds. It is busy with another cell,` +
        " or the connection is lost: what you see may be old. It goes on by itself when it answers;" +
        " if it never does, load the page again.";
      if (!warning.isConnected) box.prepend(warning);
    }
    if (model.get("watched")) say();
  }, SAY_EVERY);
  model.on("msg:custom", hear);
  model.on("change:watched", say);
  box.addEventListener("pointerdown", touched, true);
  box.addEventListener("keydown", touched, true);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", say);
  say();
  return () => {
    clearInterval(timer);
    model.off("msg:custom", hear);
    model.off("change:watched", say);
    box.removeEventListener("pointerdown", touched, true);
    box.removeEventListener("keydown", touched, true);
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", say);
    warning.remove();
    try {
      leave();
    } catch {
      // the kernel has left before
    }
  };
}

export default { render };
