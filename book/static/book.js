// Printing: answers are unfolded on paper, and folded again afterwards; code that only draws is not.
let folded = [];
addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open]):not(.run-it, .hide)")];
    folded.forEach((details) => (details.open = true));
});
addEventListener("afterprint", () => folded.forEach((details) => (details.open = false)));
