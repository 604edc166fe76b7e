// For those who hear the page or go through it by keyboard: names and roles, what is said aloud, the way past the lists,
// menus that close, and a place for the focus when what had it is gone.
import { phone, showView, whenThere, words } from "./hb.js";
import { carrierOf } from "./sources.js";

const told = words.access;
const answers = () => [...document.querySelectorAll("#hb-chat .hb-answer")];
const box = () => document.querySelector("#hb-box textarea");

whenThere("#hb-box textarea", () => document.getElementById("hb-opening")?.remove());

// Said once, in a place of its own: what Gradio changes in the conversation while an answer grows is not read out.
const aloud = Object.assign(document.createElement("div"), { id: "hb-said", className: "hb-unseen" });
aloud.setAttribute("role", "status");
document.body.append(aloud);

export function say(...parts) {
  aloud.replaceChildren();
  // A change is only heard where there was something else before.
  setTimeout(() => aloud.replaceChildren(...parts), 100);
}

export function part(text, lang) {
  const span = Object.assign(document.createElement("span"), { textContent: text });
  if (lang) span.lang = lang;
  return span;
}

function announce(answer) {
  const failed = answer.classList.contains("hb-failed");
  const short = carrierOf(answer).querySelector(failed ? "p" : ".hb-short")?.cloneNode(true);
  if (!short) return;
  short.querySelectorAll(".hb-chips").forEach((chips) => chips.remove());
  const text = short.textContent.trim();
  if (failed) { say(part(text)); return; }
  const [before, after] = told.answered.split("{answer}");
  const numbers = new Set([...answer.querySelectorAll(".hb-cited [data-citation]")].map((chip) => chip.dataset.citation));
  const sources = numbers.size ? told.sources.replace("{count}", numbers.size) : told.no_sources;
  const end = /[.?!…”"]$/.test(text) ? "" : ".";
  say(part(before), part(text, numbers.size ? "vi" : ""), part(`${after}${end} ${sources}`));
}

// An answer is whole when it can be judged or asked again. One that comes at once is never seen growing: it is known by
// the question that was sent before.
let waited = -1;
let sent = Infinity;
document.addEventListener("keydown", (event) => {
  const typed = event.target === box() && event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (typed && event.target.value.trim()) sent = answers().length;
}, true);
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("#hb-send, .example, .hb-suggested")) sent = answers().length;
}, true);
document.addEventListener("hb-go", () => { sent = Infinity; });

function listen() {
  const all = answers();
  const growing = all.findIndex((answer) => !answer.querySelector(".hb-actions"));
  if (growing >= 0) {
    if (waited < 0) say(part(told.searching));
    waited = growing;
  } else if (waited >= 0 || all.length > sent) {
    const done = all[waited] ?? all.at(-1);
    waited = -1;
    sent = Infinity;
    if (done) announce(done);
  }
}

// How many conversations a search has found: when the list is there, and nothing more is typed.
const SETTLED_MS = 700;
let searching = 0;
let searched = "";
document.addEventListener("input", (event) => {
  if (event.target instanceof Element && event.target.matches(".hb-search-kept")) clearTimeout(searching);
});
document.addEventListener("hb-kept-listed", (event) => {
  const { search } = event.detail;
  if (search === searched) return;
  clearTimeout(searching);
  searching = setTimeout(() => {
    searched = search;
    if (!search) return;
    const count = document.querySelectorAll(".hb-kept > li").length;
    const [one, many] = told.found.split("|");
    say(part(count ? (count === 1 ? one : many ?? one).replace("{count}", count) : words.chat.nothing_found));
  }, SETTLED_MS);
});

function name() {
  document.querySelector('#hb-chat [role="log"]')?.setAttribute("aria-live", "off");
  for (const message of document.querySelectorAll("#hb-chat :is([data-testid='user'], [data-testid='bot']):not([role])")) {
    message.setAttribute("role", "group");
  }
  for (const list of document.querySelectorAll('#hb-chat .examples[role="list"]')) {
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", told.examples);
  }
  for (const example of document.querySelectorAll("#hb-chat .example:not([lang])")) {
    example.lang = "vi";
    example.removeAttribute("aria-label");
    example.removeAttribute("role");
  }
  // A hand-drawn button of Gradio's without a name.
  for (const button of document.querySelectorAll(".scroll-down-button-container button:not([aria-label])")) {
    button.setAttribute("aria-label", told.scroll_down);
  }
}

// The way past the lists.
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest(".hb-skip")) return;
  event.preventDefault();
  if (document.body.dataset.view !== "chat") showView("chat");
  box()?.focus();
});

// Menus: one at a time, closed by a press elsewhere or Escape, above their button where there is no room below.
const open = () => [...document.querySelectorAll("details.hb-more[open]")];
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof Element) || !menu.matches("details.hb-more") || !menu.open) return;
  open().filter((other) => other !== menu).forEach((other) => { other.open = false; });
  const shown = menu.querySelector("div");
  shown.classList.remove("hb-above");
  const bottom = Math.min(innerHeight, menu.closest("#hb-conversations")?.getBoundingClientRect().bottom ?? innerHeight);
  shown.classList.toggle("hb-above", shown.getBoundingClientRect().bottom > bottom);
}, true);
document.addEventListener("click", (event) => {
  open().filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
  if (event.target instanceof Element && event.target.closest(".hb-close-drawer")) closeDrawer();
});

const drawerOver = () => phone.matches && document.body.classList.contains("hb-drawer-open");
function closeDrawer() {
  const menu = document.querySelector(".hb-menu");
  menu.click();
  menu.focus();
}

// Over a phone's page the focus goes where the eyes are.
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest(".hb-menu")) return;
  // When the drawer is where the press has brought it.
  setTimeout(() => { if (drawerOver()) document.querySelector(".hb-close-drawer")?.focus(); });
});

// Escape closes what lies on top, one thing at a time; with nothing left it leads to the question.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const [menu] = open();
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopImmediatePropagation();
  } else if (drawerOver() && !event.target.matches("input")) {
    closeDrawer();
    event.stopImmediatePropagation();
  } else if (!event.target.matches("input, textarea") && document.body.dataset.view === "chat") {
    const covered = document.querySelector("#hb-panel.hb-opened, #hb-filter-form:not([hidden])");
    if (!covered) box()?.focus();
  }
}, true);

// The focus of somebody at the keyboard whose button went away with what it belonged to.
let byKeyboard = false;
let last = null;
document.addEventListener("keydown", () => { byKeyboard = true; }, true);
document.addEventListener("pointerdown", () => { byKeyboard = false; }, true);
document.addEventListener("focusin", (event) => {
  // Where a question was searched for in another way, the page stays at its answer by itself.
  if (event.target.matches(".hb-again")) { last = null; return; }
  const answer = event.target.closest("#hb-chat .hb-answer");
  const turn = answer ? answers().indexOf(answer) : [...document.querySelectorAll("#hb-chat .hb-question")].findIndex(
    (question) => question.contains(event.target),
  );
  const action = answer ? event.target.closest(".hb-reason-form") ? "down" : event.target.dataset.do : "edit";
  last = { element: event.target, turn, action, inChat: Boolean(event.target.closest("#hb-chat")) };
});

function refocus() {
  if (!byKeyboard || !last?.inChat || last.element.isConnected || document.activeElement !== document.body || waited >= 0) return;
  const again = answers()[last.turn]?.querySelector(`[data-do="${CSS.escape(last.action ?? "")}"]`);
  (again ?? box())?.focus({ preventScroll: true });
}

let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; name(); listen(); refocus(); });
}).observe(document, { subtree: true, childList: true });
