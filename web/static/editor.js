// The transcript under the pen: drafts outlive the tab, a paragraph saves itself when it is left, keys drive the sound.

const sound = document.getElementById("sound");
const lines = [...document.querySelectorAll("form.line")];

function keep(form) {
  const box = form.elements.text;
  const key = `draft:${form.action}`;
  const draft = localStorage.getItem(key);
  if (draft !== null && draft !== box.value) {
    box.value = draft;
    tell(form, "Not saved yet: what you wrote before.");
  }
  let saved = box.defaultValue;
  const save = async () => {
    if (box.value.trim() === saved.trim()) return;
    const sent = box.value;
    tell(form, "Saving…");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok) {
        const why = page.querySelector(".told")?.textContent.trim() ?? "";
        tell(form, answer.status === 409 ? "Somebody else was quicker. Press Save to see both." : `Not saved. ${why}`);
        return;
      }
      form.elements.seen.value = page.getElementById(form.id).elements.seen.value;
      saved = sent;
      if (box.value === sent) localStorage.removeItem(key);
      tell(form, "Saved.");
    } catch {
      tell(form, "No connection. It is kept in this browser and saved when you leave the paragraph again.");
    }
  };
  box.addEventListener("input", () => localStorage.setItem(key, box.value));
  box.addEventListener("blur", save);
  form.addEventListener("submit", () => localStorage.removeItem(key));
}

function tell(form, words) {
  form.querySelector("[role=status]").textContent = words;
}

function play(form) {
  if (!sound) return;
  if (!sound.paused) return void sound.pause();
  sound.currentTime = Number(form.dataset.from) / 1000;
  sound.play();
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.line");
  if (!form || !event.ctrlKey) return;
  const place = lines.indexOf(form);
  const acts = {
    " ": () => play(form),
    ArrowLeft: () => sound && (sound.currentTime -= 3),
    ArrowUp: () => lines[place - 1]?.elements.text.focus(),
    ArrowDown: () => lines[place + 1]?.elements.text.focus(),
    Enter: () => form.elements.text.blur(),
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
});

lines.forEach(keep);
