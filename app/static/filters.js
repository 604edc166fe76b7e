// The filters: conditions that go with every question, kept for this tab, always visible while there are any. Each view
// that heeds them has a bar with them and a form of its own.
import { failed, fetchHtml, setBoxed, whenThere, words } from "./hb.js";

const KEY = "hb-filters";
const told = words.filters;
let filters = read();

function read() {
  try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; }
}

const dayOf = (iso) => iso.split("-").reverse().join("/");
const active = () => Boolean(filters.from || filters.to || filters.outlets?.length);

// {from?, to?, outlets?}, days as "2024-03-05"; `hb-filters-changed` tells of another choice.
export const chosen = () => ({ ...filters });

export function set(next) {
  filters = next;
  sessionStorage.setItem(KEY, JSON.stringify(filters));
  show();
  document.dispatchEvent(new CustomEvent("hb-filters-changed"));
}

function show() {
  setBoxed("hb-filters-value", active() ? JSON.stringify(filters) : "");
  for (const place of document.querySelectorAll(".hb-filter-chips")) place.replaceChildren(...chips());
}

export function chips() {
  const made = [];
  const chip = (text, drop, lang) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "hb-filter-chip" });
    button.append(Object.assign(document.createElement("span"), { textContent: text, ...(lang && { lang }) }), " ×");
    button.setAttribute("aria-label", told.drop.replace("{what}", text));
    button.addEventListener("click", () => {
      const bar = button.closest(".hb-filter-bar");
      drop();
      set({ ...filters });
      fill();
      bar?.querySelector(".hb-filter-open").focus();
    });
    made.push(button);
  };
  if (filters.from) chip(told.since.replace("{day}", dayOf(filters.from)), () => { delete filters.from; });
  if (filters.to) chip(told.until.replace("{day}", dayOf(filters.to)), () => { delete filters.to; });
  for (const outlet of filters.outlets ?? []) {
    chip(outlet, () => { filters.outlets = filters.outlets.filter((other) => other !== outlet); }, "vi");
  }
  return made.length ? [Object.assign(document.createElement("span"), { textContent: told.active }), ...made] : [];
}

// The form that is open, if one is.
const place = () => document.querySelector(".hb-filter-form:not([hidden])");
const buttonOf = (form) => document.querySelector(`.hb-filter-open[aria-controls="${form.id}"]`);

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

// The button whose form is on its way: another press, there or elsewhere, takes that back.
let coming = null;

async function open(button) {
  const form = document.getElementById(button.getAttribute("aria-controls"));
  coming = button;
  let html;
  try { html = await fetchHtml("/filters"); } catch (error) {
    if (coming === button) failed(error);
  }
  if (coming !== button) return;
  coming = null;
  if (html === undefined) return;
  form.innerHTML = html;
  form.hidden = false;
  button.setAttribute("aria-expanded", "true");
  fill();
  // Not from a field in which somebody has begun to type.
  if ([button, document.body].includes(document.activeElement)) form.querySelector("input").focus();
}

function close() {
  coming = null;
  const form = place();
  if (!form) return;
  const button = buttonOf(form);
  if (form.contains(document.activeElement)) button.focus();
  form.hidden = true;
  button.setAttribute("aria-expanded", "false");
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest(".hb-filter-open");
  if (button) {
    const was = button.getAttribute("aria-expanded") === "true" || coming === button;
    close();
    if (!was) open(button);
  } else if ((place() || coming) && !target?.closest(".hb-filter-form, .hb-filter-bar")) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !place()) return;
  const button = buttonOf(place());
  close();
  button.focus();
});
document.addEventListener("input", (event) => {
  const form = event.target.closest?.(".hb-filter-form form");
  if (!form) return;
  if (event.target.matches(".hb-find-outlet")) {
    const wanted = event.target.value.trim().toLowerCase();
    for (const item of form.querySelectorAll(".hb-outlets li")) item.hidden = !item.textContent.toLowerCase().includes(wanted);
  } else take(form);
});
document.addEventListener("reset", (event) => {
  if (event.target.closest(".hb-filter-form")) setTimeout(() => take(event.target), 0);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest(".hb-filter-form");
  if (!form) return;
  event.preventDefault();
  const button = buttonOf(form);
  close();
  // From the conditions to what they are for.
  (button.closest("#hb-conversation")?.querySelector("#hb-box textarea") ?? button).focus();
});

whenThere(".hb-filter-bar", () => whenThere("#hb-filters-value textarea, #hb-filters-value input", show));
