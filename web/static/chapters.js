// Chapters, one a line: each is a mark on the drawn sound (wave.js) that can be dragged, and a line whose time keys move.
// The form works alone; nothing is kept until it is sent.

const box = document.querySelector("[data-chapters]");
const sound = document.getElementById("sound");
const LINE = /^\s*([\d:.,]+)(?:\s+(.*))?$/;
const A_SECOND = 1000;
const { readTime, writeTime } = box ? await import(box.dataset.times) : {};

/** The lines with their times, in ms, and titles; what is no chapter yet has no time. */
function read() {
  return box.value.split("\n").map((text) => {
    const match = LINE.exec(text);
    const at = match ? readTime(match[1]) : null;
    return at === null ? { text, at } : { at, title: match[2] ?? "" };
  });
}

/** Write the lines in the order of their times; `held` is the one the cursor stays in. Undone as all typing is. */
function write(lines, held) {
  const timed = lines.filter((line) => line.at !== null).sort((one, other) => one.at - other.at);
  let next = 0;
  const ordered = lines.map((line) => (line.at === null ? line : timed[next++]));
  const texts = ordered.map((line) => (line.at === null ? line.text : `${writeTime(line.at)} ${line.title}`));
  box.focus({ preventScroll: true });
  box.select();
  if (!document.execCommand("insertText", false, texts.join("\n"))) box.value = texts.join("\n");
  const place = texts.slice(0, ordered.indexOf(held) + 1).join("\n").length;
  box.setSelectionRange(place, place);
  tell();
}

/** Give the drawing what to mark. */
function tell() {
  const marks = read().flatMap((line, place) => (line.at === null ? [] : [{ place, at: line.at, title: line.title }]));
  document.dispatchEvent(new CustomEvent("chapters", { detail: marks }));
}

const lineAtCursor = (lines) => lines[box.value.slice(0, box.selectionStart).split("\n").length - 1];

function move(change) {
  const lines = read();
  const held = lineAtCursor(lines);
  if (!held || held.at === null) return;
  held.at = Math.max(0, change(held.at));
  write(lines, held);
}

/** A chapter that begins where the sound is: its title is typed next. */
function add() {
  const made = { at: Math.floor(sound.currentTime) * A_SECOND, title: "" };
  write([...read().filter((line) => line.at !== null || line.text.trim()), made], made);
}

const KEYS = {
  "Alt ArrowUp": () => move((at) => at - A_SECOND),
  "Alt ArrowDown": () => move((at) => at + A_SECOND),
  "Alt KeyT": () => sound && move(() => Math.floor(sound.currentTime) * A_SECOND),
  "Alt KeyC": () => sound && add(),
};

function start() {
  box.addEventListener("input", tell);
  document.addEventListener("moved", ({ detail: { place, at } }) => {
    const lines = read();
    lines[place].at = at;
    write(lines, lines[place]);
  });
  document.addEventListener("drawn", tell);
  document.addEventListener("keydown", (event) => {
    const act = KEYS[[event.altKey && "Alt", event.code].filter(Boolean).join(" ")];
    if (!act || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    act();
  });
  for (const one of document.querySelectorAll("[data-add], [data-chapter-keys]")) one.hidden = !sound;
  document.querySelector("[data-add]")?.addEventListener("click", add);
  tell();
}

if (box) start();
