// A photograph or scan of a digit, chosen or dropped: made grey here, made a digit in Python.

const MOST_MEGABYTES = 40;
const PHOTOGRAPH_SIDE = 400; // pixels of its longer side, as it is sent

// The grey pixels of a picture. An Error says in one sentence what is wrong, and what to do.
async function greyPixels(file) {
  if (file.size > 1e6 * MOST_MEGABYTES) {
    const size = Math.round(file.size / 1e6);
    throw Error(`it has ${size} MB, and ${MOST_MEGABYTES} are the most: save it smaller`);
  }
  let picture, moves;
  try {
    moves = await isMoving(file);
    picture = await createImageBitmap(file); // turned as a camera has noted in it
  } catch {
    throw Error("no picture that a browser can read: choose a PNG or JPEG");
  }
  if (moves) throw Error("it moves: choose a single picture, a PNG or JPEG");
  const scale = PHOTOGRAPH_SIDE / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  picture.close();
  const rgba = context.getImageData(0, 0, width, height).data;
  const opaque = rgba.filter((value, i) => i % 4 === 3 && value > 127).length;
  // lines on a transparent ground: what the ground is follows from what they are
  const ground = opaque < 0.5 * width * height && brightness(rgba) > 127 ? 0 : 255;
  const grey = Uint8Array.from({ length: width * height }, (_, i) => {
    const share = rgba[4 * i + 3] / 255;
    return Math.round(share * luma(rgba, i) + (1 - share) * ground);
  });
  return { grey, height };
}

// Is it an animated GIF (with a control block for each picture), PNG or WebP (which say so)?
async function isMoving(file) {
  const text = async (part) => new TextDecoder("latin1").decode(await part.arrayBuffer());
  const head = await text(file.slice(0, 4096));
  if (head.startsWith("GIF8")) return (await text(file)).split("!\xF9\x04").length > 2;
  return /^(RIFF|.PNG)/.test(head) && /acTL|ANIM/.test(head);
}

// How bright a pixel looks: ITU-R BT.601.
function luma(rgba, i) {
  return 0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2];
}

// A file's name, the middle left out if it is long.
function shortened(name) {
  return name.length > 22 ? `${name.slice(0, 13)}…${name.slice(-8)}` : name;
}

// The mean of what is not transparent.
function brightness(rgba) {
  let sum = 0, weights = 0;
  for (let i = 0; i < rgba.length / 4; i++) {
    sum += rgba[4 * i + 3] * luma(rgba, i);
    weights += rgba[4 * i + 3];
  }
  return sum / weights;
}

// Let a picture be chosen with the button, or dropped on `box`; show its steps until it is closed.
// Returns what forgets them, because they are not true of another drawing, and what ends it all.
function takePhotographs({ model, box, find, paper }) {
  const chosen = element("input", { type: "file", accept: "image/*", hidden: "", "aria-hidden": "true" });
  const said = element("span", { class: "lab-pad-said", role: "status" });
  const section = find("photograph");
  let isNew = null; // is it about to be shown for the first time? Then it comes into sight, by this
  section.append(chosen, said);
  const close = addButton(section, "Close", "Close the photograph; the paper stays as it is");

  async function take(files) {
    const [file] = files;
    if (!file) return;
    isNew = unlessGone(box);
    forgetWrong(); // the same file may be as wrong as before
    const short = shortened(file.name);
    const name = files.length > 1 ? `${files.length} files, of which ${short}` : short;
    try {
      const { grey, height } = await greyPixels(file);
      paper.finish();
      paper.sendNow();
      model.send({ photograph: name, height }, undefined, [grey.buffer]);
    } catch (error) {
      keep({ said: `${short}: ${error.message}. The paper is as it was.` });
    }
  }

  function keep(photograph) {
    model.set("photograph", photograph);
    model.save_changes();
  }

  // What was wrong with a file is no news any more.
  function forgetWrong() {
    const { said: text, steps } = model.get("photograph");
    if (text && !steps) keep({});
  }

  function show({ said: text = "", steps = [] }) {
    said.textContent = text;
    close.hidden = !text;
    find("steps").replaceChildren(...steps.map(figure));
    if (steps.length) isNew?.(lead);
  }

  // Bring the steps into sight, where what was said of the photograph stays there, too.
  function lead() {
    isNew = null;
    const height = find("steps").getBoundingClientRect().bottom - section.getBoundingClientRect().top;
    if (height < innerHeight) find("steps").scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  find("choose").addEventListener("click", () => chosen.click());
  chosen.addEventListener("change", () => {
    take([...chosen.files]);
    chosen.value = ""; // the same file may be chosen again
  });
  const forget = () => {
    if (!close.hidden) show({});
  };
  close.addEventListener("click", () => {
    forget();
    keep({});
    find("choose").focus({ preventScroll: true });
  });

  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  const mark = (on) => box.classList.toggle("lab-pad-over", on);
  const dropped = {
    dragover(event) {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = "copy";
      mark(true);
    },
    dragleave: (event) => box.contains(event.relatedTarget) || mark(false),
    drop(event) {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      mark(false);
      take([...event.dataTransfer.files]);
    },
  };
  // A browser opens a file that is dropped beside the pad, and the page with the lab is gone.
  const missed = (event) => {
    if (event.defaultPrevented || !holdsFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  };
  const away = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting || forgetWrong());
  away.observe(section); // as when another tab is shown
  for (const [name, action] of Object.entries(dropped)) box.addEventListener(name, action);
  for (const name of ["dragover", "drop"]) document.addEventListener(name, missed);
  const unfollow = follow(model, {
    "change:strokes": forget, // another image, from the matrix
    "change:photograph": () => show(model.get("photograph")),
  });
  const end = () => {
    away.disconnect();
    for (const name of ["dragover", "drop"]) document.removeEventListener(name, missed);
    unfollow();
  };
  return [forget, end];
}

function figure({ caption, width, pixels }) {
  const made = element("figure");
  const height = pixels.byteLength / width;
  const canvas = element("canvas", { width, height, role: "img", "aria-label": caption });
  const image = new ImageData(width, height);
  const values = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  values.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
  made.append(canvas, element("figcaption", { class: "lab-pad-caption" }, caption));
  return made;
}
