// Times within a talk as people write and read them, the same as the studio's own: 12:30, 1:02:03, 0:14.25.

/** Milliseconds, or null for what is no time. */
export function readTime(text) {
  const match = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,3})?)$/.exec(text.trim());
  const seconds = Number(match?.[3].replace(",", "."));
  if (!match || (match[2] && seconds >= 60)) return null;
  return (Number(match[1] ?? 0) * 60 + Number(match[2] ?? 0)) * 60000 + Math.round(seconds * 1000);
}

export function writeTime(ms) {
  const minutes = Math.floor(ms / 60000);
  const seconds = String(Math.floor(ms / 1000) % 60).padStart(2, "0");
  const part = ms % 1000 ? `.${String(ms % 1000).padStart(3, "0").replace(/0+$/, "")}` : "";
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}:${seconds}${part}` : `${minutes}:${seconds}${part}`;
}
