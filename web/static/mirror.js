// Search in a mirror: words in small files that are loaded as scripts, for browsers fetch nothing from a disk.
"use strict";
(() => {
  const MOST = 50;
  const shards = {}, talks = {}, waiting = {};
  let about = [], known = new Set(), table = null;
  const found = document.getElementById("found");

  window.mirrorTalks = (list, names) => { about = list; known = new Set(names); };
  window.mirrorFold = (told) => { table = told; };
  window.mirrorWords = (shard, words) => { shards[shard] = words; };
  window.mirrorTalk = (number, passages) => { talks[number] = passages; };

  const load = (name) => (waiting[name] ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = name;
    script.onload = () => done(true);
    script.onerror = () => done(false);
    document.head.append(script);
  }));

  const WORD = /[\p{L}\p{M}\p{N}]+(?:(?:(?!\u200b)\p{Cf})+[\p{L}\p{M}\p{N}]+)*/gu;
  const MARKS = /(?=\p{Mn})[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Latin}]|[\u093C\u0A3C]/gu;
  const caseless = (text) => Array.from(text, (one) => table.casefold[one] ?? one.toLowerCase()).join("");

  /** As the site folds: one key for all spellings of a word in a script. */
  function fold(text) {
    let now = caseless(text.normalize("NFKD")).normalize("NFKD");
    now = now.replace(/(?!\u200b)[\p{Cf}\p{Cs}]/gu, "").replace(MARKS, "");
    now = Array.from(now, (one) => table.letters[one] ?? one).join("");
    now = now.replace(new RegExp(table.nasals, "gu"), "ं").normalize("NFC");
    return caseless(now).replace(/[\s\p{Cc}]+/gu, " ").trim();
  }
  const words = (text) => (text.match(WORD) ?? []).flatMap((one) => fold(one).match(WORD) ?? []).map((one) => Array.from(one).slice(0, table.longest).join(""));
  window.mirrorWordsOf = words;

  const shardOf = (word) => Array.from(word).slice(0, 2).map((one) => one.codePointAt(0).toString(16)).join("-");

  /** What was asked: words, beginnings of words, and phrases (which are words too). */
  function read(text) {
    const asked = { words: [], starts: [], phrases: [] };
    text = text.replace(/["“”«»]([^"“”«»]*)["“”«»]/g, (_, inner) => {
      const phrase = words(inner);
      if (phrase.length > 1) asked.phrases.push(phrase);
      asked.words.push(...phrase);
      return " ";
    });
    for (const piece of text.split(/\s+/)) {
      const said = words(piece);
      if (piece.endsWith("*") && said.length) asked.starts.push(said.pop());
      asked.words.push(...said);
    }
    return asked;
  }

  const places = (list) => new Map(list.flatMap(([talk, ...at]) => at.map((one) => [`${talk} ${one}`, [talk, one]])));

  async function placesOf(word, isStart) {
    const name = shardOf(word);
    if (known.has(name)) await load(`search/w/${name}.js`);
    const shard = shards[name] ?? {};
    if (!isStart) return places(Object.hasOwn(shard, word) ? shard[word] : []); // every object has a "constructor"
    return new Map(Object.keys(shard).filter((one) => one.startsWith(word)).flatMap((one) => [...places(shard[one])]));
  }

  const hasPhrase = (said, phrase) => said.some((_, at) => phrase.every((word, n) => said[at + n] === word));

  async function search(text) {
    const asked = read(text);
    const each = await Promise.all([...asked.words.map((one) => placesOf(one)), ...asked.starts.map((one) => placesOf(one, true))]);
    if (!each.length) return [];
    each.sort((a, b) => a.size - b.size);
    let hits = [...each[0]].filter(([key]) => each.every((one) => one.has(key))).map(([, place]) => place);
    if (asked.phrases.length) {
      await Promise.all([...new Set(hits.map(([talk]) => talk))].map((talk) => load(`search/talk/${talk}.js`)));
      hits = hits.filter(([talk, at]) => asked.phrases.every((phrase) => hasPhrase(words(talks[talk][at][3]), phrase)));
    }
    return hits.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }

  const make = (name, inside = [], attributes = {}) => {
    const made = document.createElement(name);
    made.append(...inside);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const clock = (s) => [s / 3600, (s / 60) % 60, s % 60].map((n) => String(Math.floor(n)).padStart(2, "0")).join(":").replace(/^00:/, "").replace(/^0(?=\d:\d\d$)/, "");

  function marked(text, asked) {
    const pieces = [];
    let done = 0;
    for (const match of text.matchAll(WORD)) {
      const said = words(match[0]);
      if (!said.some((one) => asked.words.includes(one) || asked.starts.some((start) => one.startsWith(start)))) continue;
      pieces.push(text.slice(done, match.index), make("mark", [match[0]]));
      done = match.index + match[0].length;
    }
    return [...pieces, text.slice(done)];
  }

  async function show(text) {
    const asked = read(text);
    const hits = await search(text);
    const shown = hits.slice(0, MOST);
    await Promise.all([...new Set(shown.map(([talk]) => talk))].map((talk) => load(`search/talk/${talk}.js`)));
    const head = make("h2", [hits.length ? `${hits.length} passage${hits.length > 1 ? "s" : ""}${hits.length > MOST ? `, the first ${MOST}` : ""}` : "Nobody has said this in the talks of this copy."]);
    found.replaceChildren(make("div", [head], { class: "head" }));
    let last = -1, article;
    for (const [talk, at] of shown) {
      const [slug, title, day, language] = about[talk];
      if (talk !== last) {
        article = make("article", [make("h3", [make("a", [title], { href: `e/${slug}/index.html`, lang: language || "und", dir: "auto" })]), make("p", [day], { class: "meta" })], { class: "hit" });
        found.append(article);
        last = talk;
      }
      const [start, speaker, spoken, said] = talks[talk][at];
      const name = make("span", [make("bdi", [speaker]), make("span", [":"], { class: "colon" }), " "], { class: "name" });
      article.append(make("div", [
        make("a", [clock(Number(start))], { class: "t", href: `e/${slug}/index.html#t=${start}` }),
        make("div", [make("p", [name, ...marked(said, asked)], { lang: spoken || "und", dir: "auto" })], { class: "body" }),
      ], { class: "hitline" }));
    }
    found.dataset.asked = text;
  }

  const asked = new URLSearchParams(location.search).get("q") ?? "";
  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector(".ask input[name=q]");
    box.value = asked;
    if (asked.trim()) show(asked);
  });
})();
