// Jobs that take articles in or out: what is told of them while they run and when they have ended, and undoing them.
import { failed, fetchHtml, onView, released, send, tell, toast, words } from "./hb.js";
import { part, say, view } from "./library_view.js";

const told = words.adding;

const heard = [];
export const whenChanged = (act) => heard.push(act);

// Jobs that this page began, with what is to be said when they are done.
const begun = new Map();
export const watch = (job, saying = {}) => begun.set(job, saying);
export function awaitJob(job, saying) {
  watch(job, saying);
  poll();
}

const states = new Map();
// What had ended before the page was opened is no news.
let looked = false;
const underWay = new Set(["arriving", "queued", "running", "waiting", "undoing"]);
let timer = 0;
let latest = 0;
let shown = "";

export async function poll() {
  clearTimeout(timer);
  if (!view()) { timer = setTimeout(poll, 1000); return; }
  const mine = ++latest;
  let busy = [...states.values()].some((state) => underWay.has(state));
  let pause = 600;
  try {
    const html = await fetchHtml("/adding/jobs");
    await released();
    // Two may be on their way, and the earlier one come last.
    if (mine !== latest) return;
    put(html);
    busy = changes();
  } catch {
    // The program may be starting anew; it is asked again.
    pause = 3000;
  }
  if (mine !== latest) return;
  if (busy) timer = setTimeout(poll, pause);
  else if (document.body.dataset.view === "library") timer = setTimeout(poll, 5000);
}

// Only what is new is put there, and the keyboard stays where it was.
function put(html) {
  if (html === shown) return;
  shown = html;
  const place = part("#hb-lib-jobs");
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const at = focused && { job: focused.closest("[data-job]")?.dataset.job, act: focused.dataset.do };
  const opened = [...place.querySelectorAll("[data-job]:has(details[open])")].map((item) => item.dataset.job);
  place.innerHTML = html;
  for (const job of opened) place.querySelector(`[data-job="${job}"] details`)?.setAttribute("open", "");
  for (const [job, share] of Object.entries(shares)) arriving(job, share);
  if (!at) return;
  const item = place.querySelector(`[data-job="${at.job}"]`);
  (item?.querySelector(`[data-do="${at.act}"]`) ?? item?.querySelector("button") ?? part(".hb-lib-add")).focus({ preventScroll: true });
}

// What has come to an end since the last look; whether anything is under way.
function changes() {
  let busy = false;
  let ended = false;
  const listed = new Set();
  for (const item of view().querySelectorAll("#hb-lib-jobs [data-job]")) {
    const { job, state } = item.dataset;
    const before = states.get(job);
    states.set(job, state);
    listed.add(job);
    if (underWay.has(state)) busy = true;
    else if (before !== state && (looked || begun.has(job))) {
      ended = true;
      delete shares[job];
      tellOf(item, job, state);
    }
  }
  for (const job of states.keys()) if (!listed.has(job)) states.delete(job);
  looked = true;
  if (ended) {
    for (const act of heard) act();
    welcome();
  }
  return busy;
}

function tellOf(item, job, state) {
  const heading = item.querySelector("strong").textContent;
  const sums = item.querySelector(".hb-job-sums")?.textContent ?? "";
  const saying = begun.get(job);
  const wrong = item.querySelector(".hb-wrong")?.textContent ?? "";
  if (!saying) {
    say(`${heading}: ${item.querySelector(".hb-job-state").textContent}. ${wrong} ${sums}`);
    return;
  }
  if (state === "done") {
    const undo = item.querySelector('[data-do="undo"]') ? { label: saying.undo ?? told.undo, act: () => act(job, "undo") } : {};
    toast(saying.done ?? `${heading}: ${sums || item.querySelector(".hb-job-state").textContent}`, undo);
  } else if (state === "failed") toast(wrong || heading);
  else toast(`${heading}: ${item.querySelector(".hb-job-state").textContent}`);
}

// The page before the first question offers examples of what is there now.
function welcome() {
  if (document.querySelector("#hb-chat .hb-answer") || document.body.classList.contains("hb-answering")) return;
  tell("hb-welcome");
}

async function act(job, what) {
  try { await send(`/adding/${job}/${what}`); } catch (error) { if (error.status !== 404) failed(error); }
  if (what !== "drop") begun.set(job, begun.get(job) ?? {});
  poll();
}

async function hideAll() {
  const finished = [...view().querySelectorAll('#hb-lib-jobs [data-job]:has([data-do="drop"])')]
    .filter((item) => item.dataset.state !== "failed");
  for (const item of finished) await act(item.dataset.job, "drop");
}

const shares = {};
// How much of a job's files has gone.
export function arriving(job, share) {
  shares[job] = share;
  const bar = part(`[data-job="${job}"] progress.hb-arriving`);
  if (bar) bar.value = share;
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element && event.target.closest("#hb-library") ? event.target : null;
  const doing = target?.closest(".hb-job-do");
  if (doing) act(doing.closest("[data-job]").dataset.job, doing.dataset.do);
  else if (target?.closest(".hb-hide-all")) hideAll();
});

onView("library", { enter: poll });
