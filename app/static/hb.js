// What the page's scripts share: words, the way to the server, views, and short messages. `HB_WORDS` is set before this by
// the server.
export const words = window.HB_WORDS;
export const phone = window.matchMedia("(max-width: 899px)");
export const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

const base = `/ui/${words.language}`;

// The way to the program. Where it cannot be reached, the error is `lost`.
async function reach(path, options = {}) {
  try {
    return await fetch(base + path, { credentials: "same-origin", ...options });
  } catch (error) {
    throw Object.assign(error, { lost: true });
  }
}

// A piece of HTML made on the server, where everything from articles and people is escaped.
export async function fetchHtml(path) {
  const answer = await reach(path);
  const text = await answer.text();
  if (!answer.ok) throw refusal(answer.status, text);
  return text;
}

// A change, with what comes back; the header is what a foreign page's form cannot send.
export async function send(path, body = {}) {
  const answer = await reach(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hoi-bao": "1" },
    // Half a sign, as no keyboard types it, is no text that could be kept.
    body: JSON.stringify(body, (_name, value) => value?.toWellFormed?.() ?? value),
  });
  if (!answer.ok) throw refusal(answer.status, await answer.text());
  return answer.status === 204 ? {} : answer.json();
}

// The same where the answer comes in lines of JSON; `act` gets each as it arrives. `signal` ends it.
export async function stream(path, body, signal, act) {
  const answer = await reach(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hoi-bao": "1" },
    body: JSON.stringify(body),
    signal,
  });
  if (!answer.ok) throw refusal(answer.status, await answer.text());
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) act(JSON.parse(line));
  }
}

// What the program says of a refusal is in the error's `told`, with the `field` it is about.
export function refusal(status, text) {
  const error = Object.assign(new Error(String(status)), { status });
  try {
    const { detail } = JSON.parse(text);
    Object.assign(error, { told: detail?.told, field: detail?.field });
  } catch { /* Not from our routes. */ }
  return error;
}

// Tells Gradio what is to be done: `hb-do` waits in its queue and answers a question, `hb-go` goes at once, one after
// another: of two under way together the earlier might end last.
const GONE_MS = 10_000;
const toGo = [];
let goneTimer = null;
export function tell(name, detail) {
  if (name !== "hb-go") document.dispatchEvent(new CustomEvent(name, { detail }));
  else if (toGo.push(detail) === 1) goOn();
}
function goOn() {
  clearTimeout(goneTimer);
  if (!toGo.length) return;
  document.dispatchEvent(new CustomEvent("hb-go", { detail: toGo[0] }));
  goneTimer = setTimeout(wentOn, GONE_MS);
}
function wentOn() {
  toGo.shift();
  goOn();
}
document.addEventListener("hb-gone", wentOn);
// What was pressed before Gradio listened.
document.addEventListener("hb-go-ready", goOn);

// On a phone Back closes what lies over the page, once it has opened.
const covering = new Set();
export function covers(close) {
  if (!phone.matches) return;
  covering.add(close);
  if (!history.state?.covered) history.pushState({ covered: true }, "");
}
window.addEventListener("popstate", () => {
  for (const close of covering) close();
  covering.clear();
});

// The hidden boxes through which the page keeps something for the next question.
const box = (id) => document.querySelector(`#${id} textarea, #${id} input`);
export const boxed = (id) => box(id)?.value ?? "";
export function setBoxed(id, value) {
  const field = box(id);
  if (!field || field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Settles when nothing is held down: a button that is drawn anew between press and release would never be clicked. Of a
// list of the browser's own, or a scroll bar, no release may be heard.
const HELD_MS = 3000;
let held = null;
let letGo = () => {};
document.addEventListener("pointerdown", () => {
  held = new Promise((settle) => { letGo = settle; setTimeout(settle, HELD_MS); });
}, true);
for (const kind of ["pointerup", "pointercancel"]) {
  // The click comes behind the release.
  document.addEventListener(kind, () => { setTimeout(() => { letGo(); held = null; }); }, true);
}
export const released = () => held;

// One line at the bottom that goes away by itself, with at most one thing to press: not before somebody who is at it has
// left. `focus` takes whoever is at the keyboard there. It is there from the start, for what comes together with its
// place is not read aloud.
const place = Object.assign(document.createElement("div"), { id: "hb-toast" });
place.setAttribute("role", "status");
document.body.append(place);
let gone = 0;
export function toast(text, { label, act, focus } = {}) {
  place.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
  if (label) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.addEventListener("click", () => { close(); act(); });
    place.append(button);
  }
  place.classList.add("hb-shown");
  if (focus) place.querySelector("button")?.focus();
  clearTimeout(gone);
  const hide = () => {
    if (place.matches(":hover, :focus-within")) gone = setTimeout(hide, 3500);
    else close();
  };
  gone = setTimeout(hide, label ? 10000 : 3500);
}
function close() {
  place.classList.remove("hb-shown");
  place.replaceChildren();
}

// What an error means to whoever has pressed something.
export const meant = (error) => error?.told ?? (error?.lost ? words.access.lost : words.chat.failed_unexpectedly);
export const failed = (error) => toast(meant(error));

// Views: the chat, the library, the timeline. One is shown at a time; its name stands in the address after "#", and what
// it shows behind a "?": "#timeline?q=…".
const acts = {};
const asked = {};
export function onView(name, act) {
  const both = typeof act === "function" ? { enter: act } : act;
  (acts[name] ??= []).push(both);
  // The address may have opened it before its script was there.
  if (name !== "chat" && document.body.dataset.view === name) both.enter?.();
}
export const viewParameters = (name) => new URLSearchParams(asked[name] ?? "");
export function setViewParameters(name, parameters) {
  asked[name] = String(parameters);
  if (document.body.dataset.view === name) tellAddress(name);
}
function tellAddress(name) {
  const hash = name === "chat" ? "" : `#${name}${asked[name] ? `?${asked[name]}` : ""}`;
  if (location.hash !== hash) history.replaceState(history.state, "", location.pathname + location.search + hash);
  for (const link of document.querySelectorAll(".hb-language")) link.hash = hash;
}
export function showView(name) {
  const left = document.body.dataset.view;
  if (left !== name) for (const act of acts[left] ?? []) act.leave?.();
  document.body.dataset.view = name;
  for (const tab of document.querySelectorAll(".hb-tab")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.view === name));
  }
  tellAddress(name);
  for (const act of acts[name] ?? []) act.enter?.();
}
function showAddressed() {
  const [name, parameters] = location.hash.slice(1).split(/\?(.*)/s);
  if (!document.querySelector(`.hb-tab[data-view="${CSS.escape(name || "chat")}"]`)) return;
  if (parameters !== undefined) asked[name] = parameters;
  showView(name || "chat");
}
document.body.dataset.view = "chat";
document.addEventListener("click", (event) => {
  const tab = event.target instanceof Element && event.target.closest(".hb-tab");
  if (tab) showView(tab.dataset.view);
});
window.addEventListener("hashchange", showAddressed);
// The page's parts are put there by Gradio, some time after this script has run.
export function whenThere(selector, act) {
  const found = document.querySelector(selector);
  if (found) { act(found); return; }
  const watcher = new MutationObserver(() => {
    const found = document.querySelector(selector);
    if (found) { watcher.disconnect(); act(found); }
  });
  watcher.observe(document, { subtree: true, childList: true });
}
whenThere(".hb-tabs", () => { if (location.hash) showAddressed(); });
