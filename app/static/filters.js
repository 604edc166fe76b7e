// The filters: conditions that go with every question, kept for this tab, always visible while there are any.
import { failed, fetchHtml, setBoxed, whenThere, words } from "./hb.js";

const KEY = "hb-filters";
const told = words.filters;
let filters = read();

function read() {
  try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; }
}

const dayOf = (iso) => iso.split("-").reverse().join("/");
const active = () => Boolean(filters.from || filters.to || filters.outlets?.length);

export function set(next) {
  filters = next;
  sessionStorage.setItem(KEY, JSON.stringify(filters));
  show();
}

function show() {
  setBoxed("hb-filters-value", active() ? JSON.stringify(filters) : "");
  const place = document.querySelector(".hb-filter-chips");
  if (!place) return;
  const chips = [];
  const chip = (text, drop) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "hb-filter-chip", textContent: `${text} ×` });
    button.setAttribute("aria-label", told.drop.replace("{what}", text));
    button.addEventListener("click", () => { drop(); set({ ...filters }); fill(); document.querySelector(".hb-filter-open").focus(); });
    chips.push(button);
  };
  if (filters.from) chip(told.since.replace("{day}", dayOf(filters.from)), () => { delete filters.from; });
  if (filters.to) chip(told.until.replace("{day}", dayOf(filters.to)), () => { delete filters.to; });
  for (const outlet of filters.outlets ?? []) {
    chip(outlet, () => { filters.outlets = filters.outlets.filter((other) => other !== outlet); });
  }
  const label = Object.assign(document.createElement("span"), { textContent: told.active });
  place.replaceChildren(...(chips.length ? [label, ...chips] : []));
}

const place = () => document.getElementById("hb-filter-form");

function fill() {
  const form = place()?.querySelector("form");
  if (!form) return;
  form.elements.from.value = filters.from ?? "";
  form.elements.to.value = filters.to ?? "";
  for (const box of form.querySelectorAll('[name="outlet"]')) box.checked = (filters.outlets ?? []).includes(box.value);
}

function take(form) {
  const from = form.elements.from.value;
  const to = form.elements.to.value;
  const wrong = Boolean(from && to && from > to);
  form.querySelector(".hb-wrong").hidden = !wrong;
  if (wrong) return;
  const outlets = [...form.querySelectorAll('[name="outlet"]:checked')].map((box) => box.value);
  set({ ...(from && { from }), ...(to && { to }), ...(outlets.length && { outlets }) });
}

async function toggle(wanted = place().hidden) {
  const button = document.querySelector(".hb-filter-open");
  if (wanted) {
    try { place().innerHTML = await fetchHtml("/filters"); } catch { failed(); return; }
    fill();
  }
  place().hidden = !wanted;
  button.setAttribute("aria-expanded", String(wanted));
  if (wanted) place().querySelector("input").focus();
  else if (place().contains(document.activeElement)) button.focus();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(".hb-filter-open")) toggle();
  else if (place() && !place().hidden && !target?.closest("#hb-filters")) toggle(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && place() && !place().hidden) { toggle(false); document.querySelector(".hb-filter-open").focus(); }
});
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("#hb-filter-form form");
  if (!form) return;
  if (event.target.matches(".hb-find-outlet")) {
    const wanted = event.target.value.trim().toLowerCase();
    for (const item of form.querySelectorAll(".hb-outlets li")) item.hidden = !item.textContent.toLowerCase().includes(wanted);
  } else take(form);
});
document.addEventListener("reset", (event) => {
  if (event.target.closest("#hb-filter-form")) setTimeout(() => take(event.target), 0);
});
document.addEventListener("submit", (event) => {
  if (!event.target.closest("#hb-filter-form")) return;
  event.preventDefault();
  toggle(false);
  document.querySelector("#hb-box textarea")?.focus();
});

whenThere(".hb-filter-bar", () => whenThere("#hb-filters-value textarea, #hb-filters-value input", show));
