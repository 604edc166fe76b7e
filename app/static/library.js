// The library view: the list with its form, and the charts. One article is in article.js, taking out in taking_out.js,
// adding in adding.js.
import { failed, fetchHtml, onView, released, setViewParameters, showView, tell, viewParameters, whenThere } from "./hb.js";
import { markOpen, open, opened } from "./article.js";
import { whenChanged } from "./jobs.js";
import { form, number, part, redraw, rowOf, rows, say, told, view } from "./library_view.js";
import { choose, chosen } from "./taking_out.js";

// So many rows are brought back when the list is made anew.
const MOST_KEPT = 500;
let known = "";
let asked = 0;
let orderChosen = false;

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
  if (opened()) parameters.set("article", opened());
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

// ---- the list ----------------------------------------------------------------------------------------------------------

// With `keep` the list stays where it is, as far down as it was, and what was chosen stays chosen.
async function list({ keep = false } = {}) {
  if (!settle()) return;
  const mine = ++asked;
  remember();
  const wanted = query();
  const into = part(".hb-lib-rows");
  const scroller = into.closest(".hb-lib-list");
  into.setAttribute("aria-busy", "true");
  try {
    const html = await fetchHtml(`/library/articles?${wanted}`);
    await released();
    if (mine !== asked) return;
    const focused = keep && into.contains(document.activeElement) ? document.activeElement.closest("li[data-id]")?.dataset.id : null;
    const was = { top: scroller.scrollTop, rows: keep ? rows().length : 0, chosen: keep ? chosen() : [] };
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
    await released();
    if (mine === asked) redraw(part(".hb-lib-charts"), charts);
  } catch (error) { if (mine === asked) failed(error); }
  if (mine === asked) into.removeAttribute("aria-busy");
}

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
  } catch (error) {
    failed(error);
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
    if (sum.dataset.articles === "0" && !known) tell("hb-adding", true);
    if (anew || now !== known) { const first = !known; known = now; await list({ keep: !first }); }
  } catch (error) { failed(error); }
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
  if (target?.closest('#hb-chat .placeholder a[href="#library"]')) {
    event.preventDefault();
    showView("library");
    tell("hb-adding", true);
    return;
  }
  if (!target?.closest("#hb-library")) return;
  const bar = target.closest(".hb-bar, .hb-pick, .hb-paper[data-outlet]");
  const charts = target.closest(".hb-lib-chart");
  if (bar) narrow(bar);
  else if (charts) charts.setAttribute("aria-expanded", String(view().classList.toggle("hb-lib-charted")));
  else if (target.closest(".hb-lib-more")) more();
});

let typing = 0;
document.addEventListener("input", (event) => {
  const field = event.target instanceof Element ? event.target : null;
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
document.addEventListener("hb-article", remember);

// What was added or taken out is there at once, here and where the conversation begins.
whenChanged(async () => {
  if (!view()) return;
  if (document.body.dataset.view === "library") await look({ anew: true });
  else known = "";
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
      if (article) open(article);
    } else look();
  }),
});
