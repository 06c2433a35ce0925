// The drawing as MNIST would have it: like_mnist of the lab's pad.py, line by line.

// Return 28 x 28 values from 0 to 1 for `ink`, side x side values from 0 to 255.
function likeMnist(ink, side) {
  const { rows, columns } = extent(ink, side);
  if (rows.length === 0) return new Float64Array(784);
  const [top, left] = [rows[0], columns[0]];
  const [height, width] = [rows.at(-1) - top + 1, columns.at(-1) - left + 1];
  const at = (i, j) => ink[(top + i) * side + left + j] / 255;
  const scale = 20 / Math.max(height, width);
  const R = resampling(sums(height, width, at), scale);
  const C = resampling(sums(width, height, (j, i) => at(i, j)), scale);
  const image = new Float64Array(784);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const value = at(i, j);
      if (!value) continue;
      for (const [row, share] of R[i]) {
        for (const [column, part] of C[j]) image[28 * row + column] += share * part * value;
      }
    }
  }
  return image;
}

// Return the numbers of the rows and of the columns that have ink.
function extent(ink, side) {
  const every = Array.from({ length: side }, (_, i) => i);
  return {
    rows: every.filter((i) => every.some((j) => ink[i * side + j])),
    columns: every.filter((j) => every.some((i) => ink[i * side + j])),
  };
}

function sums(n, across, at) {
  return Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < across; j++) sum += at(i, j);
    return sum;
  });
}

// For each of the n rows (or columns), which hold `profile` of ink: the pixels of 28 that it has
// a length in common with when scaled and moved, and that length, [[pixel, length], ...].
function resampling(profile, scale) {
  const n = profile.length;
  const total = profile.reduce((a, b) => a + b);
  const middle = profile.reduce((sum, ink, j) => sum + ink * (j + 0.5) * scale, 0) / total;
  // 14.5 is the middle of pixel 14: there MNIST has it. Whole steps, and nothing is cut off.
  const move = Math.min(Math.max(round(14.5 - middle), 0), 28 - n * scale);
  return profile.map((_, j) => {
    const [start, end] = [j * scale + move, (j + 1) * scale + move];
    const shares = [];
    for (let pixel = Math.floor(start); pixel < Math.min(end, 28); pixel++) {
      shares.push([pixel, Math.min(end, pixel + 1) - Math.max(start, pixel)]);
    }
    return shares;
  });
}

// Is the drawing so small that the pen, enlarged along with it, becomes a blob?
function isSmall(ink, side) {
  return Object.values(extent(ink, side)).every((has) => has.at(-1) - has[0] < 0.36 * side);
}

// As NumPy rounds: a half to the even neighbour.
function round(value) {
  const nearest = Math.round(value);
  return nearest - value === 0.5 && nearest % 2 ? nearest - 1 : nearest;
}

// Numbers from 0 to 1 as whole ones from 0 to 255.
function toBytes(values) {
  return Array.from(values, (value) => round(255 * Math.min(1, Math.max(0, value))));
}
