// One article of the library beside the list, on a phone above it.
import { covers, failed, fetchHtml, phone, released, setBoxed, showView } from "./hb.js";
import { whenChanged } from "./jobs.js";
import { form, part, redraw, rows, view } from "./library_view.js";

let openedId = null;
let openedFrom = null;
let html = "";
// A later press outruns an earlier one.
let turn = 0;

export const opened = () => openedId;

async function fetchArticle(id) {
  const searched = new URLSearchParams({ words: form().elements.words.value });
  return fetchHtml(`/library/articles/${encodeURIComponent(id)}?${searched}`);
}

export async function open(id, from) {
  const place = part(".hb-lib-article");
  const mine = ++turn;
  let come;
  try { come = await fetchArticle(id); } catch (error) {
    if (mine === turn) failed(error);
    return;
  }
  if (mine !== turn) return;
  html = come;
  place.innerHTML = html;
  if (from && !place.contains(from)) openedFrom = from;
  openedId = id;
  place.hidden = false;
  part(".hb-lib-charts").hidden = true;
  view().classList.add("hb-reading");
  covers(close);
  moved();
  place.scrollTop = 0;
  part(".hb-lib-side").scrollTop = 0;
  place.focus({ preventScroll: !phone.matches });
}

// What has been taken out, mended or reprinted meanwhile shows in the article that is open.
async function refresh() {
  const place = part(".hb-lib-article");
  const mine = ++turn;
  let come;
  try { come = await fetchArticle(openedId); } catch { return; /* The list tells of it. */ }
  await released();
  if (mine !== turn || come === html) return;
  html = come;
  redraw(place, html);
}

export function close() {
  // One that is on its way is not wanted any more.
  turn += 1;
  const place = part(".hb-lib-article");
  if (!place || place.hidden) return false;
  place.hidden = true;
  place.replaceChildren();
  part(".hb-lib-charts").hidden = false;
  view().classList.remove("hb-reading");
  openedId = null;
  moved();
  if (openedFrom?.isConnected) openedFrom.focus();
  else part('[name="words"]').focus();
  openedFrom = null;
  return true;
}

// `hb-article` tells who keeps the address.
function moved() {
  markOpen();
  document.dispatchEvent(new CustomEvent("hb-article"));
}

// The row of the article that is open.
export function markOpen() {
  for (const item of rows()) {
    if (item.dataset.id === openedId) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

function ask(button) {
  showView("chat");
  setBoxed("hb-box", button.dataset.question);
  const box = document.querySelector("#hb-box textarea");
  if (!box) return;
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element && event.target.closest("#hb-library") ? event.target : null;
  const opening = target?.closest(".hb-open-article");
  const asking = target?.closest(".hb-article-ask");
  if (opening) open(opening.dataset.id, opening);
  else if (asking) ask(asking);
  else if (target?.closest(".hb-article-close")) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.body.dataset.view !== "library" || event.defaultPrevented) return;
  // That one empties the field.
  if (event.target instanceof Element && event.target.matches('[type="search"]') && event.target.value) return;
  if (close()) event.preventDefault();
});
whenChanged(() => { if (openedId) refresh(); });
