// Saving and loading in the page: a file that is saved comes from the kernel as bytes.

const SAVE = { "weights.npz": "Save network", "runs.csv": "Save runs (CSV)", "runs.json": "Save runs (JSON)" };

function render({ model, el }) {
  el.classList.add("lab-files-view", "nn-part");
  const chosen = element("input", { type: "file", accept: ".npz", hidden: "", "aria-hidden": "true" });
  const note = element("div", { class: "lab-files-note", role: "status" });
  for (const [name, text] of Object.entries(SAVE)) {
    const button = addButton(el, text, `${text}: ${name}`);
    button.dataset.file = name;
    button.addEventListener("click", () => model.send({ save: name }));
  }
  const load = addButton(el, "Load network …", "Load network …: a weights.npz, into the lab");
  load.dataset.file = "load";
  load.addEventListener("click", () => chosen.click());
  chosen.addEventListener("change", async () => {
    const [file] = chosen.files;
    chosen.value = ""; // the same file may be chosen again
    if (file) model.send({ load: file.name }, undefined, [await file.arrayBuffer()]);
  });
  el.append(chosen, note);
  keepKeys(el);

  const asked = new Set(); // what this page wants: another page of the same lab may be open
  el.addEventListener("click", (event) => asked.add(event.target.dataset?.file), true);
  const save = ({ name }, buffers) => {
    if (!asked.delete(name)) return;
    const bytes = buffers[0].buffer
      ? new Uint8Array(buffers[0].buffer, buffers[0].byteOffset, buffers[0].byteLength)
      : buffers[0];
    const link = element("a", { href: URL.createObjectURL(new Blob([bytes])), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  model.on("msg:custom", save);
  const unfollow = follow(model, {
    "change:note": () => (note.textContent = model.get("note")),
  });
  return () => {
    model.off("msg:custom", save);
    unfollow();
  };
}

export default { render };
