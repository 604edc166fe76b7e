// The library view: the list with its form, charts, one article, and what was taken out. Adding is in adding.js.
import { failed, fetchHtml, onView, phone, setBoxed, setViewParameters, showView, toast, viewParameters, whenThere, words } from "./hb.js";
import { await_ as awaitJob, post, whenChanged } from "./adding.js";

const told = words.library;
const view = () => document.querySelector("#hb-library .hb-lib");
const part = (name) => view()?.querySelector(name);
const form = () => part(".hb-lib-find");
// So many rows are brought back when the list is made anew.
const MOST_KEPT = 500;
let openedId = null;
let openedFrom = null;
let known = "";
let asked = 0;
let orderChosen = false;

const number = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, told.thousands);
// A template with its count, in the form for one or for many where it has both.
function counted(template, count) {
  const [one, many] = template.split("|");
  return (count === 1 || many === undefined ? one : many).replace("{count}", number(count));
}

// ---- what is asked for ------------------------------------------------------------------------------------------------

function query() {
  const given = new FormData(form());
  const wanted = new URLSearchParams();
  for (const [name, value] of given) if (value) wanted.set(name, value);
  return wanted;
}

function settle() {
  const fields = form().elements;
  const searching = Boolean(fields.words.value.trim());
  fields.order.querySelector('[value="best"]').disabled = !searching;
  if (!orderChosen) fields.order.value = searching ? "best" : "newest";
  else if (!searching && fields.order.value === "best") fields.order.value = "newest";
  const narrowed = Boolean(fields.words.value || fields.outlet.value || fields.from.value || fields.to.value);
  form().querySelector('[type="reset"]').hidden = !narrowed;
  const wrong = Boolean(fields.from.value && fields.to.value && fields.from.value > fields.to.value);
  fields.to.setCustomValidity(wrong ? told.wrong_days : "");
  if (wrong) { say(told.wrong_days); return false; }
  return true;
}

function remember() {
  const parameters = query();
  if (parameters.get("order") === (parameters.get("words") ? "best" : "newest")) parameters.delete("order");
  if (openedId) parameters.set("article", openedId);
  setViewParameters("library", parameters);
}

function recall() {
  const parameters = viewParameters("library");
  const fields = form().elements;
  for (const name of ["words", "from", "to"]) fields[name].value = parameters.get(name) ?? "";
  chooseOutlet(parameters.get("outlet") ?? "");
  orderChosen = parameters.has("order");
  if (orderChosen) fields.order.value = parameters.get("order");
  return parameters.get("article");
}

// A newspaper beyond those that the list offers is added to it.
function chooseOutlet(name) {
  const field = form().elements.outlet;
  field.value = name;
  if (name && field.value !== name) {
    field.append(new Option(name, name));
    field.value = name;
  }
}

const say = (text) => { part(".hb-lib-said").textContent = text; };

// ---- the list ----------------------------------------------------------------------------------------------------------

// With `keep` the list stays where it is, as far down as it was, and what was chosen stays chosen.
async function list({ keep = false } = {}) {
  if (!settle()) return;
  const mine = ++asked;
  remember();
  const wanted = query();
  const into = part(".hb-lib-rows");
  const scroller = into.closest(".hb-lib-list");
  const was = { top: scroller.scrollTop, rows: keep ? rows().length : 0, chosen: keep ? chosen() : [] };
  into.setAttribute("aria-busy", "true");
  try {
    const html = await fetchHtml(`/library/articles?${wanted}`);
    if (mine !== asked) return;
    const focused = keep && into.contains(document.activeElement) ? document.activeElement.closest("li[data-id]")?.dataset.id : null;
    into.innerHTML = html;
    showMore();
    await coming;
    while (rows().length < Math.min(was.rows, MOST_KEPT) && await more());
    if (mine !== asked) return;
    for (const id of was.chosen) { const box = rowOf(id)?.querySelector(".hb-choose"); if (box) box.checked = true; }
    if (focused) (rowOf(focused) ?? rows()[0])?.querySelector(".hb-open-article").focus({ preventScroll: true });
    scroller.scrollTop = keep ? was.top : 0;
    choose();
    markOpen();
    const charts = await fetchHtml(`/library/charts?${wanted}`);
    if (mine === asked) draw(part(".hb-lib-charts"), charts);
  } catch { if (mine === asked) failed(); }
  if (mine === asked) into.removeAttribute("aria-busy");
}

const rows = () => view().querySelectorAll(".hb-lib-rows li[data-id]");
const rowOf = (id) => part(`.hb-lib-rows li[data-id="${CSS.escape(id)}"]`);
const last = () => [...view().querySelectorAll(".hb-lib-rows ul.hb-list")].at(-1);
function showMore() { part(".hb-lib-more").hidden = !last()?.dataset.next; }

