// A language model's words over an answer: plain text while they are written, then what the checks have left of them, put
// beside the quotations; a press changes between the two. One answer is written at a time.
import { part, say } from "./access.js";
import { current } from "./conversations.js";
import { meant, stream, tell, toast, whenThere, words } from "./hb.js";
import { show } from "./sources.js";

const told = words.fluent;
const KEY = "hb-worded";
// For the server, which asks a model about follow-ups that find nothing: see app/events.py.
const COOKIE = "hb_worded";
const A_YEAR_S = 31_536_000;
const SOON_MS = 150;
// By then the quotations have been read aloud, or are being.
const SAID_MS = 1500;
let wanted = read() !== "no";
let tail = Promise.resolve();
let works = [];
// Fresh answers that were begun, by their own word; and the wordings that somebody has chosen, by answer.
const begun = new Set();
const chosen = new Map();

function read() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

function tellServer() {
  document.cookie = `${COOKIE}=${wanted ? "yes" : "no"}; path=/; max-age=${A_YEAR_S}; samesite=strict`;
}

const answers = () => [...document.querySelectorAll("#hb-chat .hb-answer")];
const wordingOf = (answer, wording) => answer.querySelector(`.hb-wording[data-wording="${wording}"]`);
const keyOf = (answer) => `${current()}\n${answers().indexOf(answer)}`;
const answerOf = (work) => (work.id === current() ? answers()[work.turn] : undefined);
const workOf = (answer) => works.find((work) => answerOf(work) === answer);

// The answer is shown in this wording, and its sources with it where the panel had them.
function choose(answer, wording) {
  const open = answer.matches(".hb-open") || Boolean(answer.querySelector(".hb-open"));
  const was = wordingOf(answer, wording).hidden;
  for (const other of answer.querySelectorAll(".hb-wording")) other.hidden = other.dataset.wording !== wording;
  for (const button of answer.querySelectorAll(".hb-wording-of")) {
    button.setAttribute("aria-pressed", String(button.dataset.wording === wording));
  }
  if (open && was) show(answer);
}

function write(id, turn) {
  if (works.some((work) => work.id === id && work.turn === turn)) return;
  // As it is shown: in another window something else may have come to stand in its place.
  const stamp = answers()[turn]?.querySelector(".hb-wordings")?.dataset.stamp;
  const work = { id, turn, stamp, note: told.waiting, text: "", lang: "", stopping: new AbortController() };
  work.saying = setTimeout(() => say(part(told.coming)), SAID_MS);
  works.push(work);
  answerOf(work)?.querySelector(".hb-problem")?.remove();
  draw(work);
  tail = tail.then(() => run(work));
}

async function run(work) {
  const { signal } = work.stopping;
  try {
    const asked = { turn: work.turn, stamp: work.stamp };
    if (!signal.aborted) await stream(`/conversations/${work.id}/fluent`, asked, signal, (line) => take(work, line));
    if (!signal.aborted && !work.ended) throw new Error("cut off");
  } catch (error) {
    // Nothing is amiss where somebody has stopped it.
    const gone = error.status === 409 || (error.status === 404 && !error.told);
    if (gone && !signal.aborted) changed(work);
    else if (!signal.aborted) fail(work, error.told ?? (error.status ? meant(error) : told.lost));
  }
  end(work);
}

// One that was stopped has ended already: the box is its successor's.
function end(work) {
  if (!works.includes(work)) return;
  clearTimeout(work.saying);
  works = works.filter((other) => other !== work);
  boxOf(work)?.remove();
}

function stop(work) {
  work.stopping.abort();
  end(work);
}

function take(work, line) {
  if (work.stopping.signal.aborted) return;
  if (line.ahead !== undefined) {
    work.note = line.ahead ? told.ahead.replace("{count}", line.ahead) : told.waiting;
    draw(work);
    return;
  }
  if (line.draft !== undefined) {
    work.note = told.writing.replace("{model}", () => line.model);
    work.text = line.draft;
    work.lang = line.lang ?? "";
    draw(work);
    return;
  }
  work.ended = true;
  clearTimeout(work.saying);
  if (line.html) put(work, line);
  else if (line.problem) problem(work, made(line.problem));
  else if (line.gone) changed(work);
}

// In another window it was deleted, or something else was asked in its place.
function changed(work) {
  if (work.id !== current()) return;
  toast(words.chat.changed_elsewhere);
  tell("hb-go", { do: "open", id: work.id });
}

const boxOf = (work) => answerOf(work)?.querySelector(".hb-draft");

