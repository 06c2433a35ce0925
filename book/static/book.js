// What a page does: print its answers, close its contents, and show a figure large.

// On paper answers and results are unfolded, and folded again afterwards; code that only draws is not.
let folded = [];
addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open]):not(.run-it, .above-input)")];
    folded.forEach((details) => (details.open = true));
});
addEventListener("afterprint", () => folded.forEach((details) => (details.open = false)));

// The drawer with the contents, on a narrow screen: it has served when a heading is chosen.
const closeContents = (event) => {
    if (event.target.closest("a")) document.getElementById("__toc").checked = false;
};

// A figure is a link to its picture, and opens larger in the page.
const enlarge = (image) => {
    const link = document.createElement("a");
    Object.assign(link, { href: image.src, title: "Show it larger", className: "figure" });
    image.replaceWith(link);
    link.append(image);
    link.addEventListener("click", (event) => {
        event.preventDefault();
        const dialog = document.createElement("dialog");
        dialog.className = "large";
        dialog.innerHTML = "<form method=dialog><button>Close</button></form><div tabindex=0></div>";
        const large = image.cloneNode();
        large.style.width = `max(100%, ${image.naturalWidth}px)`;
        dialog.lastChild.append(large);
        dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
        dialog.addEventListener("close", () => dialog.remove());
        document.body.append(dialog);
        dialog.showModal();
    });
};

addEventListener("DOMContentLoaded", () => {
    document.querySelector(".toc-drawer")?.addEventListener("click", closeContents);
    document.querySelectorAll("article :not(a) > img").forEach(enlarge);
});
