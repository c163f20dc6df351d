// "Forget everything" also where a browser does not know the header that asks for it: what scripts of ours ever kept
// is taken away before the form is sent.
{
  const form = document.querySelector("#forget");

  async function forgetAll() {
    for (const store of ["localStorage", "sessionStorage"]) {
      try {
        window[store].clear();
      } catch {
        // storage is switched off: there is nothing in it
      }
    }
    for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
    for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await forgetAll().catch(() => {});
    form.submit();
  });
}
