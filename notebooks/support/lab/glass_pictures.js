// The pictures of one step: arrays of numbers, a pixel each, and images as tiles.

const ACROSS = { ink: 8, tiles: 4 }; // so many tiles in a row
const WIDE = 192; // of eight images in a row; where there are few, these are larger
const SHARP = 2; // pixels of a canvas for each pixel of the page, for presentations

// So many tiles are in a row: few images form a square.
function inRow(kind, count) {
  return kind === "ink" && count <= 9 ? Math.ceil(Math.sqrt(count)) : Math.min(ACROSS[kind], count);
}

// The width and height of a picture in the page.
function sizeOf({ kind, rows, across, bytes }) {
  const count = bytes.byteLength / across;
  if (rows === "tiles") {
    const columns = inRow(kind, count);
    const large = 28 * Math.floor(WIDE / columns / 28); // each pixel of an image is a whole square
    const side = kind === "ink" ? large || WIDE / columns : 32;
    return [columns * side, Math.ceil(count / columns) * side];
  }
  const wide = Math.min(128, Math.max(10 * Math.min(across, 10), across));
  if (rows === "weights") return [wide, 128];
  return [wide, count * Math.min(8, 128 / count)]; // a row of a small batch is not a wall
}

// Paint a picture; frame the image `chosen`, mark the `wrong` ones in `x` and `p`, and in `p` the right
// digit of each.
function paintArray(canvas, picture, chosen, labels, wrong = []) {
  const { kind, rows, across, bytes, name } = picture;
  const [width, height] = sizeOf(picture);
  const values = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = values.length / across;
  Object.assign(canvas, { width: SHARP * width, height: SHARP * height });
  canvas.style.width = `${width}px`;
  canvas.style.setProperty("--lab-high", `${height}px`);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.lineWidth = 2 * SHARP;
  context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--nn-winner");
  if (rows === "tiles") {
    const columns = inRow(kind, count);
    const side = canvas.width / columns;
    for (let i = 0; i < count; i++) {
      const [left, top] = [(i % columns) * side, Math.floor(i / columns) * side];
      const tile = coloured(values.subarray(across * i, across * (i + 1)), 28, kind);
      context.drawImage(tile, left, top, side, side);
      if (kind !== "ink") continue;
      if (wrong.includes(i)) markCorner(context, left, top, side / 3);
      if (i === chosen) context.strokeRect(left + 1, top + 1, side - 2, side - 2);
    }
    return;
  }
  context.drawImage(coloured(values, across, kind), 0, 0, canvas.width, canvas.height);
  if (rows !== "images") return;
  const [cell, row] = [canvas.width / across, canvas.height / count];
  context.fillStyle = "#009e73";
  if (name === "p")
    labels.forEach((label, i) => context.fillRect((label + 0.4) * cell, i * row, 0.2 * cell, row));
  context.fillStyle = "#000";
  if (name === "p") for (const i of wrong) context.fillRect(0, i * row, 0.4 * cell, row);
  context.strokeRect(1, chosen * row - SHARP, canvas.width - 2, row + 2 * SHARP);
}

// Blacken the upper left corner of a tile.
function markCorner(context, left, top, size) {
  context.fillStyle = "#000";
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left + size, top);
  context.lineTo(left, top + size);
  context.fill();
}

// A canvas with a pixel for each of `values`, `across` of them in a row.
function coloured(values, across, kind) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: across, height: values.length / across });
  const image = new ImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  // ink begins at 128, too: white is 0
  values.forEach((value, i) => {
    pixels[i] = kind === "ink" ? 0xff000000 + 0x010101 * Math.min(255, 2 * (255 - value)) : PIXELS[value];
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

// What a picture shows under the pointer, such as "a1[3, 17] ≈ 0.52"; "" beside its numbers.
function readNumber(event, { name, rows, kind, across, bytes, scale, last, columns }) {
  const edge = event.target.getBoundingClientRect();
  let [x, y] = [(event.clientX - edge.left) / edge.width, (event.clientY - edge.top) / edge.height];
  const count = bytes.byteLength / across;
  let [row, column] = [Math.floor(y * count), Math.floor(x * across)];
  if (rows === "tiles") {
    const wide = inRow(kind, count);
    [x, y] = [x * wide, y * Math.ceil(count / wide)];
    row = Math.floor(y) * wide + Math.floor(x);
    column = 28 * Math.floor(28 * (y % 1)) + Math.floor(28 * (x % 1));
  }
  if (!(row >= 0 && row < count && column >= 0 && column < across)) return "";
  const value = bytes.getUint8(row * across + column);
  const sign = value <= 1 ? "≤" : value === 255 ? "≥" : "≈"; // beyond the colours
  const exact = (scale * (value - 128)) / 127;
  const number = (scale < 1000 ? exact.toFixed(last) : inWords(exact)).replace("-", "−");
  const where = kind === "tiles" ? [column, columns[row]] : [row, column];
  return `${name}[${where.join(", ")}] ${kind === "ink" || name === "p" ? "≈" : sign} ${number}`;
}

// A large number as "120 million".
function inWords(value) {
  return value.toLocaleString("en", { notation: "compact", compactDisplay: "long", maximumSignificantDigits: 3 });
}

// Which image of a batch lies under the pointer.
function imageUnder(event, picture) {
  const edge = event.target.getBoundingClientRect();
  const count = picture.bytes.byteLength / picture.across;
  const [x, y] = [(event.clientX - edge.left) / edge.width, (event.clientY - edge.top) / edge.height];
  if (picture.rows === "images") return Math.floor(y * count);
  const columns = inRow("ink", count);
  return Math.floor(y * Math.ceil(count / columns)) * columns + Math.floor(x * columns);
}