// Every word as text: what a model writes is never markup here.
function draw(work) {
  const answer = answerOf(work);
  const actions = answer?.querySelector(".hb-actions");
  if (!actions) return;
  let box = answer.querySelector(".hb-draft");
  if (!box) {
    box = Object.assign(document.createElement("div"), { className: "hb-draft" });
    const head = Object.assign(document.createElement("p"), { className: "hb-draft-note" });
    const ending = Object.assign(document.createElement("button"), {
      type: "button", className: "hb-stop-writing", textContent: told.stop, title: told.stop_long,
    });
    head.append(document.createElement("span"), " ", ending);
    box.append(head, Object.assign(document.createElement("p"), { className: "hb-draft-text" }));
    actions.before(box);
  }
  const [note, text] = [box.querySelector(".hb-draft-note span"), box.querySelector(".hb-draft-text")];
  if (note.textContent !== work.note) note.textContent = work.note;
  if (text.textContent !== work.text) text.textContent = work.text;
  if (text.lang !== work.lang) text.lang = work.lang;
}

// HTML of the server, in which everything of the model's is escaped.
function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Whether somebody is at the quotations: follows one of them, has the focus there, or has marked something.
function isAt(quoted) {
  const marked = getSelection();
  return Boolean(quoted.querySelector('.hb-chip[aria-pressed="true"]')) || quoted.contains(document.activeElement)
    || (marked && !marked.isCollapsed && marked.containsNode(quoted, true));
}

// The checked words take the place of the quotations, but not under the eyes of somebody who is at those.
function put(work, { html, unjudged }) {
  const answer = answerOf(work);
  const quoted = answer && wordingOf(answer, "extractive");
  // Elsewhere by now: it is kept, and there when the conversation is opened again.
  if (!quoted) return;
  const reading = isAt(quoted);
  if (unjudged) for (const thumb of answer.querySelectorAll(".hb-action[aria-pressed]")) thumb.setAttribute("aria-pressed", "false");
  wordingOf(answer, "fluent")?.remove();
  const content = made(html);
  content.firstElementChild.hidden = true;
  quoted.before(content);
  for (const button of answer.querySelectorAll('.hb-wording-of[data-wording="fluent"]')) button.removeAttribute("title");
  if (reading) chosen.set(keyOf(answer), "extractive");
  else chosen.delete(keyOf(answer));
  choose(answer, reading ? "extractive" : "fluent");
  const first = answer.querySelector(".hb-sentence");
  const [before, after] = told.ready.split("{answer}");
  say(part(before), part(first?.textContent ?? "", first?.lang), part(after));
}

function problem(work, content) {
  const answer = answerOf(work);
  const actions = answer?.querySelector(".hb-actions");
  if (!actions) return;
  answer.querySelector(".hb-problem")?.remove();
  actions.before(content);
  say(part(answer.querySelector(".hb-problem p")?.textContent ?? ""));
}

function fail(work, text) {
  const box = Object.assign(document.createElement("div"), { className: "hb-problem" });
  box.append(Object.assign(document.createElement("p"), { textContent: `${text} ${told.stands}` }));
  if (answerOf(work)) problem(work, box);
  else toast(text);
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const answer = target?.closest("#hb-chat .hb-answer");
  if (!answer) return;
  const button = target.closest(".hb-wording-of");
  if (button) {
    const { wording } = button.dataset;
    if (wordingOf(answer, wording)) {
      chosen.set(keyOf(answer), wording);
      choose(answer, wording);
    } else if (current()) write(current(), answers().indexOf(answer));
  } else if (target.closest(".hb-stop-writing")) {
    const work = workOf(answer);
    if (work) stop(work);
    answer.querySelector('.hb-wording-of[aria-pressed="true"]')?.focus({ preventScroll: true });
  }
});

// An answer that is asked anew, and a conversation that is left, need no model any more.
document.addEventListener("hb-do", ({ detail }) => {
  if (!["again", "retry", "edit"].includes(detail?.do)) return;
  works.filter((work) => (detail.do === "edit" ? work.turn >= detail.turn : work.turn === detail.turn)).forEach(stop);
});
document.addEventListener("hb-go", ({ detail }) => {
  if (!["stop", "welcome"].includes(detail?.do)) works.slice().forEach(stop);
});

whenThere(".hb-worded-switch input", (box) => {
  box.checked = wanted;
  tellServer();
  box.addEventListener("change", () => {
    wanted = box.checked;
    tellServer();
    try { localStorage.setItem(KEY, wanted ? "yes" : "no"); } catch { /* For as long as the page is open, then. */ }
    if (!wanted) works.slice().forEach(stop);
  });
});

function look() {
  for (const place of document.querySelectorAll("#hb-chat .hb-wordings[data-fresh]")) {
    const { fresh, of } = place.dataset;
    if (begun.has(fresh)) continue;
    // The conversation's id comes in a box of its own.
    if (of !== current()) { setTimeout(look, SOON_MS); continue; }
    begun.add(fresh);
    if (wanted) write(of, answers().indexOf(place.closest(".hb-answer")));
  }
  // What Gradio draws anew is as it was kept.
  for (const work of works) if (!boxOf(work)) draw(work);
  for (const answer of answers()) {
    const wording = chosen.get(keyOf(answer));
    if (wording && wordingOf(answer, wording)?.hidden) choose(answer, wording);
  }
}

let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; look(); });
}).observe(document, { subtree: true, childList: true });
