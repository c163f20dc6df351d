// What is written in the studio and not saved yet stays on this device (see editor.js), and goes when one signs out.

document.querySelector("form[action$='/sign-out']")?.addEventListener("submit", (event) => {
  let waiting = [];
  try {
    waiting = Object.keys(localStorage).filter((name) => name.startsWith("presstalk.draft:"));
  } catch {
    return; // storage is switched off: nothing was kept
  }
  const question = "Some of what you wrote is not saved yet. Sign out all the same, and lose it?";
  if (waiting.length && !confirm(question)) event.preventDefault();
  else for (const name of waiting) localStorage.removeItem(name);
});