// Whether more rows have come. Whoever asks while some are on their way waits for those.
let coming = null;
function more() {
  coming ??= fetchMore().finally(() => { coming = null; });
  return coming;
}
async function fetchMore() {
  const from = last()?.dataset.next;
  if (!from) return false;
  const mine = asked;
  const wanted = query();
  wanted.set("offset", from);
  try {
    const html = await fetchHtml(`/library/articles?${wanted}`);
    if (mine !== asked) return false;
    const template = Object.assign(document.createElement("template"), { innerHTML: html });
    const grown = last();
    const next = template.content.querySelector("ul.hb-list");
    delete grown.dataset.next;
    if (next?.dataset.next) grown.dataset.next = next.dataset.next;
    const come = [...next?.children ?? []];
    grown.append(...come);
    showMore();
    return come.length > 0;
  } catch {
    failed();
    return false;
  }
}

// What there is in all; the list is only made anew where that has changed.
async function look({ anew = false } = {}) {
  if (!view()) return;
  try {
    const html = await fetchHtml("/library/summary");
    const place = part(".hb-lib-sum");
    const template = Object.assign(document.createElement("template"), { innerHTML: html });
    const sum = template.content.firstElementChild;
    const options = template.content.querySelector("template");
    if (!options) { place.innerHTML = html; return; }
    place.replaceChildren(sum);
    const field = form().elements.outlet;
    const chosen = field.value;
    field.replaceChildren(...options.content.childNodes);
    chooseOutlet(chosen);
    for (const name of ["from", "to"]) {
      form().elements[name].min = sum.dataset.first ?? "";
      form().elements[name].max = sum.dataset.last ?? "";
    }
    const aside = Number(sum.dataset.aside);
    const button = part(".hb-lib-aside");
    button.textContent = aside ? `${told.aside} (${number(aside)})` : told.aside;
    button.hidden = !aside && part("#hb-lib-dismissed").hidden;
    view().classList.toggle("hb-lib-empty", sum.dataset.articles === "0");
    const now = `${sum.dataset.articles} ${sum.dataset.aside}`;
    if (sum.dataset.articles === "0" && !known) document.dispatchEvent(new CustomEvent("hb-adding", { detail: true }));
    if (anew || now !== known) { const first = !known; known = now; await list({ keep: !first }); }
  } catch { failed(); }
}

// ---- one article -------------------------------------------------------------------------------------------------------

// A table that somebody has unfolded stays so when the charts are drawn anew.
function draw(place, html) {
  const unfolded = [...place.querySelectorAll("details")].map((table) => table.open);
  place.innerHTML = html;
  place.querySelectorAll("details").forEach((table, at) => { table.open = unfolded[at] ?? false; });
}

async function open(id, from, { focus = true } = {}) {
  const place = part(".hb-lib-article");
  try { place.innerHTML = await fetchHtml(`/library/articles/${encodeURIComponent(id)}?${new URLSearchParams({ words: form().elements.words.value })}`); }
  catch { failed(); return; }
  if (from && !place.contains(from)) openedFrom = from;
  openedId = id;
  place.hidden = false;
  part(".hb-lib-charts").hidden = true;
  view().classList.add("hb-reading");
  markOpen();
  remember();
  if (!focus) return;
  place.scrollTop = 0;
  part(".hb-lib-side").scrollTop = 0;
  place.focus({ preventScroll: !phone.matches });
}

function close() {
  const place = part(".hb-lib-article");
  if (!place || place.hidden) return false;
  place.hidden = true;
  place.replaceChildren();
  part(".hb-lib-charts").hidden = false;
  view().classList.remove("hb-reading");
  openedId = null;
  markOpen();
  if (openedFrom?.isConnected) openedFrom.focus();
  else part('[name="words"]').focus();
  openedFrom = null;
  remember();
  return true;
}

