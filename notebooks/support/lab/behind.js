// The images behind a cell of the confusion matrix, which confusion.js, after this file, shows.

// The tiles stay and are painted anew, so that the focus stays, too: on its image, where that is
// still shown. Returns what paints them, and returns the title.
function buildBehind(model, parent) {
  const close = addButton(parent, "×", "Close these images");
  close.className = "cm-close"; // where they lie over something
  close.addEventListener("click", () => {
    model.set("chosen", []);
    model.save_changes();
    parent.parentElement.querySelector(".cm-cell[tabindex='0']").focus({ preventScroll: true });
  });
  const title = element("h4", { class: "cm-title" });
  const [hint, key] = [0, 1].map(() => element("p", { class: "cm-hint" }));
  const grid = element("div", { class: "cm-images" });
  parent.append(title, hint, grid, key);
  key.textContent = "Below each image its ten probabilities, from 0 on the left to 9: ▲ the true digit. Choose one to put it onto the pad.";
  const stopAt = oneTabStop(grid);

  function addTile() {
    const tile = element("button", { type: "button", class: "cm-image" });
    tile.tabIndex = grid.querySelector("[tabindex='0']") ? -1 : 0;
    tile.addEventListener("click", ({ detail }) => {
      model.send({ image: Number(tile.dataset.row) });
      const pad = tile.closest(".interactive-lab:not(.lab-large)")?.querySelector(".lab-at-pad");
      if (!detail) pad?.querySelector(".lab-pad-canvas").focus({ preventScroll: true }); // it came by a key
      const paper = pad?.querySelector(".lab-pad-draw"), hasBox = paper?.offsetHeight > 0; // on a telephone none
      (hasBox ? paper : pad)?.scrollIntoView({ block: hasBox ? "nearest" : "start", behavior: "smooth" });
    });
    grid.append(tile);
  }

  function paintTile(tile, bytes, p, digit, answer, row) {
    const said = DIGITS.map((d) => `${d}: ${percent(p[d])}`).join("   ");
    tile.dataset.row = row;
    tile.title = `${said}\nClick: onto the pad`;
    const sure = percent(p[answer]); // the heading says of which answer
    tile.setAttribute("aria-label", `${answer} at ${sure}. Put this ${digit} onto the pad. ${said}`);
    tile.replaceChildren(picture(bytes), bars(p, digit, answer), element("span", { class: "cm-sure" }, sure));
  }

  let shown = ""; // which list of images
  return () => {
    const { digit, answer, count, rows = [], pixels, p } = model.get("found");
    const none = digit === undefined;
    const verb = digit === answer ? "rightly read as" : "read as";
    title.hidden = none;
    key.hidden = !count;
    title.textContent = none ? "" : `${digit} ${verb} ${answer}: ${images(count)}`;
    hint.textContent = none
      ? `Choose a cell, by ${matchMedia("(hover: none)").matches ? "a tap" : "a click, or arrow keys and Enter"}, to see its images.`
      : !count
        ? "None, at this moment."
        : count > rows.length
          ? `The ${rows.length} of which the network was most sure:`
          : "The surest first:";
    const focused = [...grid.children].indexOf(document.activeElement);
    const list = [digit, answer, ...rows].join();
    if (list !== shown && focused < 0) parent.scrollTop = 0; // else the one with the focus would be out of sight
    shown = list;
    const row = grid.children[focused]?.dataset.row;
    if (focused >= 0 && !rows.length) // none is left: back to the cell
      parent.parentElement?.querySelector(".cm-cell[tabindex='0']").focus({ preventScroll: true });
    while (grid.children.length < rows.length) addTile();
    while (grid.children.length > rows.length) grid.lastChild.remove();
    rows.forEach((each, k) => {
      const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset + 784 * k, 784);
      paintTile(grid.children[k], bytes, p[k], digit, answer, each);
    });
    if (focused >= 0 && rows.length) {
      const place = rows.indexOf(Number(row));
      const tile = grid.children[place < 0 ? Math.min(focused, rows.length - 1) : place];
      if (tile !== document.activeElement) tile.focus({ preventScroll: true });
    } else if (!grid.querySelector("[tabindex='0']")) stopAt(grid.firstChild);
    return title.textContent;
  };
}

function picture(bytes) {
  const canvas = element("canvas", { width: 28, height: 28 });
  paintPixels(canvas, bytes);
  return canvas;
}

function bars(p, digit, answer) {
  const strip = element("div", { class: "cm-bars", "aria-hidden": "true" });
  for (const d of DIGITS) {
    const bar = element("span", { class: d === answer ? "cm-answer" : "" }, d === digit ? "▴" : "");
    bar.style.setProperty("--cm-p", p[d]);
    strip.append(bar);
  }
  return strip;
}
