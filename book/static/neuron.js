// The sliders of lesson 01 in the page: a neuron of two weights and a bias, and its decision line.

const LIMIT = 0.3; // of both axes: the mean ink of the upper and of the lower half
const [WIDE, HIGH] = [300, 200];
const NUMBERS = [ // as in the notebook
    { name: "w1 (upper)", value: 10, limit: 30, step: 1 },
    { name: "w2 (lower)", value: 20, limit: 30, step: 1 },
    { name: "b", value: -2, limit: 4, step: 0.1 },
];

const neuronSliders = (place) => {
    const points = JSON.parse(place.dataset.points); // a hundred-thousandth is 1
    const all = Object.values(points).flat().map((halves) => halves.map((ink) => ink / 1e5));
    const sixes = points.sixes.length;
    const at = ([upper, lower]) => [(WIDE * upper) / LIMIT, HIGH - (HIGH * lower) / LIMIT];
    const mark = (point, i) => {
        const [x, y] = at(point);
        return i < sixes
            ? `<circle cx="${x}" cy="${y}" r="3.2" />`
            : `<path d="M${x - 3} ${y - 3}l6 6m0 -6l-6 6" />`;
    };
    const row = ({ name, value, limit, step }) => `
        <span>${name}</span><input type="range" aria-label="${name}" min="-${limit}" max="${limit}"
            step="${step}" value="${value}"><output></output>`;
    place.innerHTML = `
        <div class="play-rows play-three">${NUMBERS.map(row).join("")}</div>
        <svg viewBox="-1 -1 ${WIDE + 2} ${HIGH + 2}" role="img" aria-label="Sixes and sevens as points">
            <polygon /><line />${all.map(mark).join("")}
            <rect width="${WIDE}" height="${HIGH}" />
        </svg>
        <div class="play-key"><span>\u25cb six, \u00d7 seven</span>
            <span>to the right: more ink in the upper half; up: in the lower half</span></div>
        <p aria-live="polite"></p>`;
    const sliders = [...place.querySelectorAll("input")];
    const outputs = [...place.querySelectorAll("output")];
    const find = (name) => place.querySelector(name);

    const show = () => {
        const [w1, w2, b] = sliders.map((slider) => Number(slider.value));
        const z = ([upper, lower]) => w1 * upper + w2 * lower + b;
        [w1, w2, b].forEach((x, i) => (outputs[i].textContent = String(x).replace("-", "\u2212")));
        const [yes, line] = cut(z);
        find("polygon").setAttribute("points", yes.map(at).join(" "));
        const [[x1, y1], [x2, y2]] = line.length === 2 ? line.map(at) : [[0, 0], [0, 0]];
        Object.entries({ x1, y1, x2, y2 }).forEach((end) => find("line").setAttribute(...end));
        const right = all.filter((point, i) => z(point) > 0 === i >= sixes).length;
        find("p").textContent = `Grey: the neuron says seven. ` +
            `${right} of ${all.length} images right, ${(100 * right) / all.length} %`;
    };
    place.addEventListener("input", show);
    show();
};

// The part of the square where z is above 0, and where its edge crosses z = 0.
const cut = (z) => {
    const corners = [[0, 0], [LIMIT, 0], [LIMIT, LIMIT], [0, LIMIT]];
    const [part, line] = [[], []];
    corners.forEach((corner, i) => {
        const next = corners[(i + 1) % 4];
        if (z(corner) > 0) part.push(corner);
        if (z(corner) > 0 !== z(next) > 0) {
            const share = z(corner) / (z(corner) - z(next));
            const crossing = corner.map((value, axis) => value + share * (next[axis] - value));
            part.push(crossing);
            line.push(crossing);
        }
    });
    return [part, line];
};

addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll("[data-play=neuron]").forEach(neuronSliders),
);
