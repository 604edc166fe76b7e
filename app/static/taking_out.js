// Articles that are chosen and taken out of the library, and the list of those from which they come back.
import { failed, fetchHtml, released, send, toast } from "./hb.js";
import { close, opened } from "./article.js";
import { awaitJob, whenChanged } from "./jobs.js";
import { counted, part, redraw, rowOf, told, view } from "./library_view.js";

export const chosen = () => [...view().querySelectorAll(".hb-choose:checked")].map((box) => box.closest("li").dataset.id);

export function choose() {
  const count = chosen().length;
  part(".hb-lib-chosen").hidden = !count;
  part(".hb-lib-chosen span").textContent = count ? counted(told.chosen, count) : "";
}

async function takeOut(ids) {
  try {
    const { job } = await send("/library/dismiss", { ids });
    for (const id of ids) rowOf(id)?.classList.add("hb-leaving");
    if (ids.includes(opened())) close();
    awaitJob(job, { done: counted(told.taken_out, ids.length), undo: told.undo });
  } catch (error) { failed(error); }
}

// What was taken out, as it is now.
let turn = 0;
async function showDismissed(wanted) {
  const place = part("#hb-lib-dismissed");
  const mine = ++turn;
  if (wanted) {
    let html;
    try { html = await fetchHtml("/library/dismissed"); } catch (error) {
      if (mine === turn) failed(error);
      return;
    }
    await released();
    if (mine !== turn) return;
    redraw(place, html);
  }
  place.hidden = !wanted;
  part(".hb-lib-aside").setAttribute("aria-expanded", String(wanted));
}

async function bringBack(button) {
  // Not disabled, which would take the focus away.
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  try {
    const { job } = await send("/library/return", { ids: [button.dataset.id] });
    awaitJob(job, {});
  } catch (error) {
    button.ariaBusy = null;
    failed(error);
  }
}

const SURE_MS = 5000;
async function forget(button) {
  if (button.textContent !== told.delete_sure) {
    button.textContent = told.delete_sure;
    setTimeout(() => { button.textContent = told.delete_for_good; }, SURE_MS);
    return;
  }
  try {
    await send("/library/forget", { ids: [button.dataset.id] });
    toast(told.deleted_for_good);
    await showDismissed(true);
  } catch (error) { failed(error); }
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element && event.target.closest("#hb-library") ? event.target : null;
  if (!target) return;
  const out = target.closest(".hb-take-out");
  const back = target.closest(".hb-bring-back");
  const gone = target.closest(".hb-delete");
  if (out) takeOut([out.dataset.id]);
  else if (back) bringBack(back);
  else if (gone) forget(gone);
  else if (target.closest(".hb-lib-aside")) showDismissed(part("#hb-lib-dismissed").hidden);
  else if (target.closest(".hb-take-out-chosen")) takeOut(chosen());
  else if (target.closest(".hb-choose-none")) {
    for (const box of view().querySelectorAll(".hb-choose:checked")) box.checked = false;
    choose();
    part('[name="words"]').focus();
  }
});
document.addEventListener("input", (event) => {
  if (event.target instanceof Element && event.target.matches(".hb-choose")) choose();
});
whenChanged(() => { if (view() && !part("#hb-lib-dismissed").hidden) showDismissed(true); });
