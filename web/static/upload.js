// Sends a file in pieces and goes on where it stopped when the line breaks, the page is loaded again or the browser
// was closed. Without it, the form sends the file in one go.

const form = document.querySelector("form[data-arrivals]");
if (form) form.addEventListener("submit", start);

async function start(event) {
  const file = form.elements.file.files[0];
  if (!file) return;
  event.preventDefault();
  const told = form.querySelector("[data-sending]");
  told.hidden = false;
  const stop = told.querySelector("[data-stop]");
  const state = { stopped: false, address: "" };
  stop.onclick = () => giveUp(state, file);
  form.querySelector("button").disabled = true;
  try {
    const page = await send(file, told, state);
    if (page) location.assign(page);
  } catch (problem) {
    say(told, problem.message);
  }
  form.querySelector("button").disabled = false;
}

async function send(file, told, state) {
  const key = `arrival:${file.name}:${file.size}:${file.lastModified}`;
  state.key = key;
  let at = await find(key, state);
  if (!state.address) at = await begin(file, key, state);
  const started = performance.now();
  const from = at;
  while (at < file.size && !state.stopped) {
    at = await addPiece(file, at, state, told);
    show(told, at, file.size, ((at - from) / (performance.now() - started)) * 1000);
  }
  if (state.stopped) return say(told, "Given up. Nothing of it was kept.");
  say(told, "All is there. Checking it…");
  const answer = await post(`${state.address}/done`, { proof: await prove(file, state.piece) });
  localStorage.removeItem(key);
  if (!answer.ok) throw new Error((await answer.json()).sentence);
  return (await answer.json()).page;
}

/** What is here of this very file from an earlier try. */
async function find(key, state) {
  const known = localStorage.getItem(key);
  if (!known) return 0;
  const answer = await fetch(known).catch(() => null);
  if (!answer?.ok) return 0;
  const here = await answer.json();
  state.address = known;
  state.piece = here.piece;
  return here.received;
}

async function begin(file, key, state) {
  const words = Object.fromEntries(new FormData(form));
  delete words.file;
  const answer = await post(form.dataset.arrivals, { ...words, name: file.name, size: file.size });
  const here = await answer.json();
  if (!answer.ok) throw new Error(here.sentence);
  state.address = here.address;
  state.piece = here.piece;
  localStorage.setItem(key, here.address);
  return 0;
}

/** One piece; a line that is broken is waited for, ever longer up to half a minute. */
async function addPiece(file, at, state, told) {
  for (let wait = 1; ; wait = Math.min(wait * 2, 30)) {
    if (state.stopped) return at;
    const body = file.slice(at, Math.min(at + state.piece, file.size));
    const answer = await fetch(`${state.address}?at=${at}`, { method: "PUT", body }).catch(() => null);
    if (answer?.ok) return (await answer.json()).received;
    if (answer?.status === 409) {
      const here = await answer.json();
      if (here.received !== null) return here.received;
    } else if (answer && answer.status < 500 && answer.status !== 400) {
      throw new Error("The newsroom no longer takes this file. Load the page and choose it again.");
    }
    say(told, `The line broke. What arrived is kept; trying again in ${wait} s.`);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    const look = await fetch(state.address).catch(() => null);
    if (look?.ok) at = (await look.json()).received;
  }
}

/** SHA-256 over the SHA-256 of each piece; "" where the browser may not hash, over a plain line. */
async function prove(file, piece) {
  if (!crypto.subtle) return "";
  const sums = [];
  for (let at = 0; at < file.size; at += piece) {
    const data = await file.slice(at, at + piece).arrayBuffer();
    sums.push(...new Uint8Array(await crypto.subtle.digest("SHA-256", data)));
  }
  const all = await crypto.subtle.digest("SHA-256", new Uint8Array(sums));
  return [...new Uint8Array(all)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function giveUp(state) {
  state.stopped = true;
  if (state.key) localStorage.removeItem(state.key);
  if (state.address) await post(`${state.address}/give-up`, {}).catch(() => null);
}

const post = (address, words) => fetch(address, { method: "POST", body: new URLSearchParams(words) });

function show(told, at, size, speed) {
  const left = speed > 0 ? Math.round((size - at) / speed) : 0;
  told.querySelector("progress").value = (at / size) * 100;
  const minutes = left > 90 ? `${Math.round(left / 60)} minutes` : `${left} s`;
  say(told, `${Math.floor((at / size) * 100)} % of ${(size / 1e6).toFixed(0)} MB, ${(speed / 1e6).toFixed(1)} MB a second, ${minutes} left`);
}

function say(told, sentence) {
  told.querySelector("[data-how-far]").textContent = sentence;
}
