// Answers from talks a reader saved on the device when there is no connection. Registered only by "Save on this
// device"; the site itself is always asked first, but for files that never change and sound that was saved.
const TALK = /^(\/[a-z]{2})?\/e\/[a-z0-9-]+$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (/^\/(studio|api)\//.test(url.pathname)) return;
  event.respondWith(isSteady(url) ? (keptFirst(request)) : siteFirst(request, url));
});

/** Does this address always give the same, or was its sound saved so that it need not be loaded again? */
function isSteady(url) {
  return (url.pathname.startsWith("/static/") && url.searchParams.has("v")) || url.pathname.startsWith("/media/");
}

async function keptFirst(request) {
  const kept = await find(request.url);
  return kept ? inPart(kept, request.headers.get("range")) : fetch(request);
}

async function siteFirst(request, url) {
  try {
    const answer = await fetch(request);
    if (TALK.test(url.pathname) && [404, 410].includes(answer.status)) await caches.delete(`presstalk:${url.pathname}`);
    return answer;
  } catch (problem) {
    const kept = (await find(url.pathname + url.search)) ?? (await find(url.pathname));
    if (kept) return kept;
    const list = request.mode === "navigate" ? await find("/saved") : null;
    if (list) return list;
    throw problem;
  }
}

function find(address) {
  return caches.match(address, { ignoreVary: true });
}

/** A piece of a saved file, as players ask for it: a range of bytes. */
async function inPart(whole, range) {
  const wanted = /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
  if (!wanted) return whole;
  const bytes = await whole.blob();
  const start = Number(wanted[1]);
  const end = wanted[2] ? Math.min(Number(wanted[2]), bytes.size - 1) : bytes.size - 1;
  if (start >= bytes.size) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${bytes.size}` } });
  return new Response(bytes.slice(start, end + 1), {
    status: 206,
    headers: {
      "Content-Type": whole.headers.get("Content-Type"),
      "Content-Range": `bytes ${start}-${end}/${bytes.size}`,
      "Content-Length": String(end - start + 1),
      "Accept-Ranges": "bytes",
    },
  });
}
