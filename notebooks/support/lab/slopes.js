// The slopes of an answer along the pixels: what they look like, and what one can make of them.

const SIDE = 616; // pixels of the picture: two of it for one of the page, for projectors
const CELL = SIDE / 28;
const FAINT = 1 / 4; // of the strongest slope: what is weaker is mostly noise, and is left white
const PLACES = ["at the top left", "at the top", "at the top right", "on the left", "in the middle",
  "on the right", "at the bottom left", "at the bottom", "at the bottom right"];

// In one sentence what the slopes mean for `answer`: what a pixel of ink, where it counts most, would
// make of its probability. `p` are the ten of them. What follows is exact for small changes: along
// a slope it is the log-odds of an answer, log(p / q), that grow evenly, and not its share.
function inOneSentence(slopes, seen, answer, p) {
  const q = p.reduce((sum, share, digit) => (digit === answer ? sum : sum + share), 0);
  const white = slopes.filter((_, i) => seen[i] < 128); // where there is room for ink
  const isAhead = p[answer] >= 0.5;
  const most = isAhead ? Math.min(...white) : Math.max(...white);
  if (isAhead ? !(most < 0) : !(most > 0)) return "";
  const odds = (p[answer] / q) * Math.exp(most / q);
  const then = odds === Infinity ? 1 : odds / (1 + odds);
  const [now, place] = [p[answer], `where ink ${isAhead ? "hurts" : "helps"} ${answer} most, a whole pixel of it`];
  if (isAhead && now - then < 0.01)
    return `Tiny slopes, coloured by their own largest: even ${place} leaves it at ${about(then)}. Another answer has steep ones: ask for it.`;
  if (percent(now) === percent(then))
    return `Even ${place} leaves it at ${percent(then)}: only many places together change that.`;
  return `W${place.slice(1)} takes it from ${percent(now)} to ${about(then)}; slopes below a quarter of the largest are left white.`;
}

function about(share) {
  return share < 0.9995 ? `about ${percent(share)}` : percent(share);
}

// What full colour means: of two answers, one may have slopes a thousand times those of the other. This
// is for who asks; what is seen at first names no logarithm.
function fullColour(slopes) {
  const largest = largestOf(slopes);
  return largest ? `Full colour: a slope of ${Number(largest.toPrecision(2))} in log p, the natural logarithm of the probability` : "";
}

function largestOf(slopes) {
  return Math.max(0, ...slopes.map(Math.abs));
}

// What the picture of the slopes shows, for those who do not see it.
function nameOf(answer, slopes) {
  const shares = slopes.map((slope) => slope / largestOf(slopes));
  const [more, less] = [whereMost(shares), whereMost(shares.map((share) => -share))];
  return `Where more ink speaks for ${answer}: ${more}. Against it: ${less}`;
}

// In which ninths of the picture there is most of the colour of these shares of the largest slope: in one,
// or in two if they have nearly as much.
function whereMost(shares) {
  const sums = PLACES.map(() => 0);
  shares.forEach((share, i) => {
    const [row, column] = [Math.floor(i / 28), i % 28].map((at) => Math.floor((3 * at) / 28));
    sums[3 * row + column] += Math.max(0, share - FAINT); // what is white is not meant
  });
  const order = PLACES.map((_, i) => i).sort((a, b) => sums[b] - sums[a]);
  if (!sums[order[0]]) return "nowhere strongly";
  const places = order.slice(0, sums[order[1]] > 0.7 * sums[order[0]] ? 2 : 1);
  return `most ${places.map((i) => PLACES[i]).join(" and ")}`;
}

// The drawing in grey; over it the slopes, as colour and, where they are strong, as a sign; or a change.
// The colours are full at the largest slope, however small, which the legend says; of a change at the
// `most` that is changed, and of it nothing is left white.
function paintSlopes(canvas, seen, slopes, style, most) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, SIDE, SIDE);
  const strongest = most || largestOf(slopes) || 1;
  const faint = most ? 0 : FAINT;
  const [better, worse] = ["for", "against"].map((name) => style.getPropertyValue(`--why-${name}`));
  const cell = (i) => [(i % 28) * CELL, Math.floor(i / 28) * CELL];
  const fill = (colour, opacity, ...rectangle) => {
    context.fillStyle = colour;
    context.globalAlpha = opacity;
    context.fillRect(...rectangle);
  };
  slopes.forEach((slope, i) => {
    const [[left, top], share] = [cell(i), Math.abs(slope) / strongest];
    const colour = slope > 0 ? better : worse;
    fill("#000", (0.45 * seen[i]) / 255, left, top, CELL, CELL);
    fill(colour, 0.9 * Math.max(0, (share - faint) / (1 - faint)) ** 0.8, left, top, CELL, CELL);
    if (share < 0.45) return;
    fill("#fff", 1, left + CELL / 4, top + CELL / 2 - 2, CELL / 2, 4);
    if (slope > 0) fill("#fff", 1, left + CELL / 2 - 2, top + CELL / 4, 4, CELL / 2);
  });
  context.globalAlpha = 1;
}
