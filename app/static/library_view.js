// What the scripts of the library view share: its parts, its rows, and numbers in words.
import { words } from "./hb.js";

export const told = words.library;
export const view = () => document.querySelector("#hb-library .hb-lib");
export const part = (name) => view()?.querySelector(name);
export const form = () => part(".hb-lib-find");
export const say = (text) => { const place = part(".hb-lib-said"); if (place) place.textContent = text; };

export const rows = () => view().querySelectorAll(".hb-lib-rows li[data-id]");
export const rowOf = (id) => part(`.hb-lib-rows li[data-id="${CSS.escape(id)}"]`);

export const number = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, told.thousands);
// A template with its count, in the form for one or for many where it has both.
export function counted(template, count) {
  const [one, many] = template.split("|");
  return (count === 1 || many === undefined ? one : many).replace("{count}", number(count));
}

// New HTML in a place that somebody may be looking at: what is unfolded stays so, and the keyboard stays at the same
// thing, or where that was.
export function redraw(place, html) {
  const unfolded = [...place.querySelectorAll("details")].map((details) => details.open);
  const focused = document.activeElement;
  const at = focusable(place).indexOf(focused);
  place.innerHTML = html;
  place.querySelectorAll("details").forEach((details, nth) => { details.open = unfolded[nth] ?? false; });
  if (at < 0) return;
  const now = focusable(place);
  (now.find((one) => same(one, focused)) ?? now[at] ?? now.at(-1) ?? form().elements.words).focus({ preventScroll: true });
}
const focusable = (place) => [...place.querySelectorAll("button, summary, a[href], [tabindex]")];
const NAMES = ["class", "data-id", "data-outlet", "data-from", "href"];
const same = (one, other) => other.matches("[data-id], [data-outlet], [data-from], [href]")
  && NAMES.every((name) => one.getAttribute(name) === other.getAttribute(name));
