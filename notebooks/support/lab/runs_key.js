// Key R: the list of runs lies over the matrix; it leads there from any part, and back.

const LEAVES = "summary, input:enabled, [tabindex='0']"; // where the matrix goes on behind the list

// Says the name of a part, as a number key does.
function tell(lab, text) {
  lab.querySelector(".nn-voice").textContent = `${text}.`;
}

// `isByKeys()` says whether the reader goes from stop to stop.
function makeRunsKey(lab, isByKeys, signal) {
  const ask = () => lab.querySelector(".lab-runs-ask");
  const isOpen = () => ask()?.ariaExpanded === "true";
  const focus = (part) => part.focus({ preventScroll: true });
  let from = null; // what was seen when R opened the list

  function open() {
    const text = shown(lab, (each) => !foldOf(lab, each)), { scrollTop } = lab, at = document.activeElement;
    const last = at.closest(".cm-behind")?.parentElement.querySelector(".cm-cell[tabindex='0']") ?? at; // they close
    show(lab, "Train");
    if (!isOpen()) ask().click();
    focus(lab.querySelector(".lab-runs-panel")); // it may have been open already, out of sight
    tell(lab, "Runs");
    from = { text, scrollTop, last, asked: lab.dataset.asked };
  }

  function comeBack({ text, scrollTop, last }) {
    if (text !== "Train") show(lab, text, isByKeys());
    lab.scrollTop = scrollTop;
    if (isByKeys() && last !== lab && lab.contains(last) && last.checkVisibility()) focus(last);
    else if (isByKeys() && text === "Train") focus(ask());
    tell(lab, text);
  }

  // To be called when a key may have closed it: back, unless another part was asked for meanwhile.
  function closed(wasOpen, hadFocus) {
    if (!wasOpen || isOpen()) return;
    if (from && from.asked === lab.dataset.asked) comeBack(from);
    else if (hadFocus) focus(ask());
    from = null;
  }

  // Tab leads from the last control of the list to the matrix behind it, and closes it.
  function tabOut(event) {
    const stops = [...lab.querySelectorAll(".lab-below button")].filter(
      (stop) => stop.tabIndex === 0 && stop.checkVisibility({ visibilityProperty: true }));
    if (event.shiftKey || !isOpen() || event.target !== stops.at(-1)) return;
    event.preventDefault();
    const matrix = lab.querySelector(".lab-at-matrix");
    ask().click();
    focus([...matrix.querySelectorAll(LEAVES)].find((stop) => stop.checkVisibility({ visibilityProperty: true })));
  }

  let isTab = false; // was the last key Tab?
  window.addEventListener("keydown", ({ key }) => (isTab = key === "Tab"), { capture: true, signal });
  window.addEventListener("pointerdown", () => (isTab = false), { capture: true, signal });
  lab.addEventListener("keydown", (event) => event.key === "Tab" && tabOut(event), { signal });
  lab.addEventListener("focusout", ({ target, relatedTarget: to }) => {
    const leaves = isTab && target.closest(".lab-below") && to && to !== lab && !to.closest(".lab-below");
    if (leaves && isOpen()) ask().click();
  }, { signal });
  lab.addEventListener("click", ({ target }) => {
    if (target.closest(".lab-runs-ask") && isOpen()) from = null; // R says from where after its click
  }, { signal });

  return {
    isOpen,
    closed,
    press(event) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const isSeen = lab.querySelector(".lab-at-matrix").getBoundingClientRect().bottom > headEnd(lab) + 100;
      if (isOpen() && isSeen && event.repeat) return;
      if (!isOpen() || !isSeen) return open();
      const hadFocus = lab.querySelector(".lab-runs").contains(document.activeElement);
      ask().click();
      closed(true, isByKeys() && hadFocus);
    },
  };
}

