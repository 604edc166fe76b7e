// The sources panel: the articles behind an answer or a timeline, opened at the sentence that a numbered chip cites.
// What shows sources carries them along in a hidden `.hb-sources-of`, and is a CARRIER itself; of an answer in two wordings
// that is the one which is shown.
import { calm, covers, phone } from "./hb.js";

const CARRIER = ".hb-wording, .hb-answer, .hb-timeline";
let openedFrom = null;

const panel = () => document.getElementById("hb-panel");
export const carrierOf = (answer) => answer?.querySelector(".hb-wording:not([hidden])") ?? answer;
export const view = () => document.querySelector("#hb-panel .hb-view");

// The panel shows the sources of one carrier: a copy of what it brings along.
export function show(shown) {
  const carrier = carrierOf(shown);
  const carried = carrier && carrier.querySelector(".hb-sources-of");
  const into = view();
  if (!carried || !into) return false;
  if (into.dataset.empty === undefined) {
    into.dataset.empty = "";
    into.hbEmpty = [...into.childNodes];
  }
  into.replaceChildren(...[...carried.childNodes].map((node) => node.cloneNode(true)));
  into.scrollTop = 0;
  release();
  document.querySelectorAll(".hb-open").forEach((other) => other.classList.remove("hb-open"));
  carrier.classList.add("hb-open");
  tellPlace("");
  return true;
}

export function clear() {
  const into = view();
  if (into && into.hbEmpty) into.replaceChildren(...into.hbEmpty);
  tellPlace("");
  release();
  // Nobody asked for it: whoever is typing the next question goes on.
  close({ focus: false });
}

// No citation is the one that is looked at.
function release() {
  document.querySelectorAll(".hb-chip[aria-pressed]").forEach((chip) => chip.removeAttribute("aria-pressed"));
}

function tellPlace(text) {
  const at = document.querySelector("#hb-panel .hb-at");
  if (at && at.textContent !== text) at.textContent = text;
}

function mark(number) {
  const into = view();
  const marks = [...into.querySelectorAll(`mark[data-citation~="${number}"]`)];
  into.querySelectorAll(".hb-active").forEach((other) => other.classList.remove("hb-active"));
  marks.forEach((found) => found.classList.add("hb-active"));
  return marks[0];
}

export function open(chip) {
  const carrier = chip.closest(CARRIER);
  if (!show(carrier)) return;
  chip.setAttribute("aria-pressed", "true");
  openedFrom = chip;
  panel().classList.add("hb-opened");
  covers(close);
  const first = mark(chip.dataset.citation);
  const total = carrier.querySelectorAll(".hb-sources-of .hb-number").length;
  tellPlace(total ? `${chip.dataset.citation}/${total}` : "");
  if (!first) return;
  first.focus({ preventScroll: true });
  // Only the view scrolls, never the page around it.
  const into = view();
  const top = first.getBoundingClientRect().top - into.getBoundingClientRect().top + into.scrollTop;
  // One that is seen with the head above it needs no scrolling.
  const seen = top + first.getBoundingClientRect().height < into.clientHeight * 2 / 3;
  into.scrollTo({ top: seen ? 0 : top - into.clientHeight / 3, behavior: calm.matches ? "auto" : "smooth" });
}

export function close({ focus = true } = {}) {
  const opened = panel();
  if (!opened || !opened.classList.contains("hb-opened")) return;
  opened.classList.remove("hb-opened");
  if (focus && openedFrom && openedFrom.isConnected) openedFrom.focus();
  openedFrom = null;
}

// From one citation to the next, by the buttons above the article or by keyboard; `otherwise` carries those that are
// stepped through where nothing is shown yet.
export function step(by, otherwise) {
  const carrier = document.querySelector(".hb-open") ?? carrierOf(otherwise);
  const chips = [...new Map([...(carrier?.querySelectorAll(".hb-chip[data-citation]") ?? [])]
    .filter((chip) => !chip.closest(".hb-sources-of"))
    .map((chip) => [Number(chip.dataset.citation), chip]).reverse()).entries()].sort((a, b) => a[0] - b[0]).map((pair) => pair[1]);
  if (!chips.length) return;
  const at = chips.findIndex((chip) => openedFrom && chip.dataset.citation === openedFrom.dataset.citation);
  open(chips[(at + by + chips.length + (at < 0 && by < 0 ? 1 : 0)) % chips.length]);
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  const chip = target.closest(".hb-chip[data-citation]");
  if (chip) open(chip);
  else if (target.closest(".hb-close")) close();
  else if (phone.matches && panel()?.classList.contains("hb-opened") && !target.closest("#hb-panel, .hb-again")) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
