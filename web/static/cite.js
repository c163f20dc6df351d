// Select words of a transcript and get the link to just them. Without it each paragraph still has its own button.

const talk = document.querySelector("#transcript");
const form = document.querySelector("#cite");
const passages = [...talk.querySelectorAll(".para")];
let chosen; // the two ends of the words last selected

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

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const range = selection.isCollapsed ? null : selection.getRangeAt(0);
  const ends = range && [spot(range.startContainer, range.startOffset), spot(range.endContainer, range.endOffset)];
  if (ends?.every(Boolean)) chosen = ends;
  form.lastElementChild.hidden = !ends?.every(Boolean);
});

form.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays

form.addEventListener("submit", async (event) => {
  if (event.submitter?.name) return; // a whole paragraph
  event.preventDefault();
  const { revision, passages: places } = await (await fetch(talk.dataset.words)).json();
  const span = chosen && String(revision) === talk.dataset.revision ? spanOf(places, chosen) : undefined;
  if (!span) return location.reload(); // the text is newer than the page
  [form.elements.start_ms.value, form.elements.end_ms.value] = span;
  form.submit();
});
