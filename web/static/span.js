// A span of the talk that is to be taken out: two times in a form, marked on the drawn sound (wave.js), by keys where the
// sound is, or written. The form works alone; what it asks for is looked at before anything goes.

const form = document.querySelector("[data-span]");
const sound = document.getElementById("sound");
const NUDGES = { ArrowUp: 50, ArrowDown: -50 };
const { readTime, writeTime } = form ? await import(form.dataset.times) : {};
let until = null; // where the span that is heard ends, in seconds

function set(edge, ms) {
  form.hidden = false;
  form.elements[edge].value = writeTime(Math.max(0, Math.round(ms)));
  tell();
}

/** Say what is marked now, to who looks and to the drawing. */
function tell() {
  const [from, to] = [readTime(form.elements.begins.value), readTime(form.elements.ends.value)];
  const whole = from !== null && to !== null && from < to;
  if (whole) Object.assign(form.dataset, { from, to });
  else {
    delete form.dataset.from;
    delete form.dataset.to;
  }
  const crossed = from !== null && to !== null && from >= to;
  form.querySelector("[data-marked]").textContent = whole ? `${((to - from) / 1000).toFixed(2)} s` : crossed ? "The end is not behind the beginning." : "";
  document.dispatchEvent(new Event("span"));
}

function hear() {
  if (!sound.paused) return sound.pause();
  if (!form.dataset.to) return;
  sound.currentTime = form.dataset.from / 1000;
  until = form.dataset.to / 1000;
  sound.play().catch(() => {});
}

const here = (edge) => set(edge, sound.currentTime * 1000);
const KEYS = {
  "Alt KeyI": () => here("begins"),
  "Alt KeyO": () => here("ends"),
  "Alt KeyP": hear,
};

function start() {
  for (const one of form.querySelectorAll("button[hidden]")) one.hidden = !sound;
  form.addEventListener("change", tell);
  form.addEventListener("keydown", (event) => {
    const by = NUDGES[event.key] * (event.shiftKey ? 20 : 1);
    const at = readTime(event.target.value ?? "");
    if (!by || at === null) return;
    event.preventDefault();
    set(event.target.name, at + by);
  });
  document.addEventListener("marked", ({ detail: { from, to } }) => {
    form.hidden = false;
    [form.elements.begins.value, form.elements.ends.value] = [writeTime(from), writeTime(to)];
    tell();
  });
  if (!sound) return;
  sound.addEventListener("timeupdate", () => {
    if (until === null || sound.currentTime < until) return;
    until = null;
    sound.pause();
  });
  for (const one of form.querySelectorAll("[data-edge]")) one.addEventListener("click", () => here(one.dataset.edge));
  form.querySelector("[data-hear]").addEventListener("click", hear);
  document.addEventListener("keydown", (event) => {
    const held = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"].filter(Boolean);
    const act = KEYS[[...held, event.code].join(" ")];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

if (form) start();