function markOpen() {
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

// ---- choosing and taking out -------------------------------------------------------------------------------------------

const chosen = () => [...view().querySelectorAll(".hb-choose:checked")].map((box) => box.closest("li").dataset.id);

function choose() {
  const count = chosen().length;
  part(".hb-lib-chosen").hidden = !count;
  part(".hb-lib-chosen span").textContent = count ? counted(told.chosen, count) : "";
}

async function takeOut(ids) {
  try {
    const { job } = await post("/library/dismiss", { ids });
    for (const id of ids) rowOf(id)?.classList.add("hb-leaving");
    if (ids.includes(openedId)) close();
    awaitJob(job, { done: counted(told.taken_out, ids.length), undo: told.undo });
  } catch (error) { error.told ? toast(error.told) : failed(); }
}

async function showDismissed(wanted = part("#hb-lib-dismissed").hidden) {
  const place = part("#hb-lib-dismissed");
  if (wanted) {
    try { place.innerHTML = await fetchHtml("/library/dismissed"); } catch { failed(); return; }
  }
  place.hidden = !wanted;
  part(".hb-lib-aside").setAttribute("aria-expanded", String(wanted));
}

async function forget(button) {
  if (button.textContent !== told.delete_sure) {
    button.textContent = told.delete_sure;
    setTimeout(() => { button.textContent = told.delete_for_good; }, 5000);
    return;
  }
  try {
    await post("/library/forget", { ids: [button.dataset.id] });
    toast(told.deleted_for_good);
    await showDismissed(true);
    part("#hb-lib-dismissed").querySelector("button")?.focus();
  } catch (error) { error.told ? toast(error.told) : failed(); }
}

// ---- what is pressed and typed -----------------------------------------------------------------------------------------

function narrow(to) {
  const fields = form().elements;
  if (to.dataset.from) { fields.from.value = to.dataset.from; fields.to.value = to.dataset.to; }
  if (to.dataset.outlet) chooseOutlet(to.dataset.outlet);
  list();
  if (document.activeElement === document.body || !document.activeElement.isConnected) part('[name="words"]').focus();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  if (target.closest('#hb-chat .placeholder a[href="#library"]')) { event.preventDefault(); showView("library"); document.dispatchEvent(new CustomEvent("hb-adding", { detail: true })); return; }
  if (!target.closest("#hb-library")) return;
  const opening = target.closest(".hb-open-article");
  const bar = target.closest(".hb-bar, .hb-pick, .hb-paper[data-outlet]");
  const out = target.closest(".hb-take-out");
  const asking = target.closest(".hb-article-ask");
  const back = target.closest(".hb-bring-back");
  const gone = target.closest(".hb-delete");
  if (opening) open(opening.dataset.id, opening);
  else if (bar) narrow(bar);
  else if (out) takeOut([out.dataset.id]);
  else if (asking) ask(asking);
  else if (back) bringBack(back);
  else if (gone) forget(gone);
  else if (target.closest(".hb-article-close")) close();
  else if (target.closest(".hb-lib-more")) more();
  else if (target.closest(".hb-lib-aside")) showDismissed();
  else if (target.closest(".hb-lib-chart")) {
    target.closest(".hb-lib-chart").setAttribute("aria-expanded", String(view().classList.toggle("hb-lib-charted")));
  }
  else if (target.closest(".hb-take-out-chosen")) takeOut(chosen());
  else if (target.closest(".hb-choose-none")) {
    for (const box of view().querySelectorAll(".hb-choose:checked")) box.checked = false;
    choose();
    part('[name="words"]').focus();
  }
});

async function bringBack(button) {
  button.disabled = true;
  try {
    const { job } = await post("/library/return", { ids: [button.dataset.id] });
    awaitJob(job, {});
  } catch (error) { error.told ? toast(error.told) : failed(); }
}

let typing = 0;
document.addEventListener("input", (event) => {
  const field = event.target instanceof Element ? event.target : null;
  if (field?.matches(".hb-choose")) { choose(); return; }
  if (!field?.closest(".hb-lib-find") || event.isComposing) return;
  if (field.name === "order") orderChosen = true;
  clearTimeout(typing);
  typing = setTimeout(list, field.name === "words" ? 350 : 0);
});
// Where an input method composes, what is typed is looked for when a word stands.
document.addEventListener("compositionend", (event) => {
  if (!event.target.closest?.(".hb-lib-find")) return;
  clearTimeout(typing);
  typing = setTimeout(list, 350);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".hb-lib-find")) return;
  event.preventDefault();
  clearTimeout(typing);
  list();
});
document.addEventListener("reset", (event) => {
  if (!event.target.matches(".hb-lib-find")) return;
  orderChosen = false;
  setTimeout(() => { list(); part('[name="words"]').focus(); }, 0);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.dataset.view === "library" && !event.defaultPrevented && close()) event.preventDefault();
});

// What was added or taken out is there at once, here and where the conversation begins.
whenChanged(async () => {
  if (!view()) return;
  if (document.body.dataset.view === "library") await look({ anew: true });
  else known = "";
  if (!part("#hb-lib-dismissed").hidden) await showDismissed(true);
  if (openedId) open(openedId, openedFrom, { focus: false });
});

let entered = false;
onView("library", {
  enter: () => whenThere("#hb-library .hb-lib-find", async () => {
    if (!entered) {
      entered = true;
      const article = recall();
      new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) more(); }, { rootMargin: "400px" })
        .observe(part(".hb-lib-more"));
      await look();
      if (article) open(article, null);
    } else look();
  }),
});
