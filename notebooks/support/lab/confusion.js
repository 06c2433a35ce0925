// The confusion matrix as a table that keys and mouse can walk through, and the images behind it.

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

function render({ model, el }) {
  el.classList.add("cm", "nn-part");
  const matrix = element("div", { class: "cm-matrix" });
  const behind = element("div", { class: "cm-behind" });
  const spoken = element("div", { class: "cm-spoken", role: "status" }); // what is opened, as it is shown
  el.append(...buildControls(model), matrix, behind, spoken);
  const cells = buildTable(model, matrix);
  keepKeys(el);

  const paintTable = () => paint(model, matrix, cells);
  const showImages = buildBehind(model, behind);
  let told = "", sinceChosen = unlessGone(el);
  model.on("change:chosen", () => (sinceChosen = unlessGone(el)));
  const paintBehind = () => {
    const title = showImages(), { digit, answer } = model.get("found");
    const opened = told !== `${digit} ${answer}`;
    spoken.setAttribute("aria-live", opened ? "polite" : "off"); // read out once, and true later, too
    spoken.textContent = title;
    if (opened) {
      sinceChosen(() => {
        const first = behind.querySelector(".cm-image canvas"); // in sight, it says that there are more
        if (first?.getBoundingClientRect().bottom > innerHeight) // else nothing moves under the pointer
          behind.querySelector(".cm-images").scrollIntoView({ block: "nearest", behavior: "smooth" });
      });
    }
    told = `${digit} ${answer}`;
  };
  const paintNotes = ["counts", "precision", "recall", "normalise", "chosen", "against"];
  for (const name of paintNotes) model.on(`change:${name}`, paintTable);
  model.on("change:found", paintBehind);
  paintTable();
  paintBehind();
}

// ------------------------------------------------------------- looking back, and normalising

function buildControls(model) {
  const back = element("label", { class: "cm-back" });
  // made here, because the slider of ipywidgets answers when the kernel moves it
  const slider = element("input", { type: "range", class: "cm-moment", min: 0, step: 1, "aria-label": "look back" });
  const text = element("span", { class: "cm-text" }); // the slider says it
  const newest = element("button", { type: "button", class: "cm-newest" }, "newest");
  // -1 stands for the newest: were it a number, the kernel would count on in the meantime
  const lookAt = (moment) => {
    model.set("moment", moment < model.get("moments") - 1 ? moment : -1);
    model.save_changes();
  };
  newest.addEventListener("click", () => {
    slider.focus({ preventScroll: true }); // the button goes
    lookAt(Infinity);
  });
  back.append(element("span", { class: "cm-word" }, "look back"), slider, text);
  slider.addEventListener("input", () => {
    slider.setAttribute("aria-valuetext", model.get("names")[slider.value]); // until all is known
    lookAt(Number(slider.value));
  });
  const follow = () => {
    const last = model.get("moments") - 1;
    const looksBack = model.get("moment") >= 0 && model.get("moment") < last;
    slider.max = Math.max(1, last);
    slider.value = looksBack ? model.get("moment") : last;
    slider.disabled = model.get("moments") < 2;
    const [when, share = "", more = ""] = model.get("text").split(/([\d.]+\u00a0%)/);
    const [right, points = "", whom = ""] = more.split(/(?=, )|(?= against )/);
    const spare = (words) => element("span", { class: "cm-spare" }, words);
    text.replaceChildren(when, element("b", { class: "cm-share" }, share), spare(right), points, spare(whom));
    slider.setAttribute("aria-valuetext", model.get("text"));
    newest.style.visibility = looksBack ? "visible" : "hidden";
  };
  for (const name of ["moments", "moment", "text"]) model.on(`change:${name}`, follow);
  follow();
  const choices = element("fieldset", { class: "cm-normalise", "aria-label": "What the cells show" });
  const words = { none: "counts", rows: "% of the row", columns: "% of the column" };
  const group = `cm-${Math.random()}`; // the same widget may be shown twice
  for (const [value, word] of Object.entries(words)) {
    const label = element("label");
    const radio = element("input", { type: "radio", name: group, value });
    radio.addEventListener("change", () => {
      model.set("normalise", value);
      model.save_changes();
    });
    label.append(radio, word);
    choices.append(label);
  }
  const key = element("span", { class: "cm-key" }); // in their place, when one compares
  const end = addButton(choices, "End", "End comparing: all runs are seen again");
  end.className = "cm-end";
  end.addEventListener("click", () => model.send({ end: true }));
  end.before(key);
  const compare = () => {
    const other = model.get("against"), wasThere = document.activeElement === end;
    choices.classList.toggle("cm-compares", other !== "");
    key.innerHTML = `<span class="cm-better"></span> blue: better than <span></span>, <span class="cm-worse"></span> orange: worse`;
    key.children[1].textContent = other;
    if (wasThere && !other) choices.querySelector("input:checked").focus({ preventScroll: true });
  };
  model.on("change:against", compare);
  compare();
  const check = () => {
    for (const radio of choices.querySelectorAll("input"))
      radio.checked = radio.value === model.get("normalise");
  };
  model.on("change:normalise", check);
  check();
  const looking = element("div", { class: "cm-looking" });
  looking.append(back);
  choices.append(newest);
  return [looking, choices];
}

// ------------------------------------------------------------------------------- the table

