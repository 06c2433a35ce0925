// A finger that goes up or down scrolls the page, wherever it begins.

const SURE = 5; // pixels until it is clear where a finger goes

// Only a finger that goes sideways, or a tap, sets a slider: until then the slider does not hear of it.
function scrollOverSliders(box) {
  let held = null; // the finger of which we do not know, and of one that scrolls all the way
  const on = (event, action) => box.addEventListener(event, action, { capture: true, passive: true });
  on("touchstart", (event) => {
    if (!event.isTrusted) return; // our own
    const slider = event.target.closest(".noUi-horizontal, [type=range]");
    held = slider && { slider, target: event.target, touch: event.changedTouches[0], value: slider.value };
    if (slider?.matches(".noUi-horizontal")) event.stopImmediatePropagation();
  });
  on("touchmove", ({ touches }) => {
    if (!held || held.scrolls) return;
    const [across, down] = ["clientX", "clientY"].map((at) => Math.abs(touches[0][at] - held.touch[at]));
    if (Math.max(across, down) < SURE) return;
    held.scrolls = down >= across || touches.length > 1;
    if (held.scrolls) return;
    const { slider, target, touch } = held;
    held = null;
    if (slider.matches("[type=range]")) return; // it follows each move
    const touched = { touches: [touch], targetTouches: [touch], changedTouches: [touch] };
    target.dispatchEvent(new TouchEvent("touchstart", { bubbles: true, ...touched }));
  });
  on("input", (event) => {
    if (!held || event.target !== held.slider) return;
    held.tapped = held.slider.value;
    held.slider.value = held.value;
    event.stopImmediatePropagation();
  });
  const release = ({ type }) => {
    const { slider, scrolls, tapped } = held ?? {};
    held = null;
    if (type !== "touchend" || scrolls || tapped === undefined) return;
    slider.value = tapped;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const end of ["touchend", "touchcancel"]) on(end, release);
}
