// The transcript under the pen, or a translation. Each paragraph is a form that works alone; this saves it when it is left, keeps what is
// written on this device until then, plays what is in hand, follows what others do, and puts all of it under keys.

const page = document.querySelector("[data-editor]");
const sound = document.getElementById("sound");
const sheet = document.getElementById("keys");
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const EVERY_MS = 3000;
let version = Number(page?.dataset.version);
let until = null; // where the passage that plays ends, in seconds
let pressed = false;
let hand = null; // the paragraph that is worked on
const origin = new WeakMap(); // each form as the server sent it

const lines = () => [...page.querySelectorAll("form.line")];
const box = (form) => form.elements.text;
const isDirty = (form) => box(form).value.trim() !== box(form).defaultValue.trim();
const note = (form, words) => { form.querySelector(".state-of").textContent = words; };

function tell(words) {
  document.querySelector("[data-told]").textContent = words;
}

// ---- what is written and not saved yet ------------------------------------------------------------------

const key = (form) => `presstalk.draft:${page.dataset.user}:${form.action}`;

/** Storage may be switched off or full: then nothing is kept here, and saving works all the same. */
function kept(work) {
  try {
    return work(localStorage);
  } catch {
    return null;
  }
}

function keep(form) {
  const draft = JSON.stringify({ text: box(form).value, seen: form.elements.seen.value });
  kept((store) => (isDirty(form) ? store.setItem(key(form), draft) : store.removeItem(key(form))));
}

function bringBack(form) {
  const draft = kept((store) => JSON.parse(store.getItem(key(form))));
  if (!draft || draft.text.trim() === box(form).defaultValue.trim()) return kept((store) => store.removeItem(key(form)));
  box(form).value = draft.text;
  form.elements.seen.value = draft.seen; // if somebody changed it meanwhile, both are shown
  note(form, "Not saved yet: kept on this device since you wrote it.");
}

// ---- saving ---------------------------------------------------------------------------------------------

/** Do what a button of the paragraph says; null when it was not done. One at a time for each paragraph. */
function send(form, act, extra = {}) {
  const turn = (form.sending ?? Promise.resolve()).then(() => post(form, act, extra));
  form.sending = turn;
  return turn;
}

async function post(form, act, extra) {
  if (act === "save" && !isDirty(form)) return null; // saved meanwhile
  const sent = box(form).value;
  const body = new URLSearchParams({ ...Object.fromEntries(new FormData(form)), act, ...extra });
  form.setAttribute("aria-busy", "true");
  note(form, "Saving…");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await read(answer);
    if (told.diff) return contest(form, told);
    if (!answer.ok) return note(form, `Not saved. ${told.told}`), null;
    settle(form, sent, told);
    return told;
  } catch {
    form.dataset.waiting = "";
    note(form, "No connection. It is kept on this device, and saved as soon as the line is back.");
    return null;
  } finally {
    form.removeAttribute("aria-busy");
  }
}

async function read(answer) {
  if (answer.headers.get("content-type")?.includes("json")) return answer.json();
  const said = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { told: said.querySelector("main h1")?.textContent.trim() ?? "" };
}

function settle(form, sent, told) {
  delete form.dataset.waiting;
  form.querySelector(".contest")?.remove();
  if (told.stamp) form.elements.seen.value = told.stamp;
  if (told.text !== undefined) box(form).defaultValue = told.text;
  if (box(form).value === sent && told.text !== undefined) box(form).value = told.text;
  keep(form);
  note(form, isDirty(form) ? "" : told.told);
  if (form.elements.note) form.elements.note.value = "";
  tell(`Saved ${new Date().toLocaleTimeString("en-GB")}`);
}

/** Somebody else was quicker: both texts, word by word, and a button for each way out. */
function contest(form, told) {
  form.elements.seen.value = told.stamp;
  note(form, "Somebody else changed this paragraph. Nothing of yours is lost: choose, or write on and save again.");
  form.querySelector(".contest")?.remove();
  const place = document.createElement("div");
  place.className = "contest";
  const both = document.createElement("p");
  both.dir = "auto";
  for (const [kind, words] of told.diff) {
    const part = document.createElement({ theirs: "del", ours: "ins" }[kind] ?? "span");
    part.textContent = words;
    both.append(part, " ");
  }
  place.append(both, button("Keep mine", () => send(form, "save")), " ", button("Take theirs", () => {
    box(form).value = told.theirs;
    kept((store) => store.removeItem(key(form)));
    send(form, "save").then(refresh);
  }));
  box(form).after(place);
  return null;
}

function button(words, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "btn", textContent: words });
  made.addEventListener("click", act);
  return made;
}

const save = (form) => (isDirty(form) && !form.querySelector(".contest") ? send(form, "save") : null);

/** An act that changes more than the words: done, then everything is read again. */
async function change(form, act, extra) {
  if (await send(form, act, extra)) await refresh();
}

