// Shows how far the work is while it goes on. Without it, "Look again" shows the same.

const place = document.querySelector("[data-progress]");
if (place?.querySelector("[data-episode]") || place?.matches(":has([data-episode])")) follow();

function follow() {
  const source = new EventSource(place.dataset.progress);
  source.onmessage = (event) => {
    const jobs = new Map(JSON.parse(event.data).map((job) => [job.episode, job]));
    for (const row of place.querySelectorAll("[data-episode]")) {
      const job = jobs.get(row.dataset.episode);
      if (job) tell(row, job);
      else finish(row);
    }
    if (!jobs.size) source.close();
  };
}

function tell(row, job) {
  row.querySelector("[data-stage]").textContent = job.stage;
  row.querySelector("[data-percent]").textContent = job.percent;
  row.querySelector("[data-told]").textContent = job.told;
  row.querySelector("progress").value = job.percent;
}

/** What came of it stands on a fresh page; one that somebody writes on is not taken from under their hands. */
function finish(row) {
  delete row.dataset.episode;
  row.querySelector("[data-stage]").textContent = "This stage of the work is over.";
  if ("stays" in place.dataset) return; // the page answers a form: loading it again would send that again
  const written = [...document.querySelectorAll("input:not([type=hidden]), textarea")];
  if (!written.some((field) => field.value)) location.reload();
}
