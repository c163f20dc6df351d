// Finds words in this transcript as they are typed, marks them, and shows one speaker alone. Without it the form
// searches this talk on the server.
{
  const form = document.querySelector(".tools form.find");
  const box = form.querySelector("input[type=search]");
  const told = document.querySelector("#found-here");
  const only = document.querySelector("#only");
  const lines = [...document.querySelectorAll("#transcript .para > p")];
  const canMark = typeof Highlight === "function" && CSS.highlights;
  let read = null; // the letters of the lines, until their words are spread
  let found = [];
  let at = -1;

  // One letter for each letter, so that places stay: what the site folds away, as far as a page needs it.
  const SAME = { "ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ", "ھ": "ہ", "ة": "ہ", "ۃ": "ہ", "ں": "ن", "’": "'" };
  const MARKS = /[\u0300-\u036f\u064b-\u065f\u0670\u0640\u200c\u200d]/;
  function fold(one) {
    const base = one.toLowerCase().normalize("NFKD")[0] || one;
    const digit = base.codePointAt(0);
    if (digit >= 0x660 && digit <= 0x669) return String(digit - 0x660);
    if (digit >= 0x6f0 && digit <= 0x6f9) return String(digit - 0x6f0);
    return SAME[base] ?? base;
  }

  /** The text of a line and where in its nodes each letter stands, without marks that readers leave out. */
  function letters(line) {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    const places = [];
    let text = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let n = 0; n < node.data.length; n += 1) {
        if (MARKS.test(node.data[n])) continue;
        text += fold(node.data[n]);
        places.push([node, n]);
      }
    }
    return { text, places };
  }

  function find() {
    const wanted = [...box.value.trim()].filter((one) => !MARKS.test(one)).map(fold).join("");
    read ??= lines.map(letters);
    found = [];
    at = -1;
    if (wanted.length > 1) {
      for (const [line, { text, places }] of read.entries()) {
        if (lines[line].closest("[hidden]")) continue; // of somebody who is not shown now
        for (let start = text.indexOf(wanted); start >= 0; start = text.indexOf(wanted, start + wanted.length)) {
          const range = new Range();
          range.setStart(...places[start]);
          const [node, last] = places[start + wanted.length - 1];
          range.setEnd(node, last + 1);
          found.push(range);
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...found));
    say(wanted);
  }

  function say(wanted) {
    told.textContent = wanted.length < 2 ? "" : told.dataset.told.replace("{at}", at + 1).replace("{all}", found.length);
  }

  function go(by) {
    if (!found.length) return;
    at = (at + by + found.length) % found.length;
    CSS.highlights.set("found-now", new Highlight(found[at]));
    const line = found[at].startContainer.parentElement;
    line.scrollIntoView({ block: "center" });
    line.closest(".para").dispatchEvent(new Event("hold", { bubbles: true })); // what is above was never drawn, maybe
    say("xx");
  }

  if (canMark) {
    box.addEventListener("input", find);
    document.querySelector("#transcript").addEventListener("spread", () => {
      read = null;
      if (box.value) find();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!found.length) find();
      go(1);
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) (event.preventDefault(), go(-1));
      if (event.key === "Escape") (box.value = "", find());
    });
  }

  /** The turns of one voice alone, or of everybody when it is "". */
  function show(wanted) {
    let voice = "";
    for (const turn of document.querySelectorAll("#transcript .turn")) {
      voice = turn.querySelector("h3 a")?.hash.slice(1) ?? voice;
      turn.hidden = wanted !== "" && voice !== wanted;
    }
    document.querySelector("#shown")?.remove();
    if (canMark && box.value) find();
  }

  if (only) {
    const choice = only.querySelector("select");
    only.hidden = false; // a copy of the site without a server hides it from readers without scripts
    only.querySelector("button").hidden = true;
    choice.addEventListener("change", () => {
      history.replaceState(null, "", location.pathname);
      show(choice.value);
    });
    document.querySelector("#transcript").addEventListener("sought", ({ target }) => {
      if (!target.closest("[hidden]")) return;
      choice.value = "";
      show("");
    });
  }
}
