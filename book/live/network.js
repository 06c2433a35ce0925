// The network of nn_core.py: forward, backward for one image, and a step of training on it.

const SIZES = [784, 128, 64, 10];

class Network {
  // `numbers`: W1 row by row, (784, 128), then b1, then W2 and so on.
  constructor(numbers) {
    this.numbers = numbers;
    let start = 0;
    const take = (count) => numbers.slice(start, (start += count));
    this.layers = SIZES.slice(1).map((outs, i) => ({
      ins: SIZES[i],
      outs,
      W: take(SIZES[i] * outs),
      b: take(outs),
    }));
  }

  // Forget all steps.
  forget() {
    new Network(this.numbers).layers.forEach(({ W, b }, i) => {
      this.layers[i].W.set(W);
      this.layers[i].b.set(b);
    });
  }

  // Return what enters each layer, and the logits last.
  forward(x) {
    const values = [Float64Array.from(x)];
    this.layers.forEach(({ outs, W, b }, i) => {
      const z = Float64Array.from(b);
      values[i].forEach((value, from) => {
        if (value) for (let to = 0; to < outs; to++) z[to] += value * W[from * outs + to];
      });
      values.push(i < this.layers.length - 1 ? z.map((value) => Math.max(0, value)) : z);
    });
    return values;
  }

  // Return the gradients of the loss, for each layer { dz, dx }: of what leaves it, what enters it.
  backward(values, label) {
    const gradients = [];
    let dz = softmax(values.at(-1));
    dz[label] = 0;
    dz[label] = -dz.reduce((a, b) => a + b); // p - 1, exact also where p is as good as 1
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const { outs, W } = this.layers[i];
      const dx = values[i].map((_, from) => {
        let sum = 0;
        for (let to = 0; to < outs; to++) sum += dz[to] * W[from * outs + to];
        return sum;
      });
      gradients.unshift({ dz, dx });
      dz = dx.map((slope, from) => (values[i][from] > 0 ? slope : 0)); // through the ReLU before
    }
    return gradients;
  }

  // Take one step of SGD on one image.
  step(x, label, rate) {
    const values = this.forward(x);
    this.backward(values, label).forEach(({ dz }, i) => {
      const { outs, W, b } = this.layers[i];
      values[i].forEach((value, from) => {
        if (value) for (let to = 0; to < outs; to++) W[from * outs + to] -= rate * value * dz[to];
      });
      for (let to = 0; to < outs; to++) b[to] -= rate * dz[to];
    });
  }
}

function softmax(logits) {
  const highest = Math.max(...logits);
  const powers = Array.from(logits, (z) => Math.exp(z - highest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

// Numbers of 16 bits, in the text that base64 makes of them, as an array of 32 bits each.
function unpack(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => float16(view.getUint16(2 * i, true)));
}

function float16(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
}
