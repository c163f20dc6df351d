// The sound drawn. Beside the transcript: paragraphs that are doubtful, where another voice begins, the one in hand; the
// span that is marked to be taken out; chapters. Drawing is wavesurfer's (its licence lies beside it); without it each page
// works the same.

const place = document.querySelector("[data-wave]");
const sound = document.getElementById("sound");
const lines = () => [...document.querySelectorAll("[data-editor] form.line")];
const from = (form) => Number(form.dataset.from) / 1000;
const to = (form) => Number(form.dataset.to) / 1000;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

async function draw() {
  const [{ default: WaveSurfer }, { default: Regions }, answer] = await Promise.all([
    import(place.dataset.drawing), import(place.dataset.regions), fetch(place.dataset.peaks),
  ]);
  if (!answer.ok) return;
  const { peaks, ms_per_peak: step } = await answer.json();
  const regions = Regions.create();
  const wave = WaveSurfer.create({
    container: place, media: sound, peaks: [peaks.map((peak) => peak / 100)], duration: (peaks.length * step) / 1000,
    height: 72, minPxPerSec: 24, barWidth: 2, barGap: 2, normalize: true, hideScrollbar: false,
    waveColor: colour("--ink-2"), progressColor: colour("--ink"), cursorColor: colour("--rubric"), cursorWidth: 2,
    cspNonce: place.dataset.nonce, plugins: [regions],
  });
  place.hidden = false;
  Object.assign(wave.getWrapper().parentElement, { tabIndex: 0, role: "group", ariaLabel: "The sound, drawn" });
  const begin = () => {
    if (document.querySelector("[data-editor]")) followLines(wave, regions);
    if (document.querySelector("[data-span]")) followSpan(wave, regions);
    if (document.querySelector("[data-chapters]")) followChapters(regions);
  };
  if (wave.getDuration()) begin();
  else wave.once("ready", begin);
}

function followLines(wave, regions) {
  wave.on("click", () => {
    const now = sound.currentTime;
    lines().findLast((form) => from(form) <= now)?.scrollIntoView({ block: "center" });
  });
  let hand = null;
  let drawn = [];
  const add = (what) => drawn.push(regions.addRegion({ drag: false, ...what }));
  const show = () => {
    for (const one of drawn) one.remove();
    hand?.remove();
    [drawn, hand] = [[], null];
    let before = "";
    let room = 0; // where the next name fits
    const second = wave.getWrapper().clientWidth / Math.max(1, wave.getDuration());
    for (const form of lines()) {
      if ("doubtful" in form.dataset) add({ start: from(form), end: to(form), color: `${colour("--mark")}66`, resize: false });
      const name = form.querySelector("b").textContent.trim();
      if (name !== before) {
        const fits = from(form) >= room;
        if (fits) room = from(form) + (8 * name.length) / second;
        add({ start: from(form), content: fits ? tag(name) : undefined, color: colour("--ink-2") });
      }
      before = name;
    }
  };
  const follow = (form) => {
    hand?.remove();
    hand = form ? regions.addRegion({ start: from(form), end: to(form), color: `${colour("--rubric")}26`, drag: false, resize: false }) : null;
    if (form && sound.paused) wave.setScrollTime(Math.max(0, from(form) - 5));
  };
  show();
  document.addEventListener("lines", show);
  document.addEventListener("hand", (event) => follow(event.detail));
}

/** A span is drawn with the pointer and pulled at its ends; its form, in span.js, has the same in times. */
function followSpan(wave, regions) {
  const form = document.querySelector("[data-span]");
  const look = { id: "span", color: `${colour("--rubric")}4d` };
  let span = null;
  const tell = (region) => {
    const [from, to] = [region.start, region.end].map((one) => Math.round(one * 1000));
    if (from === Number(form.dataset.from) && to === Number(form.dataset.to)) return;
    document.dispatchEvent(new CustomEvent("marked", { detail: { from, to } }));
  };
  const show = () => {
    if (!("to" in form.dataset)) return span?.remove(), (span = null);
    const where = { start: from(form), end: to(form) };
    if (span) span.setOptions(where);
    else span = regions.addRegion({ ...look, ...where });
  };
  regions.on("region-created", (region) => {
    if (region.id !== "span" || region === span) return;
    span?.remove();
    span = region;
    tell(region);
  });
  regions.on("region-updated", (region) => region === span && tell(region));
  regions.enableDragSelection(look);
  document.addEventListener("span", show);
  show();
  if (span) wave.setScrollTime(Math.max(0, span.start - 5));
}

/** Each chapter a mark that can be dragged; its line, in chapters.js, has the same in words. */
function followChapters(regions) {
  const places = new Map();
  const show = ({ detail }) => {
    regions.clearRegions();
    places.clear();
    for (const { place, at, title } of detail) {
      places.set(regions.addRegion({ start: at / 1000, content: tag(title), color: colour("--rubric"), drag: true }), place);
    }
  };
  document.addEventListener("chapters", show);
  regions.on("region-updated", (region) => {
    document.dispatchEvent(new CustomEvent("moved", { detail: { place: places.get(region), at: Math.round(region.start) * 1000 } }));
  });
  document.dispatchEvent(new Event("drawn"));
}

function tag(name) {
  const made = document.createElement("span");
  made.className = "wave-name";
  made.textContent = name;
  made.style.cssText = `font-size: 11px; line-height: 14px; white-space: nowrap; padding-inline: 3px; color: ${colour("--ink")}; background: ${colour("--paper")};`;
  return made;
}

if (place && sound) draw().catch(() => {}); // a browser that cannot draw it still has the player
