// Follows the sound through a transcript. Everything here has a link underneath that works without it:
// times are anchors, and a moment is #t=SECONDS (or #t=FROM,TO), a media fragment.

const talk = document.querySelector("#transcript");
const player = document.querySelector("#player");
const passages = [...talk.querySelectorAll(".para")];
const starts = passages.map((passage) => read(passage.querySelector(".t").hash).from);

const AT_ONCE = 24; // passages whose words are made in one go: a press must not wait for three hours of them

let words = []; // the spans of the words, in the order spoken, as far as they are made
let begins = []; // when each begins, in seconds, once they are asked for
let make = () => {}; // makes the words of a passage, by its place, unless they are there
let asked; // the promise of the words
let from = null; // where a press or a link wants the sound to be
let until = null; // where a range ends
let passage = talk.querySelector(".is-passage"); // the server may have marked one
let word = null;
let held = null; // a passage that stays in sight while fonts and turns above it find their size
let letGo;
let handled = ""; // a fragment that a press has already followed

/** What a fragment asks for, in seconds: 83.2, 1:23.2, npt:10,20. */
function read(hash) {
  const wanted = new URLSearchParams(hash.slice(1)).get("t");
  if (!/^(npt:)?[\d.:]*(,[\d.:]+)?$/.test(wanted ?? "x") || !wanted) return null;
  const [begin, end] = wanted.replace("npt:", "").split(",").map(seconds);
  return { from: begin, until: end > begin ? end : null };
}

function seconds(text) {
  return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** The place of the last of these moments that has come by `now`; -1 before the first. */
function last(moments, now) {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moments[middle] <= now) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function move(old, now, name) {
  if (old === now) return now;
  old?.classList.remove(name);
  now?.classList.add(name);
  return now;
}

/** Mark where we are; classes only, so nothing moves. */
function mark(now) {
  make(last(starts, now));
  passage = move(passage, passages[last(starts, now)], "is-passage");
  word = move(word, words[last(begins, now)], "on");
}

function follow() {
  mark(player.currentTime);
  if (!player.paused) requestAnimationFrame(follow);
}

function seek(moment, end, play) {
  mark(moment);
  if (!player) return;
  from = moment;
  until = end;
  player.currentTime = moment; // before anything is loaded, this is where it will begin
  if (play) player.play().catch(() => {}); // a refusal shows in the player itself
}

function open(hash, play) {
  const wanted = read(hash);
  if (!wanted) return;
  seek(wanted.from, wanted.until, play);
  held = passage;
  held?.dispatchEvent(new Event("sought", { bubbles: true })); // it may be of somebody who is not shown
  hold(held);
}

/** Keep a passage in sight while what is above it finds its size. */
function hold(para) {
  held = para;
  held?.scrollIntoView();
  clearTimeout(letGo);
  letGo = setTimeout(release, 3000);
}

/** The reader moves, or the page has settled: the moment asked for need not be kept in sight any more. */
function release() {
  held = null;
}

/** Fetch the times of the words and make each word something that can be pressed; once. */
function askForWords() {
  if (!talk.dataset.words) return; // a copy of the site without a server
  asked ??= fetch(talk.dataset.words)
    .then((answer) => answer.json())
    .then(spread)
    .catch(() => (asked = undefined)); // the times of the paragraphs still work
  return asked;
}

function spread({ revision, passages: places }) {
  if (String(revision) !== talk.dataset.revision || places.length !== passages.length) return; // a newer text
  const firsts = places.map((flat) => {
    const first = begins.length;
    for (let at = 2; at < flat.length; at += 4) begins.push(flat[at] / 1000);
    return first;
  });
  make = (index) => {
    if (!places[index]) return;
    makeWords(passages[index].querySelector("p"), places[index], firsts[index]);
    places[index] = null;
  };
  if (player?.currentTime) mark(player.currentTime);
  makeRest(0);
}

function makeWords(line, flat, first) {
  const text = line.textContent;
  const pieces = [];
  let done = 0;
  for (let at = 0; at < flat.length; at += 4) {
    const span = document.createElement("span");
    span.className = "w";
    span.textContent = text.slice(flat[at], flat[at + 1]);
    pieces.push(text.slice(done, flat[at]), span);
    words[first + at / 4] = span;
    done = flat[at + 1];
  }
  line.replaceChildren(...pieces, text.slice(done));
}

/** A few passages, then whatever else there is to do, then the next ones. */
function makeRest(from) {
  for (let index = from; index < Math.min(from + AT_ONCE, passages.length); index += 1) make(index);
  if (from + AT_ONCE < passages.length) setTimeout(makeRest, 0, from + AT_ONCE);
  else talk.dispatchEvent(new Event("spread")); // the text stands in other nodes now
}

function press(span) {
  const moment = begins[words.indexOf(span)];
  handled = `#t=${moment}`;
  history.replaceState(null, "", handled);
  seek(moment, null, true);
}

/** The arrow keys walk from a time through the words after it; Enter plays from there, Escape goes back. */
function walk(event) {
  const here = event.target.closest(".para > .t, .w");
  if (!here || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const para = here.closest(".para");
  make(passages.indexOf(para));
  const forward = getComputedStyle(para.querySelector("p")).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const place = words.indexOf(here);
  let next;
  if (event.key === "Escape") next = para.querySelector(".t");
  else if (event.key === "Enter" || event.key === " ") return place < 0 || (event.preventDefault(), press(here));
  else if (event.key === forward) next = place < 0 ? para.querySelector(".w") : words[place + 1];
  else if (/^Arrow(Left|Right)$/.test(event.key) && place >= 0) {
    next = words[place - 1]?.closest(".para") === para ? words[place - 1] : para.querySelector(".t");
  }
  if (!next) return;
  event.preventDefault();
  next.tabIndex = next.matches(".w") ? -1 : 0;
  next.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#t="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  handled = link.hash;
  open(link.hash, true);
});

talk.addEventListener("click", async (event) => {
  if (event.target.closest("a, button, input, summary") || !getSelection().isCollapsed) return;
  await askForWords();
  make(passages.indexOf(event.target.closest(".para")));
  const span = document.elementFromPoint(event.clientX, event.clientY)?.closest(".w");
  if (span) press(span);
});

talk.addEventListener("focusin", (event) => event.target.closest(".tools") || askForWords());
talk.addEventListener("keydown", walk);
talk.addEventListener("hold", ({ target }) => hold(target));

addEventListener("hashchange", () => {
  if (location.hash !== handled) open(location.hash, false);
  handled = "";
});

player?.addEventListener("play", () => {
  askForWords();
  follow();
});
player?.addEventListener("loadedmetadata", () => {
  if (from !== null && Math.abs(player.currentTime - from) > 0.5) player.currentTime = from;
});
player?.addEventListener("seeking", () => {
  if (Math.abs(player.currentTime - from) > 0.5) until = null; // the reader went elsewhere
});
player?.addEventListener("seeked", follow);
player?.addEventListener("timeupdate", () => {
  if (until === null || player.currentTime < until) return;
  until = null;
  player.pause();
});

for (const sign of ["keydown", "pointerdown", "touchstart", "wheel"]) addEventListener(sign, release, { passive: true });
new ResizeObserver(() => held?.scrollIntoView()).observe(document.body);

open(location.hash, false);
