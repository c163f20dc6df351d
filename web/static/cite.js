// Select words of a transcript and get the link to just them, or copy them with who says it and where. Without it each
// paragraph still has its own button.

const talk = document.querySelector("#transcript");
const form = document.querySelector("#cite");
const passages = [...talk.querySelectorAll(".para")];
const bar = form.querySelector(".citebar");
const told = form.querySelector("[role=status]");
let chosen; // the two ends of the words last selected
let words = ""; // what they are, with who says them

/** Where in the text an end of the selection is: the paragraph's place and the letters before it. */
function spot(node, offset) {
  const para = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".para");
  if (!para || !talk.contains(para)) return null;
  const line = para.querySelector("p");
  const before = document.createRange();
  before.selectNodeContents(line);
  if (line.contains(node)) before.setEnd(node, offset);
  else if (line.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING) before.collapse(true);
  return { paragraph: passages.indexOf(para), letter: before.toString().length };
}

/** The words between two spots as a span of time (ms); undefined without any. `places` has four numbers a word. */
function spanOf(places, [begin, end]) {
  let span;
  for (let place = begin.paragraph; place <= end.paragraph; place++) {
    const flat = places[place] ?? [];
    for (let at = 0; at < flat.length; at += 4) {
      if (place === begin.paragraph && flat[at + 1] <= begin.letter) continue;
      if (place === end.paragraph && flat[at] >= end.letter) continue;
      span ??= [flat[at + 2], flat[at + 3]];
      span[1] = Math.max(span[1], flat[at + 3]);
    }
  }
  return span;
}

/** Who says a paragraph: the name stands at the first turn of a voice, with its doubt. */
function speakerOf(para) {
  let turn = para.closest(".turn");
  while (turn && !turn.querySelector("h3")) turn = turn.previousElementSibling;
  return turn?.querySelector("h3").textContent.trim() ?? "";
}

/** The words selected, whole ones, each speaker's with the name. */
function wordsOf([begin, end]) {
  const lines = [];
  for (let place = begin.paragraph; place <= end.paragraph; place++) {
    if (passages[place].closest("[hidden]")) continue;
    const text = passages[place].querySelector("p").textContent;
    const from = place === begin.paragraph ? text.slice(0, begin.letter).search(/\S*$/) : 0;
    const to = place === end.paragraph ? end.letter + text.slice(end.letter).search(/\s|$/) : text.length;
    const said = text.slice(from, to);
    const speaker = speakerOf(passages[place]);
    if (!said.trim()) continue;
    if (lines.at(-1)?.speaker === speaker) lines.at(-1).said += ` ${said.trim()}`;
    else lines.push({ speaker, said: said.trim() });
  }
  return lines.map(({ speaker, said }) => `“${said}” (${speaker})`).join("\n");
}

/** The span of the words chosen, in ms; undefined when the text is newer than the page or there is no server. */
async function spanChosen() {
  if (!talk.dataset.words) return undefined;
  const { revision, passages: places } = await (await fetch(talk.dataset.words)).json();
  return chosen && String(revision) === talk.dataset.revision ? spanOf(places, chosen) : undefined;
}

for (const button of form.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard; // needs https

const linkTo = ([begin, end]) =>
  `${(document.querySelector("link[rel=canonical]") ?? location).href}#t=${begin / 1000},${end / 1000}`;

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const range = selection.isCollapsed ? null : selection.getRangeAt(0);
  const ends = range && [spot(range.startContainer, range.startOffset), spot(range.endContainer, range.endOffset)];
  const isWhole = Boolean(ends?.every(Boolean));
  if (isWhole) [chosen, words] = [ends, wordsOf(ends)];
  bar.hidden = !isWhole;
  if (isWhole) told.textContent = "";
});

form.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays

form.addEventListener("click", async (event) => {
  const kind = event.target.closest("[data-copy]")?.dataset.copy;
  if (!kind) return;
  const span = await spanChosen();
  if (!span) return location.reload();
  const about = [document.querySelector("h1").textContent, form.dataset.day, form.dataset.show].filter(Boolean);
  const text = kind === "link" ? linkTo(span) : `${words}\n${about.join(", ")}\n${linkTo(span)}`;
  await navigator.clipboard.writeText(text);
  told.textContent = told.dataset.told;
});

form.addEventListener("submit", async (event) => {
  if (event.submitter?.name) return; // a whole paragraph
  event.preventDefault();
  const span = await spanChosen();
  if (!span) return location.reload(); // the text is newer than the page
  [form.elements.start_ms.value, form.elements.end_ms.value] = span;
  form.submit();
});
