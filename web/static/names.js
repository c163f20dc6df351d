// Proposes people on record while a name is typed. Without it, a name that is somebody's already is asked about.

for (const field of document.querySelectorAll("[data-names]")) {
  const list = field.list;
  let asked = 0;
  field.addEventListener("input", async () => {
    const mine = ++asked;
    if (field.value.trim().length < 2 || field.value.endsWith(")")) return;
    const answer = await fetch(`${field.dataset.names}?q=${encodeURIComponent(field.value)}`).catch(() => null);
    if (!answer?.ok || mine !== asked) return; // another letter was typed meanwhile
    const people = await answer.json();
    list.replaceChildren(
      ...people.map((one) => {
        const option = document.createElement("option");
        option.value = `${one.name} (${one.slug})`;
        option.label = `${one.name}, ${one.known_from}`;
        return option;
      }),
    );
  });
}
