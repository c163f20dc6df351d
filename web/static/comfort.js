// Text size, lines and times without leaving the place in a page: the same form as without scripts, sent beside it.
{
  document.querySelector("details.comfort")?.addEventListener("submit", (event) => {
    const { target: form, submitter: chosen } = event;
    if (!chosen?.name) return;
    event.preventDefault();
    const html = document.documentElement;
    for (const button of form.querySelectorAll("button")) {
      html.classList.remove(`${chosen.name}-${button.value}`);
      button.setAttribute("aria-pressed", String(button === chosen));
    }
    html.classList.add(`${chosen.name}-${chosen.value}`);
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, chosen)), redirect: "manual" });
  });
}
