// What the view inside is told: inside.py's answers, over the images that came with the page.

const TOP_IMAGES = 8;

// `images` is a list of 28 x 28 values from 0 to 1 each, `labels` their digits. Returns the model,
// and what paints the network as it is now.
function insideModel(network, values, images, labels) {
  const model = new Model(values);
  const { ins, outs, W } = network.layers[0];
  let answers = []; // of the first layer's neurons to these images

  function show() {
    const leaving = images.map((x) => network.forward(x));
    answers = leaving.map((values) => values[1]);
    // where the colours end: beyond it lies one weight in two hundred
    const scale = quantile(W.map(Math.abs), 0.995) || 1;
    const picture = new Uint8Array(ins * outs);
    for (let i = 0; i < ins; i++) {
      for (let j = 0; j < outs; j++) {
        const share = Math.min(1, Math.max(-1, W[i * outs + j] / scale));
        picture[j * ins + i] = 128.5 + 127 * share;
      }
    }
    model.set("weights", new DataView(picture.buffer));
    model.set("about", {
      finite: true,
      scale,
      neurons: outs,
      hidden: network.layers.slice(1).map((_, i) => silence(leaving.map((values) => values[i + 1]))),
      silent: [...answers[0].keys()].filter((j) => answers.every((a) => a[j] === 0)),
      images: images.length,
    });
    describe();
  }

  // The mean answer to each digit, and the images that excite the neuron most.
  function describe() {
    const neuron = model.get("neuron");
    const mine = answers.map((a) => a[neuron]);
    const means = Array.from({ length: 10 }, (_, digit) => {
      const its = mine.filter((_, i) => labels[i] === digit);
      return its.reduce((a, b) => a + b, 0) / Math.max(1, its.length);
    });
    const order = [...mine.keys()].sort((i, j) => mine[j] - mine[i]).slice(0, TOP_IMAGES);
    const top = order.map((i) => ({ label: labels[i], answer: mine[i], pixels: toBytes(images[i]) }));
    model.set("detail", { neuron, means, top });
  }

  model.saved = (names) => {
    if (names.has("neuron")) describe();
  };
  return [model, show];
}

// How silent the ReLUs are whose outputs, an array for each image, are `outputs`.
function silence(outputs) {
  const neurons = outputs[0].length;
  const zeros = outputs.map((a) => a.filter((value) => value === 0).length);
  return {
    neurons,
    zeros: zeros.reduce((a, b) => a + b) / (neurons * outputs.length),
    silent: [...outputs[0].keys()].filter((j) => outputs.every((a) => a[j] === 0)).length,
  };
}

// As NumPy has it: between the two neighbours in order, by their distance.
function quantile(values, share) {
  const place = share * (values.length - 1);
  const sorted = values.sort();
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (place % 1) * (high - low);
}
