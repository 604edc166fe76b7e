// Adding to the library: files dropped or chosen, and pasted text. What becomes of them is in jobs.js.
import { failed, meant, refusal, send, showView, toast, whenThere, words } from "./hb.js";
import { arriving, poll, watch } from "./jobs.js";
import { part } from "./library_view.js";

const told = words.adding;

// ---- files -------------------------------------------------------------------------------------------------------------

// A file as it is, with how much of it has gone.
function sendFile(path, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/ui/${words.language}${path}`);
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

async function addFiles(files) {
  if (!files.length) { toast(told.nothing_to_send); return; }
  showView("library");
  let job, refused;
  try {
    ({ job, refused } = await send("/adding/files", { files: files.map(({ name, file }) => ({ name, size: file.size })) }));
  } catch (error) { failed(error); return; }
  const coming = files.map((one, index) => ({ ...one, index })).filter(({ index }) => !(index in refused));
  const total = coming.reduce((sum, { file }) => sum + file.size, 0);
  let sent = 0;
  sending += 1;
  watch(job);
  await poll();
  part("#hb-lib-jobs").scrollIntoView({ block: "nearest" });
  for (const { name, file, index } of coming) {
    try {
      await sendFile(`/adding/${job}/files/${index}`, file, (loaded) => arriving(job, (sent + loaded) / total));
    } catch (error) {
      // Stopped meanwhile: nothing more is wanted.
      if (error.status === 404) { sending -= 1; poll(); return; }
      toast(error.told ?? `${name}: ${told.not_sent}`);
    }
    sent += file.size;
  }
  try { await send(`/adding/${job}/start`); } catch (error) { if (error.status !== 404) failed(error); }
  sending -= 1;
  poll();
}

// What has not arrived would be lost with the page.
let sending = 0;
addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

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
  try { await addFiles(await dropped(event.dataTransfer)); } catch (error) { failed(error); }
});

// ---- pasted text -------------------------------------------------------------------------------------------------------

async function paste(form) {
  const wrong = form.querySelector(".hb-wrong");
  const button = form.querySelector('[type="submit"]');
  wrong.hidden = true;
  for (const field of form.elements) field.removeAttribute?.("aria-invalid");
  button.disabled = true;
  try {
    const { job } = await send("/adding/paste", Object.fromEntries(new FormData(form)));
    form.reset();
    form.closest("details").open = false;
    watch(job);
    poll();
  } catch (error) {
    wrong.textContent = meant(error);
    wrong.hidden = false;
    const field = form.elements[error.field];
    field?.setAttribute("aria-invalid", "true");
    field?.focus();
  }
  button.disabled = false;
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
  if (target.closest(".hb-choose-files")) part(".hb-files").click();
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
