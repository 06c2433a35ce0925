// Puts the views into the page and gives each its model; all of them share one network.

async function start(section) {
  const network = new Network(unpack(LIVE.weights));
  const images = await readSheet(LIVE.digits);
  const labels = images.map((_, i) => Math.floor((10 * i) / images.length)); // a row for each digit
  const examples = Array.from({ length: 10 }, (_, digit) => {
    return { label: digit, pixels: toBytes(images[labels.indexOf(digit)]) };
  });
  const [inside, show] = insideModel(network, LIVE.defaults.inside, images, labels);
  const why = whyModel(network);
  const values = { ...LIVE.defaults.pad, learning_rate: 0.01, examples }; // a step that one sees
  const forget = document.createElement("button");
  const pad = padModel(network, values, why.explain, () => {
    forget.hidden = false;
    show();
  });
  const put = (view, model, place) => view.render({ model, el: section.querySelector(place) });
  followTheme();
  put(LIVE.pad, pad, ".live-pad");
  inPlainWords(section.querySelector(".lab-pad-correct"), pad, forget);
  put(LIVE.why, why, ".live-why-place");
  section.querySelector(".live-inside-fold").addEventListener("toggle", () => {
    show();
    put(LIVE.inside, inside, ".live-inside-place");
  }, { once: true });
  section.classList.add("live-ready");
}

// The row of corrections for who has not met a learning rate, and its button `forget`.
function inPlainWords(row, pad, forget) {
  const select = row.querySelector("select");
  select.parentElement.replaceChildren("How strongly (learning rate) ", select);
  Object.assign(forget, { type: "button", textContent: "Forget my corrections", hidden: true });
  forget.addEventListener("click", () => {
    pad.forget();
    forget.hidden = true;
    select.focus({ preventScroll: true });
  });
  row.querySelector(".lab-pad-note").before(forget);
}

// The model of the view Why?: the answer that was picked, or else what the network reads.
function whyModel(network) {
  const model = new Model({ picked: null, why: { seen: [], slopes: [], probabilities: [] } });
  let [x, p] = [[], []];

  function paint() {
    const answer = model.get("picked") ?? p.indexOf(Math.max(...p));
    const loss = p.length ? network.backward(network.forward(x), answer)[0].dx : [];
    const slopes = Array.from(loss, (slope) => -slope); // the loss is minus the log-probability
    model.set("why", { seen: p.length ? toBytes(x) : [], slopes, probabilities: p, answer });
  }

  model.explain = (image, probabilities) => {
    [x, p] = [image, probabilities];
    if (p.length === 0) model.set("picked", null); // a new drawing, a new question
    paint();
  };
  model.saved = paint;
  return model;
}

// Return the images of a sheet of 28 x 28 pictures, row by row, as values from 0 to 1.
async function readSheet(url) {
  const sheet = new Image();
  sheet.src = url;
  await sheet.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [sheet.width, sheet.height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(sheet, 0, 0);
  const across = sheet.width / 28;
  return Array.from({ length: (across * sheet.height) / 28 }, (_, i) => {
    const [left, top] = [28 * (i % across), 28 * Math.floor(i / across)];
    const { data } = context.getImageData(left, top, 28, 28);
    return Float64Array.from({ length: 784 }, (_, pixel) => data[4 * pixel] / 255);
  });
}

// JupyterLab says on <body> whether its theme is light, and the lab's views listen there.
function followTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const tell = () => {
    const chosen = document.body.dataset.theme ?? document.documentElement.dataset.theme;
    const isDark = ["dark", "light"].includes(chosen) ? chosen === "dark" : dark.matches;
    document.body.dataset.jpThemeLight = String(!isDark);
  };
  const observer = new MutationObserver(tell);
  for (const part of [document.body, document.documentElement]) {
    observer.observe(part, { attributeFilter: ["data-theme"] });
  }
  dark.addEventListener("change", tell);
  tell();
}

for (const section of document.querySelectorAll(".live")) start(section);
