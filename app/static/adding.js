// Adding to the library: files dropped or chosen, pasted text, and the jobs that take them in, with progress and undo.
import { failed, fetchHtml, onView, showView, tell, toast, whenThere, words } from "./hb.js";

const told = words.adding;
const base = `/ui/${words.language}`;
const view = () => document.querySelector("#hb-library .hb-lib");
const part = (name) => view()?.querySelector(name);

// ---- the way to the server ---------------------------------------------------------------------------------------------

// A change with an answer; what the server says of a refusal is in the error's `told`, with the `field` it is about.
export async function post(path, body = {}) {
  const answer = await fetch(base + path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json", "x-hoi-bao": "1" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw refusal(answer.status, await answer.text());
  return answer.status === 204 ? {} : answer.json();
}

function refusal(status, text) {
  const error = new Error(String(status));
  error.status = status;
  try {
    const { detail } = JSON.parse(text);
    error.told = detail?.told;
    error.field = detail?.field;
  } catch { /* Not from our routes. */ }
  return error;
}

const complain = (error) => { if (error.told) { toast(error.told); say(error.told); } else failed(); };
const say = (text) => { const place = part(".hb-lib-said"); if (place) place.textContent = text; };

// A file as it is, with how much of it has gone.
function sendFile(path, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", base + path);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("x-hoi-bao", "1");
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve();
      else reject(refusal(request.status, request.responseText));
    });
    request.addEventListener("error", () => reject(new Error("0")));
    request.send(file);
  });
}

// ---- files -------------------------------------------------------------------------------------------------------------

export async function addFiles(files) {
  if (!files.length) { toast(told.nothing_to_send); return; }
  showView("library");
  let job, refused;
  try {
    ({ job, refused } = await post("/adding/files", { files: files.map(({ name, file }) => ({ name, size: file.size })) }));
  } catch (error) { complain(error); return; }
  const coming = files.map((one, index) => ({ ...one, index })).filter(({ index }) => !(index in refused));
  const total = coming.reduce((sum, { file }) => sum + file.size, 0);
  let sent = 0;
  watch(job);
  await poll();
  part("#hb-lib-jobs").scrollIntoView({ block: "nearest" });
  for (const { name, file, index } of coming) {
    try {
      await sendFile(`/adding/${job}/files/${index}`, file, (loaded) => arriving(job, (sent + loaded) / total));
    } catch (error) {
      // Stopped meanwhile: nothing more is wanted.
      if (error.status === 404) { poll(); return; }
      toast(error.told ?? `${name}: ${told.not_sent}`);
    }
    sent += file.size;
  }
  try { await post(`/adding/${job}/start`); } catch (error) { if (error.status !== 404) complain(error); }
  poll();
}

const shares = {};
function arriving(job, share) {
  shares[job] = share;
  const bar = part(`[data-job="${job}"] progress.hb-arriving`);
  if (bar) bar.value = share;
}

// Folders that are dropped give their readable files; a file that is dropped by itself is told of if it cannot be read.
async function dropped(transfer) {
  const readable = (part(".hb-files")?.accept ?? "").split(",");
  const found = [];
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const file = (entry) => new Promise((resolve, reject) => { entry.file(resolve, reject); });
  async function take(entry, inside) {
    if (entry instanceof File) { found.push({ name: entry.name, file: entry }); return; }
    if (entry.isFile) {
      const wanted = !inside || (!entry.name.startsWith(".") && readable.some((end) => entry.name.toLowerCase().endsWith(end)));
      if (wanted) found.push({ name: entry.fullPath.replace(/^\//, ""), file: await file(entry) });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
      if (!some.length) return;
      for (const one of some) if (!one.name.startsWith(".")) await take(one, true);
    }
  }
  for (const entry of entries) if (entry) await take(entry, false);
  return found;
}

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
let over = 0;
function showDrop(shown) {
  if (!shown) over = 0;
  let place = document.getElementById("hb-drop");
  if (!place) {
    place = Object.assign(document.createElement("div"), { id: "hb-drop", textContent: told.drop_anywhere });
    place.setAttribute("aria-hidden", "true");
    document.body.append(place);
  }
  place.hidden = !shown;
}
document.addEventListener("dragenter", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  over += 1;
  showDrop(true);
});
document.addEventListener("dragleave", (event) => {
  if (!hasFiles(event)) return;
  over -= 1;
  if (over <= 0) showDrop(false);
});
document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
});
// Anywhere on the page: the browser would leave it to open the file.
document.addEventListener("drop", async (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  showDrop(false);
  try { await addFiles(await dropped(event.dataTransfer)); } catch { failed(); }
});

// ---- pasted text -------------------------------------------------------------------------------------------------------

