// The talks that are saved on this device, listed by the device itself: the site does not know of them.
{
  const list = document.querySelector("#saved");

  async function draw() {
    const names = "caches" in window ? (await caches.keys()).filter((one) => one.startsWith("presstalk:")) : [];
    list.replaceChildren();
    for (const name of names) {
      const address = name.slice("presstalk:".length);
      const page = await (await caches.open(name)).match(address);
      if (!page) continue;
      const read = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("h1");
      const item = document.createElement("li");
      const link = document.createElement("a");
      const button = document.createElement("button");
      link.href = address;
      link.textContent = read.textContent;
      for (const own of ["lang", "dir"]) if (read.hasAttribute(own)) link.setAttribute(own, read.getAttribute(own));
      button.className = "btn";
      button.textContent = list.dataset.remove;
      button.setAttribute("aria-label", `${list.dataset.remove}: ${read.textContent}`);
      button.addEventListener("click", () => caches.delete(name).then(draw));
      const head = document.createElement("h3");
      head.append(link);
      item.append(head, button);
      list.append(item);
    }
    document.querySelector("#none-saved").hidden = list.childElementCount > 0;
  }

  draw().catch(() => {});
}