function buildTable(model, parent) {
  const table = element("table", { role: "grid" });
  const head = element("tr");
  head.append(element("th", { class: "cm-corner" }, "digit ↓ read as →"));
  for (const j of DIGITS) head.append(element("th", { scope: "col" }, j));
  head.append(element("th", { scope: "col", class: "cm-rate" }, "recall"));
  table.append(head);
  const cells = DIGITS.map((i) => {
    const row = element("tr");
    row.append(element("th", { scope: "row" }, i));
    const inRow = DIGITS.map((j) => {
      const cell = element("td", { role: "gridcell", tabindex: i + j ? -1 : 0 });
      cell.className = `cm-cell cm-${i}-${j}`;
      cell.addEventListener("click", () => choose(i, j));
      cell.addEventListener("keydown", (event) => walk(event, i, j));
      row.append(cell);
      return cell;
    });
    row.append(element("td", { class: "cm-rate cm-recall" }));
    table.append(row);
    return inRow;
  });
  const foot = element("tr");
  foot.append(element("th", { scope: "row", class: "cm-rate" }, "precision"));
  for (const _ of DIGITS) foot.append(element("td", { class: "cm-rate cm-precision" }));
  table.append(foot);
  parent.append(table);
  function choose(i, j) {
    focus(i, j);
    model.set("chosen", [i, j]);
    model.save_changes();
  }
  function focus(i, j) {
    for (const cell of cells.flat()) cell.tabIndex = -1; // Tab enters the table once
    cells[i][j].tabIndex = 0;
    cells[i][j].focus();
  }
  function walk(event, i, j) {
    if (isChord(event)) return;
    const to = {
      ArrowUp: [i - 1, j], ArrowDown: [i + 1, j], ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1],
      Home: [event.ctrlKey ? 0 : i, 0], End: [event.ctrlKey ? 9 : i, 9], PageUp: [0, j], PageDown: [9, j],
    }[event.key];
    if (event.key === "Enter" || event.key === " ") choose(i, j);
    else if (to) focus(...to.map((k) => Math.max(0, Math.min(9, k))));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return cells;
}

function paint(model, parent, cells) {
  const which = model.get("text").includes(", test set:") ? " of the test images" : "";
  parent.querySelector("table").setAttribute("aria-label", `Confusion matrix${which}`);
  const counts = model.get("counts");
  parent.classList.toggle("cm-empty", !counts.length);
  if (!counts.length) return;
  const [digit, answer] = model.get("chosen");
  const describe = model.get("against") ? difference(model, counts) : share(model, counts);
  const described = DIGITS.map((i) => DIGITS.map((j) => describe(i, j)));
  const isLong = described.flat().some(({ written }) => String(written).length > 3);
  parent.classList.toggle("cm-long", isLong); // all are of one size
  for (const i of DIGITS)
    for (const j of DIGITS) {
      const cell = cells[i][j], { written, strength, good, text } = described[i][j];
      cell.textContent = written;
      cell.style.setProperty("--cm-strength", strength);
      cell.classList.toggle("cm-right", good);
      cell.classList.toggle("cm-chosen", i === digit && j === answer);
      cell.setAttribute("aria-selected", i === digit && j === answer);
      cell.setAttribute("aria-label", text);
      cell.title = text;
    }
  const rates = (name, of) =>
    parent.querySelectorAll(`.cm-${name}`).forEach((cell, i) => {
      cell.textContent = percent(model.get(name)[i]).replace("\u00a0%", "").replace("100.0", "100");
      cell.title = `${percent(model.get(name)[i])} of ${of(i)} are right`;
    });
  rates("recall", (digit) => `all images of ${article(digit)}`);
  rates("precision", (digit) => `all answers ${digit}`);
}

// What a cell says of its count: how it is written, and how strong its colour is.
function share(model, counts) {
  const how = model.get("normalise");
  const rows = counts.map((row) => row.reduce((a, b) => a + b));
  const columns = DIGITS.map((j) => counts.reduce((sum, row) => sum + row[j], 0));
  return (i, j) => {
    const count = counts[i][j];
    const ofRow = rows[i] ? count / rows[i] : 0, ofColumn = columns[j] ? count / columns[j] : 0;
    const share = how === "columns" ? ofColumn : ofRow;
    const written = how === "none" ? count : (100 * share).toFixed(share > 0.0995 ? 0 : 1);
    return {
      written: count ? written : "·",
      // mistakes are rare: 1 in 100 is seen, too, and yet 10 in 100 are told from 80
      strength: i === j ? share : Math.cbrt(share),
      good: i === j,
      text: `${i} read as ${j}: ${images(count)}, ${percent(ofRow)} of all ${i}s`,
    };
  };
}

function images(count) {
  return count === 1 ? "1 image" : `${count} images`;
}

// The same for what two networks have different: more right answers and fewer mistakes are good.
function difference(model, counts) {
  const most = Math.max(1, ...counts.flat().map(Math.abs));
  return (i, j) => {
    const more = counts[i][j];
    const words = `${Math.abs(more)} ${more < 0 ? "fewer" : "more"} than ${model.get("against")}`;
    return {
      written: more ? (more > 0 ? `+${more}` : `−${-more}`) : "·",
      strength: Math.abs(more) / most,
      good: (i === j) === more >= 0,
      text: `${i} read as ${j}: ${more ? words : `as many as ${model.get("against")}`}`,
    };
  };
}

export default { render };