async function paste(form) {
  const wrong = form.querySelector(".hb-wrong");
  const button = form.querySelector('[type="submit"]');
  wrong.hidden = true;
  for (const field of form.elements) field.removeAttribute?.("aria-invalid");
  button.disabled = true;
  try {
    const { job } = await post("/adding/paste", Object.fromEntries(new FormData(form)));
    form.reset();
    form.closest("details").open = false;
    watch(job);
    poll();
  } catch (error) {
    wrong.textContent = error.told ?? words.chat.failed_unexpectedly;
    wrong.hidden = false;
    const field = form.elements[error.field];
    field?.setAttribute("aria-invalid", "true");
    field?.focus();
  }
  button.disabled = false;
}

// ---- jobs --------------------------------------------------------------------------------------------------------------

const heard = [];
export const whenChanged = (act) => heard.push(act);

// Jobs that this page began, with what is to be said when they are done.
const begun = new Map();
const watch = (job, saying = {}) => begun.set(job, saying);
export function await_(job, saying) {
  watch(job, saying);
  poll();
}

const states = new Map();
// What had ended before the page was opened is no news.
let looked = false;
const underWay = new Set(["arriving", "queued", "running", "waiting", "undoing"]);
let timer = 0;
let shown = "";

async function poll() {
  clearTimeout(timer);
  if (!view()) { timer = setTimeout(poll, 1000); return; }
  let busy = false;
  try {
    const html = await fetchHtml("/adding/jobs");
    put(html);
    busy = changes();
  } catch { /* The program may be starting anew; it is asked again. */ }
  if (busy) timer = setTimeout(poll, 600);
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
  (item?.querySelector(`[data-do="${at.act}"]`) ?? item?.querySelector("button") ?? part(".hb-lib-add")).focus();
}

// What has come to an end since the last look; whether anything is under way.
function changes() {
  let busy = false;
  let ended = false;
  for (const item of view().querySelectorAll("#hb-lib-jobs [data-job]")) {
    const { job, state } = item.dataset;
    const before = states.get(job);
    states.set(job, state);
    if (underWay.has(state)) busy = true;
    else if (before !== state && (looked || begun.has(job))) {
      ended = true;
      delete shares[job];
      tellOf(item, job, state);
    }
  }
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
  say(`${heading}: ${item.querySelector(".hb-job-state").textContent}. ${sums}`);
  if (!saying) return;
  if (state === "done") {
    const undo = item.querySelector('[data-do="undo"]') ? { label: saying.undo ?? told.undo, act: () => act(job, "undo") } : {};
    toast(saying.done ?? `${heading}: ${sums || item.querySelector(".hb-job-state").textContent}`, undo);
  } else if (state === "failed") toast(item.querySelector(".hb-wrong")?.textContent ?? heading);
  else toast(`${heading}: ${item.querySelector(".hb-job-state").textContent}`);
}

// The page before the first question offers examples of what is there now.
function welcome() {
  if (document.querySelector("#hb-chat .hb-answer") || document.body.classList.contains("hb-answering")) return;
  tell("hb-go", { do: "welcome" });
}

async function act(job, what) {
  try { await post(`/adding/${job}/${what}`); } catch (error) { if (error.status !== 404) complain(error); }
  if (what !== "drop") begun.set(job, begun.get(job) ?? {});
  poll();
}

async function hideAll() {
  const finished = [...view().querySelectorAll('#hb-lib-jobs [data-job]:has([data-do="drop"])')]
    .filter((item) => item.dataset.state !== "failed");
  for (const item of finished) await act(item.dataset.job, "drop");
}

// ---- what is pressed ---------------------------------------------------------------------------------------------------

function toggle(wanted) {
  const place = part("#hb-lib-adding");
  if (!place) return;
  place.hidden = !(wanted ?? place.hidden);
  part(".hb-lib-add").setAttribute("aria-expanded", String(!place.hidden));
  if (!place.hidden && wanted === undefined) place.querySelector("button").focus();
}
document.addEventListener("hb-adding", (event) => whenThere("#hb-lib-adding", () => toggle(event.detail)));

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target?.closest("#hb-library")) return;
  const doing = target.closest(".hb-job-do");
  if (doing) act(doing.closest("[data-job]").dataset.job, doing.dataset.do);
  else if (target.closest(".hb-hide-all")) hideAll();
  else if (target.closest(".hb-choose-files")) part(".hb-files").click();
  else if (target.closest(".hb-lib-add")) toggle();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches?.(".hb-files")) return;
  const files = [...event.target.files].map((file) => ({ name: file.name, file }));
  event.target.value = "";
  addFiles(files);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".hb-paste-form")) return;
  event.preventDefault();
  paste(event.target);
});

onView("library", { enter: poll });
