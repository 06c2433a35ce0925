// The images behind a cell of the confusion matrix, which confusion.js, after this file, shows.

const KEY = "Below each image: its probabilities for 0 to 9, ▲ the true digit. Choose one to put it onto the paper.";

// The tiles stay and are painted anew, so that the focus stays, too: on its image, where that is
// still shown. Returns what paints them, and returns the title.
function buildBehind(model, parent) {
  const title = element("h4", { class: "cm-title" });
  const hint = element("p", { class: "cm-hint" });
  const grid = element("div", { class: "cm-images" });
  const head = element("div", { class: "cm-head" });
  const pages = element("span", { class: "cm-pages" }), range = element("span");
  pages.append(range);
  const more = addButton(pages, "More ›", "More images");
  head.append(title, pages);
  parent.append(head, hint, grid);
  const close = addButton(parent, "×", "Close these images"); // Tab comes to the images first
  close.className = "cm-close"; // where they lie over something
  close.addEventListener("click", () => {
    model.set("chosen", []);
    model.save_changes();
    cell().focus({ preventScroll: true });
  });
  const stopAt = oneTabStop(grid);

  // Two rows are in sight: they are turned like pages, by the button or along with the focus.
  const topOf = (tile) => tile.offsetTop - grid.firstChild.offsetTop;
  const isSeen = (tile) => topOf(tile) > grid.scrollTop - 9 && topOf(tile) < grid.scrollTop + grid.clientHeight - 9;
  const isLast = () => isSeen(grid.lastChild);

  function paintPages() {
    const tiles = [...grid.children], seen = tiles.filter(isSeen), all = seen.length === tiles.length;
    if (all && more === document.activeElement) (grid.querySelector("[tabindex='0']") ?? cell()).focus({ preventScroll: true });
    pages.style.visibility = all ? "hidden" : "visible";
    if (all) return;
    range.textContent = `${tiles.indexOf(seen[0]) + 1}–${tiles.indexOf(seen.at(-1)) + 1} of ${tiles.length}`;
    more.textContent = isLast() ? "‹ First" : "More ›";
    more.title = isLast() ? "First images" : "More images";
    more.setAttribute("aria-label", `${more.title}; now ${range.textContent}`);
  }

  const cell = () => parent.parentElement.querySelector(".cm-cell[tabindex='0']");
  more.addEventListener("click", () => {
    const next = [...grid.children].find((tile) => topOf(tile) >= grid.scrollTop + grid.clientHeight - 9);
    grid.scrollTop = next ? topOf(next) : 0;
    stopAt([...grid.children].find(isSeen)); // Tab leads to what is seen
  });
  grid.addEventListener("scroll", paintPages);
  new ResizeObserver(paintPages).observe(grid);

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
    tile.title = `${said}\nClick: onto the paper`;
    const sure = percent(p[answer]); // the heading says of which answer
    tile.setAttribute("aria-label", `${answer} at ${sure}. Put this ${digit} onto the paper. ${said}`);
    tile.replaceChildren(picture(bytes), bars(p, digit, answer), element("span", { class: "cm-sure" }, sure));
  }

  let shown = ""; // which list of images
  return () => {
    const { digit, answer, count, rows = [], pixels, p } = model.get("found");
    const none = digit === undefined;
    const verb = digit === answer ? "rightly read as" : "read as";
    title.hidden = none;
    title.textContent = none ? "" : `${digit} ${verb} ${answer}: ${images(count)}`;
    hint.textContent = none
      ? `Choose a cell, by ${matchMedia("(hover: none)").matches ? "a tap" : "a click, or arrow keys and Enter"}, to see its images.`
      : !count
        ? model.get("moments") > 1 ? "None, at this moment." : "None."
        : `The ${count > rows.length ? `${rows.length} surest` : "surest first"}. ${KEY}`;
    const focused = [...grid.children].indexOf(document.activeElement);
    const list = [digit, answer, ...rows].join();
    if (list !== shown && focused < 0) grid.scrollTop = 0; // else the one with the focus would be out of sight
    shown = list;
    const row = grid.children[focused]?.dataset.row;
    if (focused >= 0 && !rows.length) // none is left: back to the cell
      cell().focus({ preventScroll: true });
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
      if (!isSeen(tile)) grid.scrollTop = topOf(tile);
    } else if (!grid.querySelector("[tabindex='0']")) stopAt(grid.firstChild);
    paintPages();
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
