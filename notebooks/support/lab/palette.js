// The colours of numbers below and above zero, for every view that paints an array.

// ColorBrewer's PuOr, turned round: orange below zero, purple above, seen alike by all eyes.
const PUOR = ["7f3b08", "b35806", "e08214", "fdb863", "fee0b6", "f7f7f7", "d8daeb", "b2abd2",
  "8073ac", "542788", "2d004b"].map((hex) => [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)));
const COLOURS = Array.from({ length: 256 }, (_, value) => {
  const place = Math.min(9.999, Math.max(0, 5 + (5 * (value - 128)) / 127));
  const i = Math.floor(place);
  return PUOR[i].map((part, k) => part + (place - i) * (PUOR[i + 1][k] - part));
});
const PIXELS = new Uint32Array(
  new Uint8ClampedArray(COLOURS.flatMap((colour) => [...colour, 255])).buffer,
);