async function takeBack(which) {
  if (hand) await save(hand);
  try {
    const answer = await fetch(`${page.dataset.desk}/${which}`, { method: "POST", headers: { Accept: "application/json" } });
    tell((await read(answer)).told);
  } catch {
    tell("No connection. Nothing was undone.");
  }
  await refresh();
}

// ---- what others do -------------------------------------------------------------------------------------

async function ask() {
  for (const form of lines()) if ("waiting" in form.dataset || (isDirty(form) && form !== hand)) save(form);
  if (document.hidden) return;
  try {
    const answer = await fetch(`${page.dataset.desk}/news`);
    const news = answer.redirected ? null : await answer.json();
    if (!news || news.version === version) return;
    if (news.by !== page.dataset.user) tell(`${news.by} is working here too`);
    await refresh();
  } catch {
    // the line is down; the next question comes soon
  }
}

/** Read the page again and take over what changed; nothing that is written and not saved is touched. */
async function refresh() {
  const answer = await fetch(page.dataset.source ?? page.dataset.desk).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const place = fresh.querySelector("[data-editor]");
  if (!place) return lines().some(isDirty) ? undefined : location.reload(); // nothing is left to show
  version = Number(place.dataset.version);
  const here = new Map(lines().map((form) => [form.id, form]));
  let before = null;
  for (const form of place.querySelectorAll("form.line")) {
    const now = here.get(form.id);
    here.delete(form.id);
    before = put(now ? take(now, form) : adopt(form), before);
  }
  for (const form of here.values()) {
    if (isDirty(form)) note(form, "This paragraph is gone: somebody joined or undid it. Copy what you wrote.");
    else form.remove();
  }
  for (const part of ["[data-share]", "[data-voices]", "[data-left]"]) {
    const [old, now] = [document, fresh].map((one) => one.querySelector(part));
    if (old && now && old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
  }
  mark();
  document.dispatchEvent(new Event("lines"));
}

function put(form, before) {
  if (before ? before.nextElementSibling !== form : page.firstElementChild !== form) {
    before ? before.after(form) : page.prepend(form);
  }
  return form;
}

function adopt(form) {
  const made = document.importNode(form, true);
  origin.set(made, form.outerHTML);
  return made;
}

function take(form, now) {
  if (origin.get(form) === now.outerHTML) return form;
  if (isDirty(form)) {
    if (form.elements.seen.value !== now.elements.seen.value && !form.matches("[aria-busy]")) {
      note(form, "Somebody else changed this paragraph meanwhile. When you save, both are shown.");
    }
    return form;
  }
  const made = adopt(now);
  const held = form.contains(document.activeElement) ? document.activeElement : null;
  const caret = held === box(form) ? [box(form).selectionStart, box(form).selectionEnd] : null;
  note(made, form.querySelector(".state-of").textContent);
  form.replaceWith(made);
  if (held) (caret ? box(made) : made.querySelector(`[name="${held.name}"][value="${held.value}"]`) ?? box(made)).focus();
  if (caret) box(made).setSelectionRange(...caret);
  if (hand === form) hand = made;
  return made;
}

// ---- playing --------------------------------------------------------------------------------------------

/** Which word the cursor is at: how many stand before it. */
function wordAtCursor(form) {
  return box(form).value.slice(0, box(form).selectionStart).split(/\s+/).filter(Boolean).length;
}

function play(form) {
  if (!sound || !form) return;
  if (!sound.paused) return sound.pause();
  const times = form.dataset.times.split(" ").filter(Boolean).map(Number);
  const words = box(form).value.split(/\s+/).filter(Boolean).length;
  const place = wordAtCursor(form);
  const at = place >= words ? 0 : Math.floor((place * times.length) / Math.max(1, words));
  sound.currentTime = (at ? times[at] : Number(form.dataset.from)) / 1000;
  until = Number(form.dataset.to) / 1000;
  sound.play().catch(() => {});
}

function pace(by) {
  const place = SPEEDS.indexOf(sound.playbackRate) + by;
  sound.playbackRate = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, place))] ?? 1;
  tell(`Speed ${sound.playbackRate}`);
}

let shown = null;

function mark() {
  if (hand !== shown) document.dispatchEvent(new CustomEvent("hand", { detail: (shown = hand) }));
  for (const form of lines()) {
    form.classList.toggle("is-passage", Boolean(sound) && !sound.paused && isPlaying(form));
    form.classList.toggle("in-hand", form === hand);
  }
}

function release() {
  if (!pressed) return;
  pressed = false;
  mark();
}

function isPlaying(form) {
  const now = sound.currentTime * 1000;
  return Number(form.dataset.from) <= now && now < Number(form.dataset.to);
}

sound?.addEventListener("timeupdate", () => {
  if (until !== null && sound.currentTime >= until) {
    until = null;
    sound.pause();
  }
  mark();
});
sound?.addEventListener("seeked", () => { if (sound.currentTime > until) until = null; });

