// The timeline: asks for a topic's sentences, keeps the topic in the address, and leads from the chart to the list.
import { calm, failed, fetchHtml, onView, setViewParameters, viewParameters, whenThere } from "./hb.js";
import { chosen } from "./filters.js";
import { clear, show } from "./sources.js";

const root = () => document.getElementById("hb-timeline");
const field = () => document.getElementById("hb-topic");
const place = () => root().querySelector(".hb-timeline-result");
const status = () => root().querySelector(".hb-timeline-said");
const here = () => document.body.dataset.view === "timeline";

// What is shown or being fetched: the address it came from. A later request outruns an earlier one.
let asked = null;
let turn = 0;
let intro = null;
let prefilled = "";

function addressOf(topic, typed) {
  const filters = chosen();
  const parameters = new URLSearchParams({ q: topic });
  if (filters.from) parameters.set("from", filters.from);
  if (filters.to) parameters.set("to", filters.to);
  for (const outlet of filters.outlets ?? []) parameters.append("outlet", outlet);
  if (typed) parameters.set("typed", "true");
  return String(parameters);
}

async function ask(topic, { typed = false } = {}) {
  const address = addressOf(topic, typed);
  const mine = ++turn;
  asked = address;
  setViewParameters("timeline", new URLSearchParams({ q: topic, ...(typed && { typed }) }));
  intro ??= place().innerHTML;
  place().setAttribute("aria-busy", "true");
  root().classList.add("hb-timeline-busy");
  status().textContent = status().dataset.searching;
  try {
    const html = await fetchHtml(`/timeline?${address}`);
    if (mine !== turn) return;
    place().innerHTML = html;
    status().textContent = place().querySelector(".hb-timeline-summary, .hb-timeline-none")?.textContent ?? "";
    root().scrollTop = 0;
    if (here()) showSources();
  } catch (error) {
    if (mine !== turn) return;
    // The next press asks again.
    asked = null;
    status().textContent = "";
    failed(error);
  } finally {
    if (mine === turn) {
      place().removeAttribute("aria-busy");
      root().classList.remove("hb-timeline-busy");
    }
  }
}

function showSources() {
  if (!show(place().querySelector(".hb-timeline"))) clear();
}

function forget() {
  turn += 1;
  asked = null;
  setViewParameters("timeline", "");
  if (intro !== null) place().innerHTML = intro;
  status().textContent = "";
  place().removeAttribute("aria-busy");
  root().classList.remove("hb-timeline-busy");
  if (here()) clear();
}

// The topic of the last question, as it was understood.
function lastAsked() {
  const answer = [...document.querySelectorAll("#hb-chat .hb-answer")].at(-1);
  const question = [...document.querySelectorAll("#hb-chat .hb-question")].at(-1);
  const text = answer?.querySelector(".hb-understood [lang]")?.textContent ?? question?.textContent ?? "";
  return text.trim().slice(0, field().maxLength);
}

function enter() {
  if (!here()) return;
  const parameters = viewParameters("timeline");
  const topic = parameters.get("q");
  const typed = parameters.get("typed") === "true";
  if (topic) {
    field().value = topic;
    if (asked !== addressOf(topic, typed)) ask(topic, { typed });
    else showSources();
    return;
  }
  clear();
  if (!field().value || field().value === prefilled) field().value = prefilled = lastAsked();
  field().focus({ preventScroll: true });
  field().select();
}
onView("timeline", () => whenThere("#hb-timeline .hb-timeline-result", enter));

// The conditions have changed: what is shown is of others. Not at every key that is pressed in a field of days.
let changing = 0;
document.addEventListener("hb-filters-changed", () => {
  clearTimeout(changing);
  if (asked !== null && here()) changing = setTimeout(enter, 300);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".hb-timeline-form")) return;
  event.preventDefault();
  const topic = field().value.trim();
  if (topic) ask(topic);
  else forget();
});
// The cross in the field, and emptying it, lead back to where one began.
document.addEventListener("search", (event) => {
  if (event.target === field() && !field().value) forget();
}, true);

// From a column of the chart to its sentences.
function lead(group) {
  const numbers = group.dataset.entries.split(" ");
  const entries = numbers.map((number) => place().querySelector(`.hb-entry[data-entry="${number}"]`));
  place().querySelectorAll(".hb-lit").forEach((lit) => lit.classList.remove("hb-lit"));
  for (const entry of entries) entry.classList.add("hb-lit");
  for (const same of place().querySelectorAll(`[data-entries="${group.dataset.entries}"]`)) same.classList.add("hb-lit");
  entries[0].scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  entries[0].focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const group = target?.closest(".hb-group");
  const again = target?.closest("#hb-timeline .hb-again");
  if (group) lead(group);
  else if (again) {
    field().focus();
    ask(field().value.trim(), { typed: again.dataset.typed === "true" });
  }
});

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
document.addEventListener("keydown", (event) => {
  const group = event.target instanceof Element && event.target.closest(".hb-group");
  if (!group || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") lead(group);
  else if (event.key in STEPS || event.key === "Home" || event.key === "End") {
    const groups = [...group.parentElement.querySelectorAll(".hb-group")];
    const at = groups.indexOf(group) + (STEPS[event.key] ?? 0);
    (event.key === "Home" ? groups[0] : event.key === "End" ? groups.at(-1) : groups[at])?.focus();
  } else return;
  event.preventDefault();
});
