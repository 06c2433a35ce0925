// The sliders of lesson 02 in the page: three logits, their probabilities, and the loss.

const DIGITS = [3, 5, 8];

const softmaxSliders = (place) => {
    const slider = (label, value, limit, step) =>
        `<input type="range" aria-label="${label}" value="${value}" min="-${limit}" max="${limit}" step="${step}">`;
    const row = (digit, logit, checked) => `
        <label><input type="radio" name="right-digit" ${checked}>${digit}</label>
        ${slider(`logit of ${digit}`, logit, 8, 0.1)}<output></output>
        <span class="play-bar"><span></span></span><output></output>`;
    place.innerHTML = `
        <div class="play-rows">
            <b>right</b><b>logit</b><b></b><b>probability</b><b></b>
            ${row(3, 2, "checked")}${row(5, 1, "")}${row(8, -1, "")}
            <span>all</span>${slider("add to all", 0, 1000, 100)}<output></output>
        </div>
        <p aria-live="polite"></p>`;
    const all = (selector) => [...place.querySelectorAll(selector)];
    const [sliders, outputs, bars] = [all("[type=range]"), all("output"), all(".play-bar span")];
    const [radios, sentence] = [all("[type=radio]"), place.querySelector("p")];

    const show = () => {
        const added = Number(sliders[3].value);
        const logits = DIGITS.map((_, i) => Number(sliders[i].value) + added);
        const largest = Math.max(...logits);
        const logSum = Math.log(logits.reduce((sum, z) => sum + Math.exp(z - largest), 0));
        const logP = logits.map((z) => z - largest - logSum);
        logits.forEach((z, i) => {
            outputs[2 * i].textContent = short(z);
            outputs[2 * i + 1].textContent = short(Math.exp(logP[i]));
            bars[i].style.width = `${100 * Math.exp(logP[i])}%`;
        });
        outputs[6].textContent = `+ ${added}`.replace("+ -", "\u2212 ");
        const right = radios.findIndex((radio) => radio.checked);
        bars.forEach((bar, i) => bar.classList.toggle("right", i === right));
        sentence.textContent = `The loss, if ${DIGITS[right]} is right: ${short(0 - logP[right])} nats`;
    };
    place.addEventListener("input", show);
    show();
};

// A number in four digits, as the picture above has it.
const short = (x) => {
    const text = x !== 0 && Math.abs(x) < 1e-4 ? x.toExponential(2) : String(Number(x.toPrecision(4)));
    return text.replaceAll("-", "\u2212");
};

addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll("[data-play=softmax]").forEach(softmaxSliders),
);
