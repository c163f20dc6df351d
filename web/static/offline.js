// Saves this talk on the device, with its sound if asked, and takes it away again. Nothing is stored, and no worker
// is started, before the reader presses the button.
{
  const box = document.querySelector("#offline");
  const talk = document.querySelector("#transcript");
  const name = `presstalk:${location.pathname}`;
  const told = box?.querySelector("[role=status]");
  const button = (act) => box.querySelector(`[data-act=${act}]`);

  /** Everything the page stands on: style, fonts, scripts, the times of the words, captions, the list of what is saved. */
  function parts(withSound) {
    const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
    const ours = loaded.filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
    const linked = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]")];
    const sound = withSound ? [box.dataset.sound] : [];
    return new Set([
      location.pathname, box.dataset.list, box.dataset.listScript, talk.dataset.words,
      document.querySelector("#player track")?.getAttribute("src"), ...sound,
      ...linked.map((one) => one.getAttribute("src") ?? one.getAttribute("href")),
      ...ours.map((url) => url.pathname + url.search),
    ].filter(Boolean));
  }

  async function save(withSound) {
    told.textContent = told.dataset.saving;
    await navigator.serviceWorker.register("/sw.js");
    const cache = await caches.open(name);
    for (const address of parts(withSound)) {
      const answer = await fetch(address, { cache: "reload" });
      if (!answer.ok) throw new Error(address);
      await cache.put(address, answer);
    }
    await cache.put("/revision", new Response(talk.dataset.revision));
    await show();
  }

  async function remove() {
    await caches.delete(name);
    const left = (await caches.keys()).some((one) => one.startsWith("presstalk:"));
    if (!left) for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
    await show();
  }

  async function show() {
    const kept = await caches.has(name);
    for (const act of ["text", "sound"]) if (button(act)) button(act).hidden = kept;
    button("remove").hidden = !kept;
    told.textContent = kept ? told.dataset.kept : "";
    return kept;
  }

  /** What was changed on the site is changed here too, once there is a connection: nobody keeps reading old words. */
  async function renew() {
    if (!(await show()) || !navigator.onLine) return;
    const cache = await caches.open(name);
    const revision = await (await cache.match("/revision"))?.text();
    if (revision === talk.dataset.revision) return;
    const hadSound = box.dataset.sound ? Boolean(await cache.match(box.dataset.sound)) : false;
    await caches.delete(name);
    await save(hadSound);
  }

  if (box && isSecureContext && "serviceWorker" in navigator && "caches" in window) {
    box.hidden = false;
    box.addEventListener("click", (event) => {
      const act = event.target.closest("[data-act]")?.dataset.act;
      const work = { text: () => save(false), sound: () => save(true), remove }[act];
      work?.().catch(() => {
        told.textContent = told.dataset.failed;
        caches.delete(name);
      });
    });
    renew().catch(() => {});
  }
}
