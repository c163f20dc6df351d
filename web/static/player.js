// A bar under the player: steps, speed, following, keys. The player itself works without it, and nothing is stored
// on the device unless the reader asks.
{
  const STEP = 10;
  const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
  const PLACE = `presstalk.place:${location.pathname}`;
  const player = document.querySelector("#player");
  const bar = document.querySelector("#playbar");
  const sheet = document.querySelector("#keys");
  const act = (name) => bar.querySelector(`[data-act=${name}]`);
  let shown = null;

  const step = (by) => { player.currentTime = Math.max(0, player.currentTime + by); };
  const toggle = () => (player.paused ? player.play().catch(() => {}) : player.pause());
  const pace = (by) => {
    const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(player.playbackRate) + by))];
    player.playbackRate = next ?? 1;
  };
  const following = (yes) => {
    act("follow").setAttribute("aria-pressed", String(yes));
    shown = null;
  };
  const isFollowing = () => act("follow").getAttribute("aria-pressed") === "true";

  /** What is said now is brought into sight, if the reader asked for it. */
  function follow() {
    const now = document.querySelector(".para.is-passage");
    if (now === shown) return;
    shown = now;
    tell(now);
    if (now && isFollowing() && !player.paused) now.scrollIntoView({ block: "center" });
  }

  /** The lock screen says which talk it is, and who speaks. */
  function tell(now) {
    if (!("mediaSession" in navigator)) return;
    let turn = now?.closest(".turn");
    while (turn && !turn.querySelector("h3")) turn = turn.previousElementSibling;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: document.querySelector("h1").textContent,
      artist: turn?.querySelector("h3").textContent.trim() ?? "",
      album: bar.dataset.show,
    });
  }

  /** Storage may be switched off: then nothing is kept, and all else works. */
  function kept(work) {
    try {
      return work(localStorage);
    } catch {
      return null;
    }
  }

  function remember() {
    const asked = act("remember").checked;
    kept((store) => {
      if (asked) store.setItem(PLACE, player.currentTime.toFixed(1));
      else for (const key of Object.keys(store)) if (key.startsWith("presstalk.")) store.removeItem(key);
    });
  }

  const ACTS = {
    back: () => step(-STEP),
    forward: () => step(STEP),
    play: toggle,
    follow: () => following(!isFollowing()),
    keys: () => sheet.showModal(),
  };
  const KEYS = {
    k: toggle, j: () => step(-STEP), l: () => step(STEP), "<": () => pace(-1), ">": () => pace(1),
    f: ACTS.follow, "?": ACTS.keys, "/": () => document.querySelector(".tools input[type=search]").focus(),
  };

  if (player && bar) {
    bar.hidden = false;
    bar.addEventListener("click", (event) => ACTS[event.target.closest("[data-act]")?.dataset.act]?.());
    act("speed").addEventListener("change", (event) => { player.playbackRate = Number(event.target.value); });
    player.addEventListener("ratechange", () => { act("speed").value = String(player.playbackRate); });
    for (const sign of ["play", "pause"]) {
      player.addEventListener(sign, () => {
        act("play").textContent = player.paused ? bar.dataset.play : bar.dataset.pause;
        if (!player.paused) tell(document.querySelector(".para.is-passage"));
      });
    }
    player.addEventListener("timeupdate", follow);
    sheet.addEventListener("click", (event) => event.target.closest("button") && sheet.close());
    for (const sign of ["wheel", "touchmove"]) addEventListener(sign, () => following(false), { passive: true });

    const place = kept((store) => store.getItem(PLACE));
    act("remember").checked = place !== null;
    if (place !== null && !location.hash) player.currentTime = Number(place);
    act("remember").addEventListener("change", remember);
    const save = () => act("remember").checked && remember();
    player.addEventListener("pause", save);
    addEventListener("pagehide", save);

    if ("mediaSession" in navigator) {
      navigator.mediaSession.setActionHandler("seekbackward", () => step(-STEP));
      navigator.mediaSession.setActionHandler("seekforward", () => step(STEP));
    }
    document.addEventListener("keydown", (event) => {
      const pressed = event.target.closest("button, a, select, input, textarea, summary, audio, video, .w"); // Space is theirs
      if (/^(Page|Arrow)(Up|Down)$|^(Home|End)$/.test(event.key) || (event.key === " " && !pressed)) following(false);
      const typing = event.target.closest("input, select, textarea, [contenteditable], dialog");
      if (typing || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || !KEYS[event.key]) return;
      event.preventDefault();
      KEYS[event.key]();
    });
  }
}