// ---- keys -----------------------------------------------------------------------------------------------

function go(form) {
  if (!form) return tell("There is none behind this.");
  box(form).focus();
  if (form.dataset.first) select(form);
  form.scrollIntoView({ block: "center" });
}

/** The words in doubt, so that they are seen, played and written over at once. */
function select(form) {
  const words = [...box(form).value.matchAll(/\S+/gu)];
  const [one, other] = [words[form.dataset.first], words[form.dataset.last - 1]];
  if (one && other) box(form).setSelectionRange(one.index, other.index + other[0].length);
}

function next(which) {
  const all = lines();
  const place = all.indexOf(hand);
  go([...all.slice(place + 1), ...all.slice(0, Math.max(0, place))].find((form) => form.matches(which)));
}

function step(by) {
  const all = lines();
  go(all[Math.max(0, all.indexOf(hand) + by)]);
}

function assign(number) {
  const label = document.querySelectorAll("[data-voices] [data-label]")[number - 1]?.dataset.label;
  if (label && hand) change(hand, "assign", { label });
}

function accept() {
  const proposal = hand?.querySelector('button[value^="accept-"]');
  if (proposal) change(hand, proposal.value);
  else tell("Nothing is proposed here.");
}

async function right() {
  const form = hand;
  const following = lines()[lines().indexOf(form) + 1];
  if (following) go(following);
  else box(form).blur();
  await change(form, "done");
}

const can = (act) => hand?.querySelector(`button[value="${act}"]`);

const ACTS = {
  "Ctrl Space": () => play(hand ?? lines()[0]),
  "Ctrl Enter": () => hand && right(),
  "Alt KeyB": () => { if (sound) sound.currentTime = Math.max(0, sound.currentTime - 3); },
  "Alt Comma": () => sound && pace(-1),
  "Alt Period": () => sound && pace(1),
  "Alt ArrowUp": () => step(-1),
  "Alt ArrowDown": () => step(1),
  "Alt KeyN": () => next("[data-doubtful]"),
  "Alt KeyU": () => next("[data-unconfirmed]"),
  "Alt KeyA": accept,
  "Alt KeyS": () => can("split") && change(hand, "split", { place: wordAtCursor(hand) }),
  "Alt KeyM": () => can("join") && change(hand, "join"),
  "Alt KeyZ": () => takeBack("undo"),
  "Alt Shift KeyZ": () => takeBack("redo"),
  "Alt KeyF": () => document.querySelector("[data-replace]")?.click(),
  "Alt KeyK": () => sheet.showModal(),
};

function start() {
  for (const form of lines()) {
    origin.set(form, form.outerHTML);
    bringBack(form);
  }
  for (const one of document.querySelectorAll("[data-keys], [data-do=keys]")) one.hidden = false;
  page.addEventListener("input", (event) => event.target.name === "text" && keep(event.target.form));
  page.classList.add("live");
  for (const one of document.querySelectorAll("[data-how-saved]")) one.textContent = one.dataset.howSaved;
  page.addEventListener("focusin", (event) => {
    hand = event.target.closest("form.line");
    if (!pressed) mark();
  });
  // What opens and closes with the paragraph in hand waits for the end of a press: nothing moves from under it.
  addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const sign of ["click", "pointercancel"]) addEventListener(sign, release);
  addEventListener("pointerup", () => setTimeout(release, 300));
  page.addEventListener("focusout", (event) => {
    const form = event.target.closest("form.line");
    if (!form?.contains(event.relatedTarget)) save(form);
  });
  page.addEventListener("submit", (event) => {
    event.preventDefault();
    const act = event.submitter?.value ?? "save";
    if (act === "save") send(event.target, act);
    else change(event.target, act, act === "split" ? { place: wordAtCursor(event.target) } : {});
  });
  page.addEventListener("click", (event) => {
    const time = event.target.closest("a.t");
    if (!time || !sound) return;
    event.preventDefault();
    hand = time.closest("form.line");
    box(hand).setSelectionRange(0, 0);
    box(hand).focus();
    sound.pause();
    play(hand);
  });
  document.addEventListener("click", (event) => {
    const wanted = event.target.closest("[data-do]")?.dataset.do;
    if (!wanted) return;
    event.preventDefault();
    if (wanted === "keys") sheet.showModal();
    else takeBack(wanted);
  });
  document.addEventListener("keydown", (event) => {
    const held = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"].filter(Boolean);
    const digit = /^Digit([1-9])$/.exec(event.code);
    const act = digit && held.join() === "Alt" ? () => assign(Number(digit[1])) : ACTS[[...held, event.code].join(" ")];
    if (!act || sheet.open) return;
    event.preventDefault();
    act();
  });
  addEventListener("online", ask);
  setInterval(ask, EVERY_MS);
}

if (page) start();
